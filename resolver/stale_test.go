package resolver

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

// TestStaleForADay has the only upstream fall silent: what it said is told for
// a day more, after a wait at first and then at once.
func TestStaleForADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const ttl = time.Minute
		records, silent := zone(t, "shop.example. 60 IN A 192.0.2.1"), false
		s := wired(t, wire(func(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
			if silent {
				return silence(ctx, q)
			}
			return sent(t, records(q)), nil
		}))
		asked := func() (*dns.Msg, time.Duration) {
			t.Helper()
			start, answered := time.Now(), make(chan []byte, 1)
			later(t, s, "shop.example.", func(reply []byte) { answered <- reply })
			r := new(dns.Msg)
			if err := r.Unpack(<-answered); err != nil {
				t.Fatal(err)
			}
			return r, time.Since(start)
		}
		if r, _ := asked(); len(r.Answer) != 1 {
			t.Fatalf("%v; want an answer", r)
		}
		silent = true
		stale := func(want time.Duration) {
			t.Helper()
			r, took := asked()
			if e, ok := remarkOf(r); len(r.Answer) != 1 || !ok || e.InfoCode != dns.ExtendedErrorCodeStaleAnswer || took != want {
				t.Errorf("%v after %v; want the stale answer after %v", r, took, want)
			}
			time.Sleep(flightTime + failMost) // until it may be asked again
		}
		time.Sleep(maxStale + ttl - time.Minute)
		for range downAfter {
			stale(staleAfter)
		}
		stale(0)
		time.Sleep(time.Minute)
		if r, _ := asked(); r.Rcode != dns.RcodeServerFailure {
			t.Errorf("%v; want SERVFAIL for an answer that is too old", r)
		}
		s.cancel()
		s.tasks.running.Wait()
	})
}
