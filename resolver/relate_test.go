package resolver

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/rules"
)

// relatedZone has names that lead to others which are blocked for where they lead
// themselves. Its addresses of mixed names have an alias, their HTTPS records none.
const relatedZone = `
	ct.example. 60 IN HTTPS 0 blocked.example.
	ct.example. 60 IN A 192.0.2.1
	cb.example. | cb.example. 60 IN CNAME blocked.example.
	cb.example. | blocked.example. 60 IN A 192.0.2.1
	y.cb.example. 60 IN A 192.0.2.1
	y.cb.example. 60 IN HTTPS 1 . alpn=h2
	y.ct.example. 60 IN A 192.0.2.1
	to.example. | to.example. 60 IN CNAME y.cb.example.
	x.tree.example. | tree.example. 60 IN DNAME cb.example.
	fine.example. 60 IN A 192.0.2.1
	fine.example. 60 IN HTTPS 1 . alpn=h2
	www.fine.example. | www.fine.example. 60 IN CNAME fine.example.
	www.fine.example. | fine.example. 60 IN A 192.0.2.1
	www.amazon.co.jp. | www.amazon.co.jp. 60 IN CNAME y.cb.example.
	www.amazon.co.jp. | y.cb.example. 60 IN A 192.0.2.1`

// mixedAddresses answers for the addresses of mixed.example with an alias, at once or
// by way of another, and for anything else of it with nothing.
func mixedAddresses(t *testing.T) func(q *dns.Msg) *dns.Msg {
	records := zone(t, relatedZone)
	aliases := zone(t, `
		mixed.example. | mixed.example. 60 IN CNAME ct.example.
		mixed.example. | ct.example. 60 IN A 192.0.2.1
		twice.example. | twice.example. 60 IN CNAME mid.example.
		twice.example. | mid.example. 60 IN CNAME ct.example.
		twice.example. | ct.example. 60 IN A 192.0.2.1
		pure.example. | pure.example. 60 IN CNAME fine.example.
		pure.example. | fine.example. 60 IN A 192.0.2.1`)
	return func(q *dns.Msg) *dns.Msg {
		name := q.Question[0].Name
		if slices.Contains([]string{"mixed.example.", "twice.example.", "pure.example."}, name) {
			if q.Question[0].Qtype == dns.TypeA {
				return aliases(q)
			}
			r := new(dns.Msg).SetReply(q)
			r.Ns = []dns.RR{soa("example.", 900)}
			return r
		}
		return records(q)
	}
}

// TestBlocksAreTransitive has names lead to, or be below, others that are blocked
// because of where those lead.
func TestBlocksAreTransitive(t *testing.T) {
	t.Parallel()
	for _, known := range []string{"", "ct.example.", "cb.example."} {
		t.Run(known, func(t *testing.T) {
			t.Parallel()
			o := newOrigin(t, mixedAddresses(t))
			s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
			if known != "" {
				if r := ask(t, s, newQuery(known, dns.TypeA)); r.Rcode != dns.RcodeNameError {
					t.Fatalf("%s: %v; want it blocked", known, r)
				}
			}
			want := map[string]bool{"mixed.example.": true, "twice.example.": true, "pure.example.": false, "www.fine.example.": false, "www.amazon.co.jp.": false}
			switch known {
			case "ct.example.":
				want["y.ct.example."] = true
			case "cb.example.":
				want["y.cb.example."], want["to.example."], want["x.tree.example."] = true, true, true
			}
			for range 2 {
				for name, blocked := range want {
					r := ask(t, s, newQuery(name, dns.TypeA, edns))
					if got := r.Rcode == dns.RcodeNameError; got != blocked {
						t.Errorf("%s: %v; want it blocked: %v", name, r, blocked)
					}
					var b *BlockedError
					_, err := s.Lookup(t.Context(), mustParse(t, name[:len(name)-1]))
					if got := errors.As(err, &b) && b.Ground == rules.Blocklist; got != blocked && name != "www.amazon.co.jp." {
						t.Errorf("%s: Lookup = %v; want it blocked: %v", name, err, blocked)
					}
				}
			}
			if n := o.times("blocked.example."); n != 0 {
				t.Errorf("blocked name was asked for %d times", n)
			}
			if n := o.times("fine.example.", dns.TypeHTTPS); n > 1 {
				t.Errorf("asked %d times for HTTPS records of an alias's target; want once", n)
			}
		})
	}
}

// TestRelatedTellsTheWay has the journal tell by which names a block came.
func TestRelatedTellsTheWay(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, mixedAddresses(t))
	j, path := openJournal(t)
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil), Journal: j})
	ask(t, s, newQuery("twice.example.", dns.TypeA))
	all := events(t, path)
	if len(all) != 1 || all[0].Host != "twice.example" || !strings.HasPrefix(all[0].Detail, "leads to mid.example → ct.example → blocked.example: ") {
		t.Errorf("events %+v; want the way", all)
	}
}

// TestRelatedIsForgotten has a name lead elsewhere after its answer has expired.
func TestRelatedIsForgotten(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, mixedAddresses(t))
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	ask(t, s, newQuery("cb.example.", dns.TypeA))
	name, _ := wireName("y.cb.example.")
	p := s.settings.Load().policy()
	if chain := s.leading(p, name, true, time.Now()); len(chain) != 1 {
		t.Errorf("chain %v; want the blocked name", chain)
	}
	if chain := s.leading(p, name, true, time.Now().Add(2*time.Minute)); chain != nil {
		t.Errorf("chain %v after the answer has expired; want none", chain)
	}
}
