package resolver

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

// A mute is an upstream that hears whatever it is asked and says nothing.
type mute struct {
	wire
	mu    sync.Mutex
	heard map[string]bool
}

func (m *mute) hear(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard[name] = true
}

// Prompt implements [upstream.Prompter].
func (m *mute) Prompt(questions ...upstream.Question) (*upstream.Prompt, error) {
	for _, q := range questions {
		m.hear(present(q.Wire[headerLen:]))
	}
	return nil, nil
}

// TestPlacesByClient has one client take all places of a silent server: what another asks
// is sent at once all the same, whichever way, as the places are on account of clients.
func TestPlacesByClient(t *testing.T) {
	t.Parallel()
	for name, prompts := range map[string]bool{"prompts": true, "exchanges": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { placesByClient(t, prompts) })
		})
	}
}

func placesByClient(t *testing.T, prompts bool) {
	m := &mute{heard: map[string]bool{}}
	m.wire = func(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
		m.hear(q.Question[0].Name)
		return silence(ctx, q)
	}
	s := wired(t, m)
	set := *s.settings.Load()
	set.clients = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	s.settings.Store(&set)
	if prompts {
		set.main.servers[0].prompter = m
	}
	put := func(name, client string) {
		packet, err := newQuery(name, dns.TypeA).Pack()
		if err != nil {
			t.Fatal(err)
		}
		if _, waits := s.handle(packet, netip.MustParseAddr(client), arrival{tcp: true}, nil, sends(func([]byte) {})); !waits {
			t.Errorf("%s: answered at once", name)
		}
		synctest.Wait()
	}
	for i := range maxMisses {
		put(fmt.Sprintf("n%d.flood.example.", i), "192.0.2.1")
	}
	put("other.example.", "192.0.2.2")
	if m.mu.Lock(); !m.heard["other.example."] || len(m.heard) > maxMisses {
		waits := maxMisses + 1 - len(m.heard)
		t.Errorf("%d names wait, the other client's asked %v; want some of the flood's to, and it asked", waits, m.heard["other.example."])
	}
	m.mu.Unlock()
	s.cancel()
	s.tasks.running.Wait()
}
