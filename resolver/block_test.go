package resolver

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"sekisho/journal"
)

// blockedAnswers asks for a blocked name in every way.
func blockedAnswers(t *testing.T) {
	o := newOrigin(t, zone(t, "blocked.example. 60 IN A 192.0.2.66"))
	s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	types := []uint16{
		dns.TypeA, dns.TypeAAAA, dns.TypeHTTPS, dns.TypeSVCB, dns.TypeTXT, dns.TypeMX, dns.TypeNS, dns.TypeDS, dns.TypeANY, dns.TypeSOA, 65280,
	}
	for _, name := range []string{"blocked.example.", "deep.below.blocked.example."} {
		for _, qtype := range types {
			for _, edit := range []func(*dns.Msg){func(*dns.Msg) {}, edns, dnssec, func(q *dns.Msg) { q.CheckingDisabled, q.AuthenticatedData = true, true }} {
				q := newQuery(name, qtype, edit)
				r := ask(t, s, q)
				if r.Rcode != dns.RcodeNameError || len(r.Answer) != 0 || len(r.Ns) != 1 || r.AuthenticatedData || r.CheckingDisabled != q.CheckingDisabled {
					t.Fatalf("%s type %d: %v; want NXDOMAIN with a SOA, no AD", name, qtype, r)
				}
				if a, ok := r.Ns[0].(*dns.SOA); !ok || a.Hdr.Ttl != blockTTL || a.Minttl != blockTTL || a.Hdr.Name != name {
					t.Errorf("authority %v; want a SOA with TTL %d", r.Ns[0], blockTTL)
				}
				e, ok := remarkOf(r)
				if ok != (q.IsEdns0() != nil) || ok && (e.InfoCode != dns.ExtendedErrorCodeBlocked || e.ExtraText != "sekisho: blocklist") {
					t.Errorf("EDE %v; want 15 when asked with an OPT", e)
				}
			}
		}
	}
	if n := o.times("blocked.example."); n != 0 {
		t.Errorf("upstream was asked %d times; want 0", n)
	}
}

// hopZone leads innocent names to a blocked one in every way there is.
const hopZone = `
	first.example. | first.example. 60 IN CNAME blocked.example.
	first.example. | blocked.example. 60 IN A 192.0.2.66
	third.example. | third.example. 60 IN CNAME a.example.
	third.example. | a.example. 60 IN CNAME b.example.
	third.example. | b.example. 60 IN CNAME deep.blocked.example.
	www.branch.example. | branch.example. 60 IN DNAME blocked.example.
	hanging.example. 60 IN CNAME blocked.example.
	alias.example. 60 IN HTTPS 0 blocked.example.
	service.example. 60 IN HTTPS 1 x.blocked.example. alpn="h2"
	svcb.example. 60 IN SVCB 1 blocked.example.
	amazon.co.jp. | amazon.co.jp. 60 IN CNAME blocked.example.
	amazon.co.jp. | blocked.example. 60 IN A 192.0.2.1
	allowed.example. | allowed.example. 60 IN CNAME blocked.example.
	fine.example. | fine.example. 60 IN CNAME other.example.
	fine.example. | other.example. 60 IN A 192.0.2.1`

func blockedHops(t *testing.T) {
	hops(t, map[string]uint16{
		"first.example.": dns.TypeA, "third.example.": dns.TypeA, "www.branch.example.": dns.TypeAAAA,
		"hanging.example.": dns.TypeTXT, "allowed.example.": dns.TypeA,
	}, []string{"fine.example."})
}

func blockedTargets(t *testing.T) {
	hops(t, map[string]uint16{"alias.example.": dns.TypeHTTPS, "service.example.": dns.TypeHTTPS, "svcb.example.": dns.TypeSVCB}, nil)
}

// hops asks for names that lead to a blocked one, and for some that do not.
func hops(t *testing.T, blocked map[string]uint16, free []string) {
	j, path := openJournal(t)
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, hopZone)).url}, Journal: j,
		Policy: policy([]string{"blocked.example"}, []string{"allowed.example"}),
	})
	for name, qtype := range blocked {
		for range 2 { // from the upstream, then from the cache
			r := ask(t, s, newQuery(name, qtype, edns))
			if e, ok := remarkOf(r); r.Rcode != dns.RcodeNameError || len(r.Answer) != 0 || !ok || e.InfoCode != dns.ExtendedErrorCodeBlocked {
				t.Errorf("%s: %v; want it blocked", name, r)
			}
		}
	}
	for _, name := range free {
		if r := ask(t, s, newQuery(name, dns.TypeA)); len(r.Answer) == 0 {
			t.Errorf("%s: %v; want an answer", name, r)
		}
	}
	got := events(t, path)
	if len(got) != len(blocked) {
		t.Errorf("%d events; want %d", len(got), len(blocked))
	}
	for _, e := range got {
		if e.Action != journal.ActionBlock || !strings.Contains(e.Detail, "blocked.example") {
			t.Errorf("event %+v; want one that tells the way", e)
		}
		if e.Host == "third.example" && !strings.Contains(e.Detail, "a.example → b.example → deep.blocked.example") {
			t.Errorf("detail %q; want the whole chain", e.Detail)
		}
	}
}

