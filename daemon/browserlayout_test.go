package daemon_test

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// layoutScript lists what is wrong with how a page looks, "" when nothing is.
//
//go:embed testdata/layout.js
var layoutScript string

// onScreen has a tab show pages on a screen of so many pixels, in a colour scheme.
func onScreen(t *testing.T, ctx context.Context, width, height int64, scheme string) {
	t.Helper()
	_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 500,
	})
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
	}
	if err != nil {
		t.Fatalf("show as on a screen of %d pixels, %s: %v", width, scheme, err)
	}
}

// TestBrowserLayout measures every page as a browser lays it out, in both languages
// and colour schemes, on a desk and on a phone: WCAG 2.2, level AA, as far as a
// program can tell (1.4.3, 1.4.10, 1.3.1, 2.5.8, 3.1.1, 3.3.2).
func TestBrowserLayout(t *testing.T) {
	l := startConsoleLab(t)
	ctx := l.tab(t, "en")
	home := l.own(t, ctx)
	for _, host := range []string{"amazon-signin.example", "login-update-security-verification-center.amazon-support-amazon-signin.example"} {
		l.visit(t, host)
	}
	l.open(t, ctx, home+"/incidents")
	incidents := browserDo(t, ctx, "find incidents", chromedp.Evaluate[[]string](`[...new Set([...document.querySelectorAll('main a[href^="/incidents/"]')].map(a => a.getAttribute("href")))]`))
	if len(incidents) != 2 {
		t.Fatalf("incidents %q; want two", incidents)
	}
	incident, decided := incidents[0], incidents[1]
	for _, verdict := range []string{"confirmed", "allow:15m"} { // a block that rests: the exceptions have most to say of it
		l.open(t, ctx, home+decided)
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("button[value='"+verdict+"']"))); err != nil {
			t.Fatalf("decide %s: %v", verdict, err)
		}
	}
	pages := []string{
		"/", "/incidents", incident, incident + "/report", decided, "/events?since=7d", "/events?since=soon", "/exceptions", "/clients", "/clients?client=127.0.0.1", "/accounts",
		"/people", "/audit", "/set-up", "/settings", "/me", "/nothing",
	}
	for _, view := range []struct {
		lang, scheme  string
		width, height int64
	}{{"ja", "light", 1280, 800}, {"en", "dark", 1280, 800}, {"ja", "dark", 390, 844}, {"en", "light", 390, 844}, {"ja", "light", 1024, 768}, {"en", "light", 820, 1180}, {"en", "dark", 1190, 800}} {
		onScreen(t, ctx, view.width, view.height, view.scheme)
		for i, path := range pages {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			v := l.open(t, ctx, home+path+sep+"lang="+view.lang)
			if v.lang != view.lang {
				t.Errorf("%s is in %q; want %q", path, v.lang, view.lang)
			}
			if wrong := browserDo(t, ctx, "measure "+path, chromedp.Evaluate[string](layoutScript)); wrong != "" {
				t.Errorf("%s, %s, %s, %d pixels:\n%s", path, view.lang, view.scheme, view.width, wrong)
				l.shoot(t, ctx, fmt.Sprintf("layout-%d-%s-%d", i, view.lang, view.width))
			}
		}
	}
}
