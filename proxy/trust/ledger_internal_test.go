package trust

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
	browser, other, app := Fingerprint{1}, Fingerprint{2}, Fingerprint{3}
	now := time.Unix(1_800_000_000, 0)
	tr := newLedger("root")
	tr.now = func() time.Time { return now }
	for i, step := range []struct {
		after  time.Duration
		client netip.Addr
		print  Fingerprint
		refuse string // "" completes
		want   News
		denied bool // whether the stack is tunnelled from then on
	}{
		{0, pc, browser, "a.example", NewsStranger, true},
		{0, pc, browser, "b.example", NewsNone, true}, // told once
		{0, phone, browser, "a.example", NewsStranger, true},
		{time.Minute, pc, browser, "", NewsTrusting, false},
		{0, pc, browser, "", NewsNone, false},
		// The browser's own stack refuses one site: never tunnelled for it.
		{0, pc, browser, "pinned.example", NewsNone, false},
		{0, pc, browser, "pinned.example", NewsNone, false},
		{0, pc, browser, "pinned.example", NewsPinned, false},
		{0, pc, browser, "pinned.example", NewsNone, false},
		{25 * time.Hour, pc, browser, "", NewsNone, false},
		{0, pc, browser, "pinned.example", NewsNone, false},
		{0, pc, browser, "pinned.example", NewsNone, false},
		{0, pc, browser, "pinned.example", NewsPinned, false}, // the next day
		// An application with a stack of its own: what is let past is told at once.
		{0, pc, app, "api.app.example", NewsProgram, true},
		{11 * time.Minute, pc, app, "api.app.example", NewsNone, true},
		{11 * time.Minute, pc, app, "api.app.example", NewsPinned, true},
		// Another browser without the CA refuses many sites: no pinning.
		{0, pc, other, "a.example", NewsNone, true}, // of this client it was told
		{0, pc, other, "www.b.example", NewsStranger, true},
		{0, pc, other, "www.b.example", NewsNone, true},
		{0, pc, other, "www.b.example", NewsNone, true},
		{0, pc, other, "", NewsTrusting, false},
		// The application does not yet, and is not forgotten for that.
		{11 * time.Minute, pc, app, "www.app.example", NewsProgram, true},
		{0, pc, app, "", NewsTrusting, false},
		{proofFor, pc, browser, "c.example", NewsStranger, true}, // trust has run out
	} {
		now = now.Add(step.after)
		var got News
		if step.refuse == "" {
			got = tr.Completed(step.client, step.print, name("accepted.example"))
		} else {
			got = tr.Refused(step.client, step.print, name(step.refuse), false)
		}
		if denied := tr.Refuses(step.client, step.print); got != step.want || denied != step.denied {
			t.Errorf("step %d: news %d, tunnelled %t; want %d, %t", i, got, denied, step.want, step.denied)
		}
	}
	now = now.Add(distrustFor)
	if tr.Refuses(pc, browser) {
		t.Error("a refusal has no end")
	}
}

// TestDoubted: from a program's first refusal until it is mended, or for a day.
func TestDoubted(t *testing.T) {
	t.Parallel()
	client, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	browser, app := Fingerprint{1}, Fingerprint{2}
	host, _ := hostname.Parse("a.example")
	now := time.Unix(1_800_000_000, 0)
	tr := newLedger("root")
	tr.now = func() time.Time { return now }
	for i, step := range []struct {
		after   time.Duration
		client  netip.Addr
		print   Fingerprint
		refuses bool
		want    bool // whether client is doubted, the first one
	}{
		{0, client, browser, false, false},
		{0, client, browser, true, false}, // which is not tunnelled for that
		{0, other, app, true, false},
		{0, client, app, true, true},
		{0, client, browser, false, true},
		{0, other, app, false, true},
		{0, client, app, false, false},
		{0, client, Fingerprint{3}, true, true},
		{tellEvery, other, app, false, false},
		{proofFor, client, browser, true, true}, // nothing there does any more
	} {
		now = now.Add(step.after)
		if step.refuses {
			tr.Refused(step.client, step.print, host, false)
		} else {
			tr.Completed(step.client, step.print, hostname.Name{})
		}
		if got := tr.Doubted(client); got != step.want {
			t.Errorf("step %d: doubted = %t; want %t", i, got, step.want)
		}
	}
}

// TestTrustIsBounded: strangers cannot make it grow.
func TestTrustIsBounded(t *testing.T) {
	t.Parallel()
	tr := newLedger("root")
	host, _ := hostname.Parse("a.example")
	for i := range 3 * maxStacks {
		client := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		tr.Refused(client, Fingerprint{byte(i)}, host, false)
		tr.Completed(client, Fingerprint{byte(i + 1)}, host)
		tr.Present(client, host)
	}
	for what, n := range map[string]int{"accepted": tr.accepted.Len(), "clients": tr.clients.Len(), "denied": tr.denied.Len(), "pins": tr.pins.Len(), "gave": tr.gave.Len(), "told": tr.told.Len()} {
		if n > maxStacks {
			t.Errorf("%s holds %d; want at most %d", what, n, maxStacks)
		}
	}
}
