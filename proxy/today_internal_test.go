package proxy

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/interstitial"
	"sekisho/journal"
)

// TestToday: what was counted yesterday is not of today.
func TestToday(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := newToday()
		time.Sleep(time.Hour)
		c.page()
		c.page()
		c.stopped(journal.DoorPage)
		c.stopped(journal.DoorProxy)
		c.stopped(journal.DoorGuard)
		if diff := cmp.Diff(interstitial.Tally{Since: start, Read: 2, Warned: 2, Held: 1}, c.read()); diff != "" {
			t.Errorf("today (-want +got):\n%s", diff)
		}
		time.Sleep(24 * time.Hour)
		c.page()
		y, m, d := time.Now().Date()
		if diff := cmp.Diff(interstitial.Tally{Since: time.Date(y, m, d, 0, 0, 0, 0, time.Local), Read: 1}, c.read()); diff != "" {
			t.Errorf("the day after (-want +got):\n%s", diff)
		}
	})
}
