package daemon_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// testRedName: who is alone with the computer goes on past a red name by typing
// it. Another name is answered with the one that is expected, at the field.
func (l *browserLab) testRedName(t *testing.T) {
	const host, button = "shop." + browserTypo, "form[action$=proceed] button"
	o := l.Origin([]string{host}, labnet.Handler())
	ctx := l.tab(t, "ja")
	l.open(t, ctx, at("https", host, o, "/"))
	enter := func(typed string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.SendKeys(chromedp.ID("host"), typed)); err != nil {
			t.Fatalf("type %q: %v", typed, err)
		}
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(button))); err != nil {
			t.Fatalf("press the button: %v", err)
		}
	}
	enter("amazon.co.jp")
	l.shoot(t, ctx, "red-name-mistyped")
	if said := browserDo(t, ctx, "read what is expected", chromedp.Evaluate[string]("document.querySelector('.mistyped')?.innerText ?? ''")); !strings.Contains(said, host) {
		t.Errorf("the page says %q; want the name in it", said)
	}
	seen := browserDo(t, ctx, "look for the field", chromedp.Evaluate[bool](`(() => { const f = document.getElementById("host"), r = f.getBoundingClientRect()
		return f === document.activeElement && r.top >= 0 && r.bottom <= innerHeight })()`))
	if !seen || o.Connections() != 0 {
		t.Errorf("the field has focus and is in view: %t; the site has %d connections", seen, o.Connections())
	}
	enter(" https://" + strings.ToUpper(host) + "./index.html ")
	if got := browserDo(t, ctx, "read the address bar", chromedp.Location()); got != at("https", host, o, "/") || o.Requests() == 0 {
		t.Errorf("after going on the visitor is at %s, the site got %d requests", got, o.Requests())
	}
	events := l.blocks(t, host)
	if len(events) == 0 || events[0].Severity != journal.SeverityRed || events[0].Ground != "lookalike" {
		t.Errorf("events = %+v; want a red block of the name", events)
	}
}
