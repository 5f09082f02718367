package upstream

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"

	"github.com/miekg/dns"
)

// exchangerFunc is an Exchanger without a network.
type exchangerFunc func(context.Context, *dns.Msg) (*dns.Msg, error)

func (f exchangerFunc) Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) { return f(ctx, q) }

func (exchangerFunc) String() string { return "scripted" }
func (exchangerFunc) Close() error   { return nil }

// TestLookupOfAnotherNetwork: what a look-up says that was begun before the network
// changed, and not ended by that, is not believed, and the one after it goes on.
func TestLookupOfAnotherNetwork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan string)
		l := &locator{target: target{host: "dns.example"}, servers: []Exchanger{exchangerFunc(func(_ context.Context, q *dns.Msg) (*dns.Msg, error) {
			r := new(dns.Msg)
			return r, r.Unpack(reply(packed(t, q), <-release))
		})}}
		begin := func() *locating {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.start()
		}
		before := begin()
		synctest.Wait()
		l.close()
		for range 2 { // A and AAAA
			release <- "192.0.2.66"
		}
		<-before.done
		after := begin()
		synctest.Wait()
		l.mu.Lock()
		if len(l.addrs) > 0 || l.asking != after {
			t.Errorf("addresses %v, the second look-up under way: %v; want none, and it", l.addrs, l.asking == after)
		}
		l.mu.Unlock()
		for range 2 {
			release <- "192.0.2.1"
		}
		<-after.done
		synctest.Wait()
		addrs, err := l.addresses(t.Context())
		if err != nil || len(addrs) == 0 || addrs[0] != netip.MustParseAddr("192.0.2.1") {
			t.Errorf("addresses %v, %v; want those of the second", addrs, err)
		}
	})
}

func packed(t *testing.T, q *dns.Msg) []byte {
	t.Helper()
	wire, err := q.Pack()
	if err != nil {
		t.Error(err)
	}
	return wire
}
