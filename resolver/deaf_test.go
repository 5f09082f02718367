package resolver

import (
	"testing"
	"time"

	"github.com/miekg/dns"
)

// TestDeafServersComeLast: a server that does not answer for service records is asked
// for these after those that do, and for all else in its turn.
func TestDeafServersComeLast(t *testing.T) {
	t.Parallel()
	now := time.Now()
	deaf, good := new(nameserver), new(nameserver)
	deaf.hearing.judged(true, now)
	g := &group{servers: []*nameserver{deaf, good}}
	for qtype, want := range map[uint16]*nameserver{
		dns.TypeHTTPS: good, dns.TypeSVCB: good, dns.TypeA: deaf, dns.TypeAAAA: deaf, dns.TypeMX: deaf,
	} {
		order := g.order(qtype, now)
		if len(order) != 2 || order[0] != want {
			t.Errorf("%s: the deaf one comes first: %v, of %d; want %v, of 2", dns.TypeToString[qtype], order[0] == deaf, len(order), want == deaf)
		}
		if later := g.order(qtype, now.Add(deafFor)); later[0] != deaf {
			t.Errorf("%s: the deaf one does not come first after %v", dns.TypeToString[qtype], deafFor)
		}
	}
}
