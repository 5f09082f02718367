package daemon_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// visit asks the proxy for a site whose name imitates Amazon, which records an event.
func (l *browserLab) visit(t *testing.T, host string) {
	t.Helper()
	transport := &http.Transport{
		DisableKeepAlives: true, Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: l.daemon.Running().Proxy}),
	}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.Header.Get("Sekisho-Incident") == "" {
		t.Fatalf("%s was not held: %s", host, res.Status)
	}
}

// own opens the console as its first owner, and returns where that is.
func (l *browserLab) own(t *testing.T, ctx context.Context) (home string) {
	t.Helper()
	const password = "canary correct horse"
	l.open(t, ctx, l.daemon.FirstOwnerLink())
	if got := heading(t, ctx, fill("name", "mika", "password", password, "again", password)...); got != "Overview" {
		t.Fatalf("after the form: %q", got)
	}
	return "http://" + l.daemon.Running().Console
}

// press is a key.
func press(t *testing.T, ctx context.Context, keys string) {
	t.Helper()
	browserDo(t, ctx, "press "+keys, chromedp.KeyEvent(keys))
}

// tabTo presses the tab key until what matches a selector has the focus, and holds
// that every stop on the way can be seen.
func tabTo(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	for range 80 {
		press(t, ctx, "\t")
		at := browserDo(t, ctx, "look at the focus", chromedp.Evaluate[string](fmt.Sprintf(`(() => {
			const e = document.activeElement, s = getComputedStyle(e);
			if (e === document.body) return "body";
			if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2) return "unseen " + e.outerHTML;
			return e.matches(%q) ? "here" : "elsewhere";
		})()`, selector)))
		if strings.HasPrefix(at, "unseen") {
			t.Errorf("nothing shows that the focus is on %.200s", at)
		}
		if at == "here" {
			return
		}
	}
	t.Fatalf("the tab key does not lead to %s", selector)
}

// enter presses the enter key, and returns the heading of the page that comes.
func enter(t *testing.T, ctx context.Context) string {
	t.Helper()
	return heading(t, ctx, chromedp.KeyEvent("\r"))
}

// TestBrowserKeys decides about an incident, and moves the end of what follows, with
// the keyboard alone.
func TestBrowserKeys(t *testing.T) {
	l := startConsoleLab(t)
	ctx := l.tab(t, "en")
	home := l.own(t, ctx)
	l.visit(t, "amazon-signin.example")

	l.open(t, ctx, home+"/")
	tabTo(t, ctx, ".skip")
	press(t, ctx, "\r")
	if got := browserDo(t, ctx, "read where the page is", chromedp.Evaluate[string]("location.hash")); got != "#main" {
		t.Errorf("the skip link leads to %q", got)
	}
	l.open(t, ctx, home+"/")
	tabTo(t, ctx, `.menu a[href="/incidents"]`)
	if got := enter(t, ctx); got != "Review incidents" {
		t.Fatalf("the menu leads to %q", got)
	}
	tabTo(t, ctx, `main td a[href^="/incidents/"], main th a[href^="/incidents/"]`)
	if got := enter(t, ctx); !strings.Contains(got, "amazon-signin.example") {
		t.Fatalf("the list leads to %q", got)
	}
	tabTo(t, ctx, "#note")
	press(t, ctx, "seen in a mail")
	tabTo(t, ctx, `button[value="allow:24h"]`)
	if got := enter(t, ctx); !strings.Contains(got, "amazon-signin.example") {
		t.Fatalf("the decision leads to %q", got)
	}
	if v := l.open(t, ctx, home+"/exceptions"); !strings.Contains(v.body, "seen in a mail") {
		t.Fatalf("nothing follows from the decision:\n%s", v.body)
	}
	tabTo(t, ctx, "details.edit summary")
	press(t, ctx, "\r")
	tabTo(t, ctx, `textarea[name="reason"]`)
	press(t, ctx, " by mistake")
	tabTo(t, ctx, `form[action="/exceptions/change"] button`)
	if got := enter(t, ctx); got != "Exceptions" {
		t.Fatalf("the change leads to %q", got)
	}
	if v := l.open(t, ctx, home+"/exceptions"); !strings.Contains(v.body, "by mistake") {
		t.Errorf("nothing was changed:\n%s", v.body)
	}
}

