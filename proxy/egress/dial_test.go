package egress_test

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sekisho/proxy/egress"
)

// TestDialBeside: however many addresses do not answer, all dials together have no more
// sockets than one each and the places there are.
func TestDialBeside(t *testing.T) {
	t.Parallel()
	const dials, places = 3, 2
	var open, most atomic.Int32
	release := make(chan struct{})
	d := egress.Dialer{Beside: make(chan struct{}, places), Control: func(string, string, syscall.RawConn) error {
		most.Store(max(most.Load(), open.Add(1)))
		<-release
		open.Add(-1)
		return context.Canceled
	}}
	var under sync.WaitGroup
	for range dials {
		under.Go(func() {
			conn, err := d.Dial(t.Context(), slices.Repeat([]netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:1")}, 8))
			if err == nil {
				_ = conn.Close()
			}
		})
	}
	for deadline := time.Now().Add(20 * time.Second); open.Load() < dials+places; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("%d sockets; want %d", open.Load(), dials+places)
			break
		}
	}
	time.Sleep(700 * time.Millisecond) // in which two more of each would have begun
	close(release)
	under.Wait()
	if most.Load() != dials+places {
		t.Errorf("%d sockets at a time; want %d", most.Load(), dials+places)
	}
	if len(d.Beside) != 0 {
		t.Errorf("%d places are not given back", len(d.Beside))
	}
}
