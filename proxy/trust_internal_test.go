package proxy

import (
	"net/netip"
	"testing"
	"time"

	"sekisho/hostname"
)

// TestTrust is a sequence of handshakes and what the owner is told of each.
func TestTrust(t *testing.T) {
	t.Parallel()
	name := func(s string) hostname.Name {
		n, err := hostname.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	pc, phone := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	browser, other, app := fingerprint{1}, fingerprint{2}, fingerprint{3}
	now := time.Unix(1_800_000_000, 0)
	tr := newTrust()
	tr.now = func() time.Time { return now }
	for i, step := range []struct {
		after  time.Duration
		client netip.Addr
		print  fingerprint
		refuse string // "" completes
		want   news
		denied bool // whether the stack is tunnelled from then on
	}{
		{0, pc, browser, "a.example", newsStranger, true},
		{0, pc, browser, "b.example", newsNone, true}, // told once
		{0, phone, browser, "a.example", newsStranger, true},
		{time.Minute, pc, browser, "", newsTrusting, false},
		{0, pc, browser, "", newsNone, false},
		// The browser's own stack refuses one site: never tunnelled for it.
		{0, pc, browser, "pinned.example", newsNone, false},
		{0, pc, browser, "pinned.example", newsNone, false},
		{0, pc, browser, "pinned.example", newsPinned, false},
		{0, pc, browser, "pinned.example", newsNone, false},
		{25 * time.Hour, pc, browser, "", newsNone, false},
		{0, pc, browser, "pinned.example", newsNone, false},
		{0, pc, browser, "pinned.example", newsNone, false},
		{0, pc, browser, "pinned.example", newsPinned, false}, // the next day
		// An application with a stack of its own.
		{0, pc, app, "api.app.example", newsNone, true},
		{11 * time.Minute, pc, app, "api.app.example", newsNone, true},
		{11 * time.Minute, pc, app, "api.app.example", newsPinned, true},
		// Another browser without the CA refuses many sites: no pinning.
		{0, pc, other, "a.example", newsNone, true},
		{0, pc, other, "www.b.example", newsStranger, true},
		{0, pc, other, "www.b.example", newsNone, true},
		{0, pc, other, "www.b.example", newsNone, true},
		{0, pc, other, "", newsTrusting, false},
		{trustFor, pc, browser, "c.example", newsStranger, true}, // trust has run out
	} {
		now = now.Add(step.after)
		var got news
		if step.refuse == "" {
			got = tr.completed(step.client, step.print)
		} else {
			got = tr.refused(step.client, step.print, name(step.refuse))
		}
		if denied := tr.refuses(step.client, step.print); got != step.want || denied != step.denied {
			t.Errorf("step %d: news %d, tunnelled %t; want %d, %t", i, got, denied, step.want, step.denied)
		}
	}
	now = now.Add(distrustFor)
	if tr.refuses(pc, browser) {
		t.Error("a refusal has no end")
	}
}

// TestTrustIsBounded: strangers cannot make it grow.
func TestTrustIsBounded(t *testing.T) {
	t.Parallel()
	tr := newTrust()
	host, _ := hostname.Parse("a.example")
	for i := range 3 * maxStacks {
		client := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		tr.refused(client, fingerprint{byte(i)}, host)
		tr.completed(client, fingerprint{byte(i + 1)})
	}
	for what, n := range map[string]int{"accepted": len(tr.accepted), "clients": len(tr.clients), "denied": len(tr.denied), "pins": len(tr.pins), "told": len(tr.told)} {
		if n > maxStacks {
			t.Errorf("%s holds %d; want at most %d", what, n, maxStacks)
		}
	}
}
