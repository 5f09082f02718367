package resolver

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
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
	z.ct.example. 60 IN A 192.0.2.1
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

// TestRelatedIsForgotten has a name above lead elsewhere: it counts for names below
// for as long as for itself, and is asked about again once its TTL is over.
func TestRelatedIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mended atomic.Bool
		records, plain := mixedAddresses(t), zone(t, "ct.example. 60 IN A 192.0.2.1\nz.ct.example. 60 IN A 192.0.2.1\nx.ct.example. 60 IN A 192.0.2.1")
		s := wired(t, wire(func(_ context.Context, q *dns.Msg) (*dns.Msg, error) {
			if !mended.Load() {
				return sent(t, records(q)), nil
			}
			if q.Question[0].Name == "ct.example." {
				time.Sleep(time.Second) // the later word, after the answers to who had it asked for
			}
			return sent(t, plain(q)), nil
		}))
		set := s.settings.Load()
		set.policy = policy([]string{"blocked.example"}, nil)
		rcode := func(name string) int { return rcodeOf(t, s, name, dns.TypeA) }
		if got := rcode("ct.example."); got != dns.RcodeNameError {
			t.Fatalf("rcode %d; want it blocked", got)
		}
		time.Sleep(maxStale - time.Minute)
		if got := rcode("y.ct.example."); got != dns.RcodeNameError {
			t.Errorf("rcode %d below what led to a blocked name within a day; want it blocked", got)
		}
		for after, want := range map[time.Duration]rules.Action{0: rules.Block, 2 * maxStale: rules.Allow} {
			var m memo
			s.weigh(lookup{wire: mustWire("y.ct.example"), group: set.main, settings: set}, &entry{}, &m, time.Now().Add(after))
			if m.Action != want {
				t.Errorf("%v after %v; want %v", m.Action, after, want)
			}
		}
		mended.Store(true)
		time.Sleep(2 * time.Minute)
		if got := rcode("z.ct.example."); got != dns.RcodeNameError {
			t.Errorf("rcode %d; want it blocked until there is later word", got)
		}
		time.Sleep(2 * time.Second)
		if got := rcode("x.ct.example."); got != dns.RcodeSuccess {
			t.Errorf("rcode %d; want it answered after later word", got)
		}
		s.cancel()
		s.tasks.running.Wait()
	})
}

// TestRelatedLater has names be asked for before the one above, or on the way, that
// turns out to lead to a blocked one: their answers do not outlive that.
func TestRelatedLater(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, zone(t, relatedZone+`
		under.example. 60 IN A 192.0.2.1
		under.example. 60 IN HTTPS 0 hop.example.
		hop.example. 60 IN HTTPS 0 blocked.example.
		y.under.example. 60 IN A 192.0.2.1
		y.under.example. 60 IN TXT "x"
		y.amazon.co.jp. 60 IN A 192.0.2.1
		amazon.co.jp. 60 IN A 192.0.2.1
		amazon.co.jp. 60 IN HTTPS 0 blocked.example.`))
	for above, below := range map[string]string{"ct.example.": "y.ct.example.", "cb.example.": "y.cb.example.", "under.example.": "y.under.example."} {
		t.Run(above, func(t *testing.T) {
			t.Parallel()
			s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
			lead := func() error { _, err := s.Lookup(t.Context(), mustParse(t, below[:len(below)-1])); return err }
			for _, name := range []string{below, "to.example.", "fine.example.", "y.amazon.co.jp.", "amazon.co.jp."} {
				if r := ask(t, s, newQuery(name, dns.TypeA)); len(r.Answer) == 0 {
					t.Fatalf("%s: %v; want its address", name, r)
				}
			}
			if err := lead(); err != nil {
				t.Errorf("Lookup: %v; want the address", err)
			}
			if r := ask(t, s, newQuery(above, dns.TypeA)); r.Rcode != dns.RcodeNameError {
				t.Fatalf("%v; want it blocked", r)
			}
			for _, qtype := range []uint16{dns.TypeA, dns.TypeTXT, dns.TypeA} {
				if r := ask(t, s, newQuery(below, qtype)); r.Rcode != dns.RcodeNameError {
					t.Errorf("%s: %v; want it blocked with the one above", dns.Type(qtype), r)
				}
			}
			var b *BlockedError
			if err := lead(); !errors.As(err, &b) {
				t.Errorf("Lookup: %v; want it blocked", err)
			}
			want := dns.RcodeSuccess
			if above == "cb.example." { // which it leads through a name below
				want = dns.RcodeNameError
			}
			for name, want := range map[string]int{"to.example.": want, "fine.example.": dns.RcodeSuccess, "y.amazon.co.jp.": dns.RcodeSuccess} {
				if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != want {
					t.Errorf("%s: %v; want rcode %d", name, r, want)
				}
			}
			if n := o.times(below, dns.TypeA); n > 3 {
				t.Errorf("asked %d times; want once a server", n)
			}
		})
	}
}

// TestRelatedPolicy has the policy change after a name and one below it are in the
// cache.
func TestRelatedPolicy(t *testing.T) {
	t.Parallel()
	var now atomic.Pointer[rules.Policy]
	now.Store(policy(nil, nil)())
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, relatedZone)).url}, Policy: now.Load})
	for _, block := range [][]string{nil, {"blocked.example"}, nil} {
		now.Store(policy(block, nil)())
		for _, name := range []string{"ct.example.", "y.ct.example."} {
			r := ask(t, s, newQuery(name, dns.TypeA))
			if got := r.Rcode == dns.RcodeNameError; got != (block != nil) {
				t.Errorf("%s with %v blocked: %v", name, block, r)
			}
		}
	}
}
