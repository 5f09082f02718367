package resolver

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

// TestSilentBesideGood asks for names that an upstream says nothing about beside ones that it
// answers: all the latter are answered, where each question costs a socket up to what the
// pace for these bears, and far beyond it where they share connections.
func TestSilentBesideGood(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		shared bool
		silent int // in a second
	}{
		{"datagrams", false, 30},
		{"connections", true, 120},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { silentBesideGood(t, tc.shared, tc.silent) })
		})
	}
}

func silentBesideGood(t *testing.T, shared bool, rate int) {
	answers := zone(t, "")
	s := wired(t, wire(func(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
		if strings.HasPrefix(q.Question[0].Name, "silent") {
			return silence(ctx, q)
		}
		time.Sleep(50 * time.Millisecond)
		return sent(t, answers(q)), nil
	}))
	s.settings.Load().main.servers[0].places.Shared = shared
	const seconds, good = 8, 40
	var (
		asked    sync.WaitGroup
		mu       sync.Mutex
		failures int
	)
	ask := func(name string, told func(*dns.Msg)) {
		packet, err := newQuery(name, dns.TypeA, edns).Pack()
		if err != nil {
			t.Fatal(err)
		}
		asked.Add(1)
		reply, waits := s.handle(packet, netip.MustParseAddr("127.0.0.1"), arrival{tcp: true}, nil, sends(func(reply []byte) {
			defer asked.Done()
			told(unpack(t, packet, reply))
		}))
		if reply != nil || !waits {
			t.Errorf("%s: answered at once", name)
			asked.Done()
		}
	}
	asked.Go(func() {
		for i := range seconds * rate {
			ask(fmt.Sprintf("silent%d.example%d.net.", i, i), func(*dns.Msg) {})
			time.Sleep(time.Second / time.Duration(rate))
		}
	})
	for i := range seconds * good {
		ask(fmt.Sprintf("good%d.example.net.", i), func(r *dns.Msg) {
			mu.Lock()
			defer mu.Unlock()
			if r.Rcode == dns.RcodeServerFailure {
				failures++
			}
		})
		time.Sleep(time.Second / good)
	}
	asked.Wait()
	if failures > 0 {
		t.Errorf("%d of %d good names failed", failures, seconds*good)
	}
	s.cancel()
	s.tasks.running.Wait()
}

// TestShared knows which upstreams have their exchanges share connections.
func TestShared(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{
		"udp://192.0.2.1": false, "tcp://192.0.2.1": true, "tls://192.0.2.1": true, "https://192.0.2.1/dns-query": true,
	} {
		e, err := upstream.New(url, upstream.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := newNameserver(e).places.Shared; got != want {
			t.Errorf("%s: shared %v; want %v", url, got, want)
		}
	}
}
