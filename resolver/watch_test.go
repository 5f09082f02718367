package resolver

import (
	"errors"
	"net"
	"net/netip"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"sekisho/resolver/datagram"
)

// TestSystemServers has a machine start without a network, get one, lose it
// and get another.
func TestSystemServers(t *testing.T) {
	t.Parallel()
	one := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1")).url
	two := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.2")).url
	var now atomic.Pointer[[]string]
	s := start(t, Options{system: func() ([]string, error) {
		if urls := now.Load(); urls != nil {
			return *urls, nil
		}
		return nil, errors.New("no file")
	}})
	for _, tc := range []struct {
		urls []string
		want string
	}{
		{nil, ""}, {[]string{}, ""}, {[]string{one}, "192.0.2.1"}, {[]string{}, "192.0.2.1"}, {[]string{two, one}, "192.0.2.2"}, {[]string{"nonsense"}, "192.0.2.2"},
	} {
		if tc.urls != nil {
			now.Store(&tc.urls)
		}
		s.readSystem()
		s.cache.mu.Lock()
		clear(s.cache.failures)
		s.cache.mu.Unlock()
		got := ""
		if r := ask(t, s, newQuery("shop.example.", dns.TypeA)); len(r.Answer) == 1 {
			got = r.Answer[0].(*dns.A).A.String()
		}
		if got != tc.want {
			t.Errorf("system has %v: got %q; want %q", tc.urls, got, tc.want)
		}
	}
	// Upstreams that are set are not the system's.
	if err := s.Reload(Options{Upstreams: []string{one}}); err != nil {
		t.Fatal(err)
	}
	before := s.settings.Load()
	now.Store(&[]string{two})
	if s.readSystem(); s.settings.Load() != before {
		t.Error("the system's servers replaced those that are set")
	}
}

// TestAnswersFromAddressAsked has a socket on all addresses asked at one that
// is not the first.
func TestAnswersFromAddressAsked(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has further loopback addresses without set-up")
	}
	origin := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1")).url
	for _, listen := range []string{":0", "0.0.0.0:0"} {
		s, err := New(Options{Listen: listen, Upstreams: []string{origin}})
		if err != nil {
			t.Fatal(err)
		}
		serve(t, s)
		conn, err := net.ListenUDP("udp4", nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		for range 2 { // from the upstream, then from the cache
			packet, err := newQuery("shop.example.", dns.TypeA).Pack()
			if err != nil {
				t.Fatal(err)
			}
			asked := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.9"), s.own().Port())
			if _, err := conn.WriteToUDPAddrPort(packet, asked); err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, datagram.MaxReply)
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(asked.String(), from.String()); diff != "" {
				t.Errorf("%s: source of the reply (-want +got):\n%s", listen, diff)
			}
			if r := unpack(t, packet, buf[:n]); len(r.Answer) != 1 {
				t.Errorf("reply %v; want an answer", r)
			}
		}
	}
}

// TestServeEndsWithItsSocket has a socket fail under a server that is not told
// to end.
func TestServeEndsWithItsSocket(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Listen: "127.0.0.1:0", Upstreams: []string{"udp://192.0.2.1"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.tcp.Close()
	if err := s.Serve(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve: %v; want %v", err, net.ErrClosed)
	}
}

// TestForgivenFailures: what had no answer in one network is asked for in another, at once.
func TestForgivenFailures(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		if away.Load() {
			return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure)
		}
		return address(t, q)
	})
	s := start(t, Options{Upstreams: []string{o.url}})
	away.Store(true)
	if r := ask(t, s, newQuery("shop.example.", dns.TypeA)); r.Rcode != dns.RcodeServerFailure {
		t.Fatalf("%v; want SERVFAIL", r)
	}
	away.Store(false)
	s.look(moment{}, moment{steady: longPause + 1})
	if r := ask(t, s, newQuery("shop.example.", dns.TypeA)); len(r.Answer) != 1 {
		t.Errorf("%v; want the answer of this network", r)
	}
}
