package daemon_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// onMedia has a tab show pages as on a medium, "" for its own.
func onMedia(t *testing.T, ctx context.Context, medium string) {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium}); err != nil {
		t.Fatalf("show as on %q: %v", medium, err)
	}
}

// testPaper: what is for the hand or for finding the way is not printed, and what is
// read is.
func (l *browserLab) testPaper(t *testing.T, ctx context.Context, home string) {
	t.Helper()
	for _, path := range []string{"", "events", "set-up", "me"} {
		l.open(t, ctx, home+path)
		const shown = `[...document.querySelectorAll("nav, form, button, .button, .skip, .filter, input")].filter(e => e.checkVisibility()).length`
		if n := browserDo(t, ctx, "count what is shown", chromedp.Evaluate[int](shown)); n == 0 {
			t.Fatalf("/%s shows nothing to press", path)
		}
		onMedia(t, ctx, "print")
		if n := browserDo(t, ctx, "count what is printed", chromedp.Evaluate[int](shown)); n != 0 {
			t.Errorf("/%s prints %d things that cannot be pressed on paper", path, n)
		}
		if h := browserDo(t, ctx, "measure the heading", chromedp.Evaluate[bool](`document.querySelector("main h1").checkVisibility()`)); !h {
			t.Errorf("/%s prints no heading", path)
		}
		l.shoot(t, ctx, "console-print-"+path)
		onMedia(t, ctx, "")
	}
}
