package resolver

import (
	"net"
	"net/netip"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// TestSinkhole leads a client that trusts the authority to the page, and does
// so no more once it turned out not to.
func TestSinkhole(t *testing.T) {
	t.Parallel()
	var trusts atomic.Bool
	page := netip.MustParseAddr("192.0.2.53")
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, targetZone)).url},
		Policy:    policy([]string{"blocked.example"}, nil),
		Sinkhole: func(client netip.Addr) netip.Addr {
			if client.IsLoopback() && trusts.Load() {
				return page
			}
			return netip.Addr{}
		},
	})
	type told struct {
		Rcode   int
		Answers []string
		TTL     uint32
		EDE     uint16
	}
	nothing := told{Rcode: dns.RcodeSuccess, TTL: 10, EDE: dns.ExtendedErrorCodeBlocked}
	led := told{Rcode: dns.RcodeSuccess, Answers: []string{"192.0.2.53"}, TTL: 10, EDE: dns.ExtendedErrorCodeBlocked}
	gone := told{Rcode: dns.RcodeNameError, TTL: 10, EDE: dns.ExtendedErrorCodeBlocked}
	for _, believes := range []bool{true, false} {
		trusts.Store(believes)
		for _, name := range []string{"x.blocked.example.", "alias.example."} { // by name, and by where it leads
			for qtype, want := range map[uint16]told{
				dns.TypeA: led, dns.TypeAAAA: nothing, dns.TypeHTTPS: nothing, dns.TypeSVCB: nothing, dns.TypeTXT: nothing,
			} {
				if !believes {
					want = gone
				}
				r := ask(t, s, newQuery(name, qtype, edns))
				got := told{Rcode: r.Rcode, Answers: pagesOf(r)}
				for _, rr := range append(r.Answer, r.Ns...) {
					got.TTL = rr.Header().Ttl
				}
				if e, ok := remarkOf(r); ok {
					got.EDE = e.InfoCode
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, type %d, trusting %v (-want +got):\n%s", name, qtype, believes, diff)
				}
			}
		}
	}
}

// pagesOf are those in the answer of r.
func pagesOf(r *dns.Msg) (all []string) {
	for _, rr := range r.Answer {
		switch rr := rr.(type) {
		case *dns.A:
			all = append(all, rr.A.String())
		case *dns.AAAA:
			all = append(all, rr.AAAA.String())
		}
	}
	return all
}

// TestSinkholeEverywhere leads to the address that was asked, of which the system
// tells by message over UDP and by connection over TCP.
func TestSinkholeEverywhere(t *testing.T) {
	t.Parallel()
	everywhere := netip.IPv6Unspecified()
	s, err := New(Options{
		Listen:   "0.0.0.0:0",
		Policy:   policy([]string{"blocked.example"}, nil),
		Sinkhole: func(netip.Addr) netip.Addr { return everywhere },
	})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, s)
	ours := []string{"127.0.0.1"}
	if runtime.GOOS == "linux" { // where all of 127.0.0.0/8 is this machine
		ours = append(ours, "127.0.0.7")
	}
	_, port, err := net.SplitHostPort(s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"udp", "tcp"} {
		for _, at := range ours {
			c := &dns.Client{Net: network}
			r, _, err := c.Exchange(newQuery("x.blocked.example.", dns.TypeA), net.JoinHostPort(at, port))
			if err != nil {
				t.Fatalf("%s to %s: %v", network, at, err)
			}
			if diff := cmp.Diff([]string{at}, pagesOf(r)); diff != "" {
				t.Errorf("%s to %s (-want +got):\n%s", network, at, diff)
			}
		}
	}
}

// TestSinkholeAddr holds the cases in which the address of a listener at all of
// them is none that a client could use.
func TestSinkholeAddr(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ page, at, want string }{
		"its own":              {"192.0.2.1", "198.51.100.1", "192.0.2.1"},
		"its own of IPv6":      {"2001:db8::1", "198.51.100.1", "2001:db8::1"},
		"mapped":               {"::ffff:192.0.2.1", "198.51.100.1", "192.0.2.1"},
		"all, asked at one":    {"0.0.0.0", "198.51.100.1", "198.51.100.1"},
		"all, mapped":          {"0.0.0.0", "::ffff:198.51.100.1", "198.51.100.1"},
		"all of both":          {"::", "2001:db8::1", "2001:db8::1"},
		"all of both, of IPv4": {"::", "198.51.100.1", "198.51.100.1"},
		"all of the other":     {"0.0.0.0", "2001:db8::1", ""},
		"not told":             {"::", "", ""},
		"told nothing":         {"::", "::", ""},
		"sent to many":         {"::", "ff02::fb", ""},
		"needs a zone":         {"::", "fe80::1%eth0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := &query{}
			if tt.at != "" {
				q.at = netip.MustParseAddr(tt.at)
			}
			h := &sinkhole{of: func(netip.Addr) netip.Addr { return netip.MustParseAddr(tt.page) }}
			got := ""
			if a := h.addr(q); a.IsValid() {
				got = a.String()
			}
			if got != tt.want {
				t.Errorf("led to %q; want %q", got, tt.want)
			}
		})
	}
}

// TestSinkholeAllocs: leading a client to the page costs no more than not to.
func TestSinkholeAllocs(t *testing.T) {
	page := netip.MustParseAddr("192.0.2.53")
	h := &sinkhole{of: func(netip.Addr) netip.Addr { return page }}
	q := &query{qtype: dns.TypeA}
	if n := testing.AllocsPerRun(1000, func() { h.blocked(q) }); n != 0 {
		t.Errorf("%v allocations an answer; want 0", n)
	}
}

// TestSinkholeGenuine: Amazon's own names are answered as they are, whatever is
// listed and wherever they lead, also to clients that would be led to the page.
func TestSinkholeGenuine(t *testing.T) {
	t.Parallel()
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "sellercentral.amazon.co.jp. 60 IN A 192.0.2.80\n"+
			"www.amazon.co.jp. 60 IN CNAME cdn.blocked.example.\nwww.amazon.co.jp. | cdn.blocked.example. 60 IN A 192.0.2.81")).url},
		Policy:   policy([]string{"blocked.example", "sellercentral.amazon.co.jp", "amazon.co.jp"}, nil),
		Sinkhole: func(netip.Addr) netip.Addr { return netip.MustParseAddr("192.0.2.53") },
	})
	for name, want := range map[string]string{
		"sellercentral.amazon.co.jp.": "192.0.2.80", "www.amazon.co.jp.": "192.0.2.81", "cdn.blocked.example.": "192.0.2.53",
	} {
		if diff := cmp.Diff([]string{want}, pagesOf(ask(t, s, newQuery(name, dns.TypeA)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
