package daemon_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserLayoutOfLongNames: names of devices as long as their form takes them leave
// every page that shows them within the screen, also one of 320 pixels (WCAG 2.2, 1.4.10).
func TestBrowserLayoutOfLongNames(t *testing.T) {
	l := startConsoleLab(t)
	ctx := l.tab(t, "en")
	home := l.own(t, ctx)
	for client, name := range map[string]string{"127.0.0.1": strings.Repeat("W", 42), "192.0.2.7": strings.Repeat("店", 42)} {
		l.open(t, ctx, home+"/clients")
		if _, err := chromedp.RunResponse(ctx, fill("client", client, "name", name)...); err != nil {
			t.Fatalf("name %s: %v", client, err)
		}
	}
	l.visit(t, "amazon-signin.example")
	for _, width := range []int64{1280, 1190, 820, 320} {
		onScreen(t, ctx, width, 800, "light")
		for _, path := range []string{"/clients", "/", "/incidents", "/events"} {
			l.open(t, ctx, home+path)
			shown := browserDo(t, ctx, "look for the name on "+path, chromedp.Evaluate[bool](`document.querySelector("main").textContent.includes("`+strings.Repeat("W", 42)+`")`))
			wrong := browserDo(t, ctx, "measure "+path, chromedp.Evaluate[string](layoutScript))
			if !shown || wrong != "" {
				t.Errorf("%s, %d pixels, with the name %t:\n%s", path, width, shown, wrong)
			}
		}
		l.open(t, ctx, home+"/clients")
		l.shoot(t, ctx, fmt.Sprint("long-names-", width))
	}
}
