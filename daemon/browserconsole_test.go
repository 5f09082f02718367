package daemon_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sekisho/internal/labnet"
)

// startConsoleLab starts everything, with a browser that uses no proxy, as the
// owner's may when the console is opened.
func startConsoleLab(t *testing.T) *browserLab {
	t.Helper()
	path := chromium(t)
	l := &browserLab{Net: labnet.New(t), t: t}
	l.startDaemon()
	home := browserHome(t)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(filepath.Join(home, "profile")), chromedp.Env("HOME="+home),
		chromedp.Flag("no-proxy-server", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("password-store", "basic"))
	t.Cleanup(cancel)
	l.ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(l.ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return l
}

// heading returns the page's, once a navigation by hand has come to its end.
func heading(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) string {
	t.Helper()
	if _, err := chromedp.RunResponse(ctx, steps...); err != nil {
		t.Fatal(err)
	}
	return browserDo(t, ctx, "read the heading", chromedp.Evaluate[string]("document.querySelector('h1')?.innerText ?? document.body.innerText"))
}

// fill types into the fields of a form and presses Enter in the last.
func fill(fields ...string) (steps []chromedp.Action[chromedp.Void]) {
	for i := 0; i < len(fields); i += 2 {
		text := fields[i+1]
		if i+2 == len(fields) {
			text += "\r"
		}
		steps = append(steps, chromedp.SendKeys(chromedp.ID(fields[i]), text))
	}
	return steps
}

// TestBrowserConsole does with a real browser what the first owner does, and what
// another site tries with that browser: the cookie's flags, the policy of the pages
// and the checks of where a request comes from are the browser's part as well.
func TestBrowserConsole(t *testing.T) {
	const password = "canary correct horse"
	l := startConsoleLab(t)
	ctx := l.tab(t, "en")
	home := "http://" + l.daemon.Running().Console + "/"
	if v := l.open(t, ctx, home); v.heading != "Sign in" || !strings.Contains(v.body, "There is no user yet") || v.lang != "en" {
		t.Errorf("before anybody is there: %q\n%s", v.heading, v.body)
	}
	if v := l.open(t, ctx, l.daemon.FirstOwnerLink()); v.heading != "Make the first owner" {
		t.Fatalf("the link leads to %q", v.heading)
	}
	l.shoot(t, ctx, "console-first-owner")
	if got := heading(t, ctx, fill("name", "mika", "password", password, "again", password)...); got != "Overview" {
		t.Fatalf("after the form: %q", got)
	}
	l.shoot(t, ctx, "console-home")
	if got := browserDo(t, ctx, "read the cookies", chromedp.Evaluate[string]("document.cookie")); got != "" {
		t.Errorf("a script sees the cookies %q", got)
	}
	l.testPaper(t, ctx, home)
	l.testOtherSite(t, ctx, home)
	if got := heading(t, ctx, chromedp.Click(chromedp.CSS(".who button"))); got != "Sign in" {
		t.Fatalf("after signing out: %q", got)
	}
	if got := heading(t, ctx, chromedp.NavigateBack()); got != "Sign in" {
		t.Errorf("the back button shows %q", got)
	}
	if got := heading(t, ctx, fill("name", "mika", "password", "canary wrong horse")...); got != "Sign in" {
		t.Errorf("with a wrong password: %q", got)
	}
	l.shoot(t, ctx, "console-sign-in-wrong")
	if got := browserDo(t, ctx, "read the alert", chromedp.Evaluate[string]("document.querySelector('[role=alert]').innerText")); !strings.Contains(got, "wrong") {
		t.Errorf("the alert is %q", got)
	}
	if got := heading(t, ctx, fill("password", password)...); got != "Overview" {
		t.Errorf("with the right password: %q", got)
	}
}

// testOtherSite: a page on another site can lead to the console, and nothing else.
func (l *browserLab) testOtherSite(t *testing.T, ctx context.Context, home string) {
	t.Helper()
	page := fmt.Sprintf(`<!DOCTYPE html><h1>another site</h1><a id="link" href="%[1]s">console</a>
<form method="post" action="%[1]ssign-out"><button id="post">go</button></form>
<p id="read"></p><script>fetch("%[1]sapi/v1/events", {credentials: "include"})
.then(r => r.text(), e => "kept away").then(s => { document.getElementById("read").textContent = s })</script>`, home)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page))
	}))
	t.Cleanup(other.Close)
	// 127.0.0.1 and localhost are two sites, two ports of 127.0.0.1 are one.
	_, port, _ := net.SplitHostPort(other.Listener.Addr().String())
	for _, host := range []string{"localhost", "127.0.0.1"} {
		site := "http://" + net.JoinHostPort(host, port) + "/"
		l.open(t, ctx, site)
		if got := said(t, ctx, "read"); got != "kept away" {
			t.Errorf("%s reads %q", host, got)
		}
		if got := heading(t, ctx, chromedp.Click(chromedp.ID("post"))); got != "This cannot be shown" {
			t.Errorf("sign-out sent by %s: %q", host, got)
		}
		if v := l.open(t, ctx, home); v.heading != "Overview" {
			t.Errorf("after what %s sent: %q", host, v.heading)
		}
		l.open(t, ctx, site)
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.ID("link"))); err != nil {
			t.Fatal(err)
		}
		// The cookie comes with the second request, which the page makes by itself, so
		// that what was being read may be gone in the midst.
		for got := ""; got != "Overview"; time.Sleep(20 * time.Millisecond) {
			got, _ = chromedp.Run(ctx, chromedp.Evaluate[string]("document.querySelector('h1')?.innerText ?? ''"))
			if ctx.Err() != nil {
				t.Fatalf("the link on %s leads to %q", host, got)
			}
		}
	}
}
