package resolver

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/upstream"
)

func TestNewReportsEverything(t *testing.T) {
	t.Parallel()
	_, err := New(Options{
		Listen:    "127.0.0.1:0",
		Upstreams: []string{"udp://192.0.2.1", "192.0.2.1", "https://me:hunter2@dns.example/"},
		Forward:   map[string][]string{"corp..test": {"udp://192.0.2.1"}, "office.test": {"quic://192.0.2.1"}, "empty.test": nil},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"resolver.upstreams[1]: ", "resolver.upstreams[2]: ", "resolver.forward.corp..test: ", "resolver.forward.office.test[0]: ", "resolver.forward.empty.test: ",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v; want it to tell about %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "upstreams[0]") {
		t.Errorf("err = %v; want no password and nothing about what is right", err)
	}
}

func TestListenErrors(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Upstreams: []string{"udp://192.0.2.1"}})
	for address, want := range map[string]string{
		s.Addr().String(): "another DNS server has this port",
		"127.0.0.1":       "missing port",
		"127.0.0.1:x":     "no port",
		"dns.example:53":  "no IP address",
		"192.0.2.77:0":    "no interface",
	} {
		_, err := New(Options{Listen: address, Upstreams: []string{"udp://192.0.2.1"}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), address) && !strings.Contains(err.Error(), "listen.dns") {
			t.Errorf("listen on %s: err = %v; want %q", address, err, want)
		}
	}
	// A taken TCP port is found out as well, and the UDP port given back.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if _, err := New(Options{Listen: l.Addr().String(), Upstreams: []string{"udp://192.0.2.1"}}); err == nil {
		t.Error("taken TCP port: no error")
	}
	udp, err := net.ListenPacket("udp", l.Addr().String())
	if err != nil {
		t.Errorf("UDP port is still taken: %v", err)
	} else {
		_ = udp.Close()
	}
}

func TestBothOnOnePort(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "localhost:0", ":0"} {
		s, err := New(Options{Listen: address, Upstreams: []string{"udp://192.0.2.1"}})
		if err != nil {
			t.Fatal(err)
		}
		if u, tc := s.udp.LocalAddr().(*net.UDPAddr).Port, s.tcp.Addr().(*net.TCPAddr).Port; u != tc {
			t.Errorf("%s: UDP port %d, TCP port %d; want one", address, u, tc)
		}
		if err := s.closeSockets(); err != nil {
			t.Error(err)
		}
	}
}

func TestReaches(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		target, own string
		want        bool
	}{
		{"127.0.0.1:53", "127.0.0.1:53", true},
		{"[::ffff:127.0.0.1]:53", "127.0.0.1:53", true},
		{"127.0.0.1:53", "0.0.0.0:53", true},
		{"[::1]:53", "[::]:53", true},
		{"0.0.0.0:53", "127.0.0.1:53", true},
		{"127.0.0.1:54", "127.0.0.1:53", false},
		{"127.0.0.53:53", "127.0.0.1:53", false},
		{"192.0.2.1:53", "0.0.0.0:53", false},
		{"0.0.0.0:53", "192.0.2.1:53", false},
	} {
		if got := reaches(netip.MustParseAddrPort(tc.target), netip.MustParseAddrPort(tc.own)); got != tc.want {
			t.Errorf("reaches(%s, %s) = %v; want %v", tc.target, tc.own, got, tc.want)
		}
	}
}

// TestOwnAddress gives a server its own address as upstream.
func TestOwnAddress(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Upstreams: []string{"udp://192.0.2.1"}})
	for _, scheme := range []string{"udp", "tcp"} {
		err := s.Reload(Options{Upstreams: []string{scheme + "://" + s.Addr().String()}})
		if err == nil || !strings.Contains(err.Error(), "resolver.upstreams[0]") || !strings.Contains(err.Error(), "listen.dns") {
			t.Errorf("err = %v; want one that says what to change", err)
		}
	}
}

