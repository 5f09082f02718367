package upstream

import (
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
)

// TestErrorsAreNotAboutEDNS: a question that a server rejects without EDNS as well
// says nothing about EDNS; the next one has it.
func TestErrorsAreNotAboutEDNS(t *testing.T) {
	t.Parallel()
	for _, rcode := range []int{dns.RcodeFormatError, dns.RcodeNotImplemented} {
		var without atomic.Int32
		addr, _ := udpServer(t, func(q []byte, send func([]byte)) {
			m := new(dns.Msg)
			if err := m.Unpack(q); err != nil {
				return
			}
			if m.Question[0].Name == "odd.example." {
				send(reply(q, "192.0.2.66", func(m *dns.Msg) { m.Rcode, m.Answer = rcode, nil }))
				return
			}
			if m.IsEdns0() == nil {
				without.Add(1)
			}
			right(q, send)
		})
		e := open(t, "udp://"+addr, Options{})
		if r, err := ask(t, e, "odd.example."); err != nil || r.Rcode != rcode {
			t.Fatalf("%v, %v; want %s", r, err, dns.RcodeToString[rcode])
		}
		wantA(t, e, "shop.example.", "192.0.2.1")
		if without.Load() != 0 {
			t.Errorf("%s: the next question had no EDNS", dns.RcodeToString[rcode])
		}
	}
}
