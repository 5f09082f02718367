package ruling

import (
	"net/netip"
	"testing"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/journal"
)

// TestFirstVisit: a warning claims that nobody opened the site before only of one that
// nobody did, however lately.
func TestFirstVisit(t *testing.T) {
	t.Parallel()
	shop, err := hostname.Parse("shop.labnet.example")
	if err != nil {
		t.Fatal(err)
	}
	at := Where{Client: netip.MustParseAddr("192.0.2.1"), Host: shop, Port: 443, Scheme: "https"}
	for _, seen := range []time.Time{{}, time.Now(), time.Now().Add(-5 * time.Minute)} {
		why := ByPage(dossier.Judgement{Do: dossier.Hold, Severity: journal.SeverityRed, Technique: "sign-in-copy", FirstSeen: seen})
		if w := why.Warning(at, ""); w.FirstVisit != seen.IsZero() || !w.FirstSeen.Equal(seen) {
			t.Errorf("first opened at %v: first visit %t, seen %v", seen, w.FirstVisit, w.FirstSeen)
		}
	}
}