// genuineNames are answered wherever they lead and whatever is listed.
func genuineNames(t *testing.T) {
	genuine := []string{"amazon.co.jp.", "sellercentral.amazon.co.jp.", "sellercentral.amazon.com.", "www.amazon.com.", "signin.aws.amazon.com."}
	var text strings.Builder
	listed := []string{"blocked.example", "192.0.2.66"}
	for _, name := range genuine {
		text.WriteString(name + " | " + name + " 60 IN CNAME blocked.example.\n")
		text.WriteString(name + " | blocked.example. 60 IN A 192.0.2.66\n")
		text.WriteString(name + " | " + name + " 60 IN HTTPS 1 blocked.example. alpn=h2\n")
		listed = append(listed, strings.TrimSuffix(name, "."))
	}
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, text.String())).url}, Policy: policy(listed, nil)})
	for _, name := range genuine {
		for range 2 {
			if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != dns.RcodeSuccess || len(r.Answer) != 2 {
				t.Errorf("%s: %v; want the answer as it came", name, r)
			}
		}
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	j, path := openJournal(t)
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "")).url}, Journal: j, Policy: policy([]string{"blocked.example"}, nil)})
	// What one visit of a browser asks is one event.
	for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeHTTPS} {
		ask(t, s, newQuery("blocked.example.", qtype))
	}
	ask(t, s, newQuery("www.blocked.example.", dns.TypeA))
	ask(t, s, newQuery("innocent.example.", dns.TypeA))
	got := events(t, path)
	if len(got) != 2 {
		t.Fatalf("events %+v; want two", got)
	}
	if got[0].Incident == "" || got[0].Incident == got[1].Incident {
		t.Errorf("incidents %q and %q; want two", got[0].Incident, got[1].Incident)
	}
	sent := false
	want := journal.Event{
		ID: got[0].ID, Time: got[0].Time, Detail: got[0].Detail, Incident: got[0].Incident,
		Door: journal.DoorDNS, Client: "127.0.0.1", Host: "blocked.example", Action: journal.ActionBlock,
		Severity: journal.SeverityRed, Ground: "blocklist", Sent: &sent,
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// TestObserve answers what it would have blocked.
func TestObserve(t *testing.T) {
	t.Parallel()
	j, path := openJournal(t)
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, hopZone+"\nblocked.example. 60 IN A 192.0.2.66")).url}, Journal: j,
		Policy: policy([]string{"blocked.example"}, nil), Observe: func() bool { return true },
	})
	for _, name := range []string{"blocked.example.", "first.example."} {
		if r := ask(t, s, newQuery(name, dns.TypeA)); len(r.Answer) == 0 {
			t.Errorf("%s: %v; want an answer", name, r)
		}
	}
	got := waitEvents(t, path, 2)
	for _, e := range got {
		if e.Action != journal.ActionBlock || e.Sent == nil || !*e.Sent {
			t.Errorf("event %+v; want a block that was let pass", e)
		}
	}
}

// waitEvents waits for events that are recorded while the answer goes out.
func waitEvents(t *testing.T, path string, n int) []journal.Event {
	t.Helper()
	for {
		if got := events(t, path); len(got) >= n {
			return got
		}
		select {
		case <-t.Context().Done():
			t.Fatal("no event")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// blockedAddresses leads names to an address that the owner blocked.
func blockedAddresses(t *testing.T) {
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, `
			a.example. 60 IN A 192.0.2.66
			aaaa.example. 60 IN AAAA 2001:db8::66
			mapped.example. 60 IN AAAA ::ffff:192.0.2.66
			hint.example. 60 IN HTTPS 1 . ipv4hint=192.0.2.1,192.0.2.66
			hint6.example. 60 IN SVCB 1 . ipv6hint=2001:db8::66
			alias.example. | alias.example. 60 IN CNAME a.example.
			alias.example. | a.example. 60 IN A 192.0.2.66
			amazon.co.jp. 60 IN A 192.0.2.66
			fine.example. 60 IN A 192.0.2.67`)).url},
		Policy: policy([]string{"192.0.2.66", "2001:db8::66"}, nil),
	})
	for name, qtype := range map[string]uint16{
		"a.example.": dns.TypeA, "aaaa.example.": dns.TypeAAAA, "mapped.example.": dns.TypeAAAA, "hint.example.": dns.TypeHTTPS,
		"hint6.example.": dns.TypeSVCB, "alias.example.": dns.TypeA,
	} {
		for range 2 {
			r := ask(t, s, newQuery(name, qtype, edns))
			if e, ok := remarkOf(r); r.Rcode != dns.RcodeNameError || len(r.Answer) != 0 || !ok || e.InfoCode != dns.ExtendedErrorCodeBlocked {
				t.Errorf("%s: %v; want it blocked", name, r)
			}
		}
	}
	for _, name := range []string{"fine.example.", "amazon.co.jp."} {
		if r := ask(t, s, newQuery(name, dns.TypeA)); len(r.Answer) != 1 {
			t.Errorf("%s: %v; want an answer", name, r)
		}
	}
}
