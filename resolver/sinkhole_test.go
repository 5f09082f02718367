package resolver

import (
	"net/netip"
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
	trusts.Store(true)
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, targetZone)).url},
		Policy:    policy([]string{"blocked.example"}, nil),
		Sinkhole:  []netip.Addr{netip.MustParseAddr("192.0.2.53")},
		Trusts:    func(client netip.Addr) bool { return client.IsLoopback() && trusts.Load() },
	})
	type told struct {
		Rcode, Answers int
		TTL            uint32
		EDE            uint16
	}
	nothing := told{Rcode: dns.RcodeSuccess, TTL: 10, EDE: dns.ExtendedErrorCodeBlocked}
	page := told{Rcode: dns.RcodeSuccess, Answers: 1, TTL: 10, EDE: dns.ExtendedErrorCodeForgedAnswer}
	gone := told{Rcode: dns.RcodeNameError, TTL: 10, EDE: dns.ExtendedErrorCodeBlocked}
	for _, believes := range []bool{true, false} {
		trusts.Store(believes)
		for _, name := range []string{"x.blocked.example.", "alias.example."} { // by name, and by where it leads
			for qtype, want := range map[uint16]told{
				dns.TypeA: page, dns.TypeAAAA: nothing, dns.TypeHTTPS: nothing, dns.TypeTXT: nothing,
			} {
				if !believes {
					want = gone
				}
				r := ask(t, s, newQuery(name, qtype, edns))
				got := told{Rcode: r.Rcode, Answers: len(r.Answer)}
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
