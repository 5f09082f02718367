package resolver

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// TestWitness tells of clients that completed a handshake, over TLS and over
// HTTPS, and of none that did not believe the certificate.
func TestWitness(t *testing.T) {
	t.Parallel()
	var begun, completed atomic.Int32
	s, config := startSecured(t, Options{
		Witness: func(*tls.ClientHelloInfo) func() {
			begun.Add(1)
			return func() { completed.Add(1) }
		},
	})
	if conn, err := tls.Dial("tcp", s.DoT().String(), &tls.Config{NextProtos: []string{"dot"}}); err == nil {
		_ = conn.Close()
		t.Fatal("a stranger believed the certificate")
	}
	if resp, err := dohClient(t, &tls.Config{}).Get("https://" + s.DoH().String() + "/"); err == nil {
		_ = resp.Body.Close()
		t.Fatal("a stranger believed the certificate")
	}
	within(t, "handshakes that begin", func() bool { return begun.Load() == 2 })
	dialDoT(t, s, config)
	within(t, "the one over TLS", func() bool { return completed.Load() == 1 })
	client := dohClient(t, config)
	for range 2 { // on one connection
		resp, err := client.Get("https://" + s.DoH().String() + "/")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	within(t, "the one over HTTPS", func() bool { return completed.Load() == 2 })
	if got := begun.Load(); got != 4 {
		t.Errorf("%d handshakes; want 4", got)
	}
}

// within waits until cond holds; only a hang takes longer than it has.
func within(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !cond(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: still not", what)
		}
	}
}

// TestServeDoHCrowd serves so many at a time of one client, and others meanwhile.
func TestServeDoHCrowd(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg {
		<-hold
		return new(dns.Msg).SetReply(q)
	})
	s := start(t, Options{Upstreams: []string{o.url}, Clients: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("127.0.0.0/8")}})
	wire, err := newQuery("slow.example.", dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	ask := func(client string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/dns-query", strings.NewReader(string(wire)))
		r.Header.Set("Content-Type", dohType)
		r.RemoteAddr = client + ":4711"
		w := httptest.NewRecorder()
		s.ServeDoH(w, r)
		return w
	}
	statuses := make(chan int, pipeline)
	for range pipeline {
		go func() { statuses <- ask("192.0.2.1").Code }()
	}
	within(t, "the crowd", func() bool {
		s.crowd.mu.Lock()
		defer s.crowd.mu.Unlock()
		return s.crowd.all == pipeline
	})
	if w := ask("192.0.2.1"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("one more of the same client: %d; want 503", w.Code)
	}
	stranger := ask("198.51.100.1")
	r := new(dns.Msg)
	if err := r.Unpack(stranger.Body.Bytes()); err != nil || r.Rcode != dns.RcodeRefused {
		t.Errorf("who is no client: %d, %v, %v; want REFUSED", stranger.Code, r, err)
	}
	close(hold)
	for range pipeline {
		if got := <-statuses; got != http.StatusOK {
			t.Errorf("status %d; want 200", got)
		}
	}
	if diff := cmp.Diff(0, s.crowd.all); diff != "" || len(s.crowd.byClient) != 0 {
		t.Errorf("left: %s, %v", diff, s.crowd.byClient)
	}
}

// TestDesignate tells of another server's DNS over HTTPS where the certificate
// for the address that was asked is one for it, whatever the listeners are bound
// to, and of the resolver's own before it.
func TestDesignate(t *testing.T) {
	t.Parallel()
	const one, six = "127.0.0.1", "2001:db8::1"
	for name, tt := range map[string]struct{ listen, own, at, asked, want string }{
		"the same address":           {one, "", one, one, "8766"},
		"every address":              {one, "", "0.0.0.0", one, "8766"},
		"every one of both":          {one, "", "::", one, "8766"},
		"another address":            {one, "", "192.0.2.1", one, ""},
		"one of its own before":      {one, one, one, one, "own"},
		"one of its own elsewhere":   {one, "127.0.0.2", one, one, "8766"},
		"one of its own, everywhere": {one, "0.0.0.0", "0.0.0.0", one, "own"},
		"both everywhere":            {"0.0.0.0", "", "0.0.0.0", one, "8766"},
		"both everywhere, elsewhere": {"0.0.0.0", "", "0.0.0.0", "198.51.100.7", "8766"},
		"both everywhere, mapped":    {"::", "", "::", "::ffff:198.51.100.7", "8766"},
		"both everywhere, IPv6":      {"::", "", "::", six, "8766"},
		"everywhere, by another":     {"0.0.0.0", "", "192.0.2.1", one, ""},
		"everywhere, IPv6 for IPv4":  {"::", "", "0.0.0.0", six, ""},
		"everywhere, not told":       {"0.0.0.0", "", "0.0.0.0", "", ""},
		"everywhere, told nothing":   {"0.0.0.0", "", "0.0.0.0", "0.0.0.0", ""},
		"everywhere, a link's":       {"::", "", "::", "fe80::1%eth0", ""},
		"everywhere, sent to many":   {"::", "", "::", "ff02::fb", ""},
		"one address, and not told":  {one, "", "0.0.0.0", "", "8766"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := Options{Listen: net.JoinHostPort(tt.listen, "0")}
			if tt.own != "" {
				o.ListenDoH, o.TLS = net.JoinHostPort(tt.own, "0"), &tls.Config{}
			}
			s, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			s.Designate(netip.AddrPortFrom(netip.MustParseAddr(tt.at), 8766))
			serve(t, s)
			var asked netip.Addr
			if tt.asked != "" {
				asked = netip.MustParseAddr(tt.asked)
			}
			want := tt.want
			if want == "own" {
				want = strconv.Itoa(int(addrPortOf(s.secured.doh).Port()))
			}
			got := ""
			if a := s.designated(asked); a != nil {
				got = string(a.records)
			}
			if hint := asked.Unmap(); want != "" {
				if !hint.IsValid() {
					hint = netip.MustParseAddr(tt.listen)
				}
				port, _ := strconv.ParseUint(want, 10, 16)
				path := param(7, []byte(dohPath+"{?dns}"))
				want = string(local(dns.TypeSVCB, localTTL, service(1, "\x02h2", netip.AddrPortFrom(hint, uint16(port)), path)).records)
			}
			if got != want {
				t.Errorf("told of %q; want %q", got, want)
			}
		})
	}
}

// TestDesignateEverywhere asks a resolver at all addresses for the encrypted
// ways: they are at the one that was asked.
func TestDesignateEverywhere(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Listen: "0.0.0.0:0"})
	if err != nil {
		t.Fatal(err)
	}
	s.Designate(netip.MustParseAddrPort("0.0.0.0:8766"))
	serve(t, s)
	_, port, err := net.SplitHostPort(s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"udp", "tcp"} {
		c := &dns.Client{Net: network}
		r, _, err := c.Exchange(newQuery("_dns.resolver.arpa.", dns.TypeSVCB), net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{`_dns.resolver.arpa. 0 IN SVCB 1 dns.sekisho.internal. alpn="h2" port="8766" ipv4hint="127.0.0.1" dohpath="/dns-query{?dns}"`}
		if diff := cmp.Diff(want, texts(r.Answer)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", network, diff)
		}
	}
}
