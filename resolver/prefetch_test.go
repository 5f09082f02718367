package resolver

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

// TestPrefetch has a popular and an unpopular name come near their end.
func TestPrefetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := make(map[string]int)
		var mu sync.Mutex
		answers := zone(t, "popular.example. 100 IN A 192.0.2.1\nrare.example. 100 IN A 192.0.2.2")
		s := wired(t, wire(func(_ context.Context, q *dns.Msg) (*dns.Msg, error) {
			if q.Question[0].Qtype == dns.TypeA {
				mu.Lock()
				asked[q.Question[0].Name]++
				mu.Unlock()
			}
			return sent(t, answers(q)), nil
		}))
		hit := func(name string) {
			t.Helper()
			packet, err := newQuery(name, dns.TypeA).Pack()
			if err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			known := asked[name] > 0
			mu.Unlock()
			reply, waits := s.handle(packet, loopbackOnly[0].Addr(), arrival{}, nil, sends(func([]byte) {}))
			if known && (waits || len(unpack(t, packet, reply).Answer) != 1) {
				t.Errorf("%s is not answered at once", name)
			}
			synctest.Wait()
		}
		for range 4 {
			hit("popular.example.")
		}
		hit("rare.example.")
		time.Sleep(89 * time.Second)
		hit("popular.example.")
		if n := asked["popular.example."]; n != 1 {
			t.Errorf("asked %d times before it is due", n)
		}
		time.Sleep(2 * time.Second)
		for range 5 {
			hit("popular.example.")
		}
		hit("rare.example.")
		if n := asked["popular.example."]; n != 2 {
			t.Errorf("the popular name was asked for %d times; want 2", n)
		}
		if n := asked["rare.example."]; n != 1 {
			t.Errorf("the rare name was asked for %d times; want 1", n)
		}
		time.Sleep(20 * time.Second) // past the end of the first answer
		hit("popular.example.")
		if n := asked["popular.example."]; n != 2 {
			t.Errorf("asked %d times; want the renewed answer", n)
		}
	})
}
