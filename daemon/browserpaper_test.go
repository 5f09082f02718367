package daemon_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// onPaper has a tab show pages as they are printed, by somebody who prefers dark ones.
func onPaper(t *testing.T, ctx context.Context) {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	}); err != nil {
		t.Fatalf("show as on paper: %v", err)
	}
}

// offPaper undoes onPaper.
func offPaper(t *testing.T, ctx context.Context) {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{}); err != nil {
		t.Fatalf("show as on a screen: %v", err)
	}
}

// testPaper: what is for the hand or for finding the way is not printed, and what is
// read is, dark on light.
func (l *browserLab) testPaper(t *testing.T, ctx context.Context, home string) {
	t.Helper()
	for _, path := range []string{"", "events", "set-up", "me"} {
		l.open(t, ctx, home+path)
		const shown = `[...document.querySelectorAll("nav, form, button, .button, .skip, .filter, input")].filter(e => e.checkVisibility()).length`
		if n := browserDo(t, ctx, "count what is shown", chromedp.Evaluate[int](shown)); n == 0 {
			t.Fatalf("/%s shows nothing to press", path)
		}
		onPaper(t, ctx)
		if n := browserDo(t, ctx, "count what is printed", chromedp.Evaluate[int](shown)); n != 0 {
			t.Errorf("/%s prints %d things that cannot be pressed on paper", path, n)
		}
		if h := browserDo(t, ctx, "measure the heading", chromedp.Evaluate[bool](`document.querySelector("main h1").checkVisibility()`)); !h {
			t.Errorf("/%s prints no heading", path)
		}
		const light = `matchMedia("(prefers-color-scheme: dark)").matches && getComputedStyle(document.body).color === "rgb(29, 31, 35)"`
		if !browserDo(t, ctx, "look at the ink", chromedp.Evaluate[bool](light)) {
			t.Errorf("/%s is printed with light ink", path)
		}
		if path == "events" {
			const room = `(() => {
				const table = document.createElement("table");
				table.className = "stack";
				table.innerHTML = "<tr><td class=long><td class=short><td>";
				document.querySelector("main").append(table);
				return [...table.querySelectorAll("td")].map(cell => parseFloat(getComputedStyle(cell).minWidth));
			})()`
			if w := browserDo(t, ctx, "measure the columns", chromedp.Evaluate[[]float64](room)); w[0] <= w[1] || w[1] <= w[2] {
				t.Errorf("the columns of names, of devices and others have %v at least: names and addresses are cut in two on paper", w)
			}
		}
		l.shoot(t, ctx, "console-print-"+path)
		offPaper(t, ctx)
	}
}