// TestLoop has an upstream that forwards everything back, as a router does that
// was told to use sekisho.
func TestLoop(t *testing.T) {
	t.Parallel()
	var s *Server
	ready := make(chan struct{})
	udp, tcp, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	forwarder := &dns.Server{PacketConn: udp, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		<-ready
		e, err := upstream.New("udp://"+s.Addr().String(), upstream.Options{})
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if r, err := e.Exchange(ctx, q); err == nil {
			_ = w.WriteMsg(r)
		}
	})}
	done := make(chan error)
	started := make(chan struct{})
	forwarder.NotifyStartedFunc = func() { close(started) }
	go func() { done <- forwarder.ActivateAndServe() }()
	<-started
	t.Cleanup(func() { _, _ = forwarder.Shutdown(), tcp.Close(); t.Log("forwarder ended:", <-done) })
	good := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1"))
	s = start(t, Options{Upstreams: []string{"udp://" + udp.LocalAddr().String(), good.url}})
	close(ready)
	servers := s.settings.Load().main.servers
	for !servers[0].looped.Load() {
		select {
		case <-t.Context().Done():
			t.Fatal("loop not found")
		case <-time.After(time.Millisecond):
		}
	}
	if r := ask(t, s, newQuery("shop.example.", dns.TypeA)); len(r.Answer) != 1 || servers[1].looped.Load() {
		t.Errorf("reply %v, other upstream dropped %v; want the other one's answer", r, servers[1].looped.Load())
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	one := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1"))
	two := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.2"))
	s := start(t, Options{Upstreams: []string{one.url}})
	want := func(a string, asked int) {
		t.Helper()
		r := ask(t, s, newQuery("shop.example.", dns.TypeA))
		if len(r.Answer) != 1 || r.Answer[0].(*dns.A).A.String() != a || one.times("shop.example.", dns.TypeA) != asked {
			t.Errorf("reply %v after %d exchanges; want %s after %d", r, one.times("shop.example.", dns.TypeA), a, asked)
		}
	}
	want("192.0.2.1", 1)
	if err := s.Reload(Options{Upstreams: []string{"nonsense"}}); err == nil {
		t.Error("nonsense: no error")
	}
	want("192.0.2.1", 1)
	if err := s.Reload(Options{Upstreams: []string{one.url}, Clients: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}); err != nil {
		t.Error(err)
	}
	want("192.0.2.1", 1) // still in the cache: the upstreams are the same
	if err := s.Reload(Options{Upstreams: []string{two.url}}); err != nil {
		t.Error(err)
	}
	want("192.0.2.2", 1)
	if err := s.Reload(Options{Upstreams: []string{two.url}, Policy: policy([]string{"shop.example"}, nil)}); err != nil {
		t.Error(err)
	}
	if r := ask(t, s, newQuery("shop.example.", dns.TypeA)); r.Rcode != dns.RcodeNameError {
		t.Errorf("reply %v; want it blocked by the new policy", r)
	}
}

// TestDrain ends Serve while a question is under way.
func TestDrain(t *testing.T) {
	t.Parallel()
	answer, release := gate(t)
	s, err := New(Options{Listen: "127.0.0.1:0", Upstreams: []string{newOrigin(t, answer).url}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	wire, err := newQuery("slow.example.", dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	udp, tcp := dial(t, "udp", s), dial(t, "tcp", s)
	if _, err := udp.Write(wire); err != nil {
		t.Fatal(err)
	}
	if _, err := tcp.Write(framed(wire)); err != nil {
		t.Fatal(err)
	}
	waiting := func() (n int) { // but for who asks where the name leads
		s.flights.mu.Lock()
		defer s.flights.mu.Unlock()
		for _, fl := range s.flights.byKey {
			for _, w := range fl.waiters {
				if !w.raw {
					n++
				}
			}
		}
		return n
	}
	for waiting() < 2 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	release()
	buf := make([]byte, 512)
	n, err := udp.Read(buf)
	if err != nil {
		t.Fatalf("over UDP: %v", err)
	}
	for _, raw := range [][]byte{buf[:n], readFrame(t, tcp)} {
		if r := unpack(t, wire, raw); len(r.Answer) != 1 {
			t.Errorf("reply %v; want an answer", r)
		}
	}
	if err := <-done; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if conn, err := net.Dial("tcp", s.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("still accepts connections")
	}
}
