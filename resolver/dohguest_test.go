package resolver

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
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
// for the address that was asked is one for it.
func TestDesignate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		at, want string
		own      bool
	}{
		"the same address":      {"127.0.0.1:8766", `1 dns.sekisho.internal. alpn="h2" port="8766" ipv4hint="127.0.0.1" dohpath="/dns-query{?dns}"`, false},
		"every address":         {"0.0.0.0:8766", `1 dns.sekisho.internal. alpn="h2" port="8766" ipv4hint="127.0.0.1" dohpath="/dns-query{?dns}"`, false},
		"every one of both":     {"[::]:8766", `1 dns.sekisho.internal. alpn="h2" port="8766" ipv4hint="127.0.0.1" dohpath="/dns-query{?dns}"`, false},
		"another address":       {"192.0.2.1:8766", "", false},
		"one of its own before": {"127.0.0.1:8766", "own", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := Options{Listen: "127.0.0.1:0"}
			if tt.own {
				o.ListenDoH, o.TLS = "127.0.0.1:0", &tls.Config{}
			}
			s, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			before := s.designated
			s.Designate(netip.MustParseAddrPort(tt.at))
			if tt.own {
				if s.designated != before {
					t.Error("the resolver's own is told of no more")
				}
			}
			serve(t, s)
			if tt.own {
				return
			}
			got := ""
			for _, rr := range ask(t, s, newQuery("_dns.resolver.arpa.", dns.TypeSVCB)).Answer {
				_, got, _ = strings.Cut(rr.String(), "SVCB\t")
			}
			if got != tt.want {
				t.Errorf("told of %q; want %q", got, tt.want)
			}
		})
	}
}