// TestBrowserLive follows events in a real browser, whose policy, reconnecting and
// reading of streams are its own: each comes once, also after a pause, and the end of
// the session ends it.
func TestBrowserLive(t *testing.T) {
	l := startConsoleLab(t)
	ctx := l.tab(t, "en")
	home := l.own(t, ctx)
	l.visit(t, "amazon-signin-0.example")
	l.open(t, ctx, home+"/events?text=signin")
	count := func(host string) int {
		return browserDo(t, ctx, "count the rows", chromedp.Evaluate[int](fmt.Sprintf(
			`[...document.querySelectorAll("#events tbody tr")].filter(r => r.innerText.includes(%q)).length`, host)))
	}
	wait := func(what, condition string) {
		t.Helper()
		browserDo(t, ctx, "wait for "+what, chromedp.Poll[bool](condition))
	}
	there := func(host string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("#events tbody tr")].some(r => r.innerText.includes(%q))`, host)
	}
	state := func(name string) string {
		return fmt.Sprintf(`document.getElementById("live").dataset.state === %q`, name)
	}
	tabTo(t, ctx, "#live button")
	press(t, ctx, "\r")
	wait("the stream", state("live"))
	l.visit(t, "amazon-signin-1.example")
	l.visit(t, "amazon-other.example")
	wait("the first row", there("amazon-signin-1.example"))
	press(t, ctx, "\r")
	wait("the pause", state("paused"))
	l.visit(t, "amazon-signin-2.example")
	if count("amazon-signin-2.example") != 0 {
		t.Error("a row came while it was paused")
	}
	press(t, ctx, "\r")
	wait("what was missed", there("amazon-signin-2.example"))
	l.visit(t, "amazon-signin-3.example")
	wait("the last row", there("amazon-signin-3.example"))
	l.shoot(t, ctx, "console-live")
	for i := range 4 {
		if n := count(fmt.Sprintf("amazon-signin-%d.example", i)); n != 1 {
			t.Errorf("%d rows of the event %d; want 1", n, i)
		}
	}
	if n := count("amazon-other.example"); n != 0 {
		t.Errorf("%d rows that the filter leaves out", n)
	}
	first := browserDo(t, ctx, "read the first row", chromedp.Evaluate[string](`document.querySelector("#events tbody tr").innerText`))
	said := browserDo(t, ctx, "read the state", chromedp.Evaluate[string](`document.querySelector("#live [role=status]").textContent`))
	if !strings.Contains(first, "amazon-signin-3.example") || !strings.Contains(said, "Live") {
		t.Errorf("on top is %q; the state is %q", first, said)
	}
	other := l.tab(t, "en")
	l.open(t, other, home+"/")
	if got := heading(t, other, chromedp.Click(chromedp.CSS(".who button"))); got != "Sign in" {
		t.Fatalf("after signing out: %q", got)
	}
	wait("the end", state("ended"))
}

// TestBrowserTicks follows the set-up in a real browser: a step is ticked while the
// page is open, and without its script the page asks again by its link.
func TestBrowserTicks(t *testing.T) {
	l := startConsoleLab(t)
	ctx := l.tab(t, "en")
	home := l.own(t, ctx)
	v := l.open(t, ctx, home+"/set-up?lang=ja")
	if strings.Contains(v.body, "✓") || !strings.Contains(v.body, "もう一度確かめる") {
		t.Fatalf("before anything was done:\n%s", v.body)
	}
	browserDo(t, ctx, "wait for the stream", chromedp.Poll[bool](`document.getElementById("ticks").dataset.state === "live"`))
	browserDo(t, ctx, "mark the page", chromedp.Evaluate[bool](`window.kept = true`))
	l.visit(t, "amazon-signin.example")
	browserDo(t, ctx, "wait for the tick", chromedp.Poll[bool](`document.querySelector("[data-step=proxy]").innerText.includes("済み")`))
	for what, condition := range map[string]string{
		"the page was not loaded again": `window.kept === true`,
		"the change is announced":       `document.getElementById("ticks").textContent.includes("プロキシ")`,
		"no other step is ticked":       `document.querySelectorAll("[data-step].done").length === 1`,
	} {
		if !browserDo(t, ctx, what, chromedp.Evaluate[bool](condition)) {
			t.Errorf("it is not so that %s", what)
		}
	}
	l.shoot(t, ctx, "console-ticks")
}
