package resolver

import (
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// An origin is a scripted upstream on UDP and TCP of one port.
type origin struct {
	url    string
	answer func(q *dns.Msg) *dns.Msg // nil is silence

	mu    sync.Mutex
	asked map[dns.Question]int
	last  *dns.Msg
}

// newOrigin serves answer until the test ends.
func newOrigin(t testing.TB, answer func(q *dns.Msg) *dns.Msg) *origin {
	t.Helper()
	o := &origin{answer: answer, asked: make(map[dns.Question]int)}
	udp, tcp, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.url = "udp://" + udp.LocalAddr().String()
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		if r := o.reply(q); r != nil {
			if _, remote := w.RemoteAddr().(*net.UDPAddr); remote {
				r.Truncate(1232)
			}
			_ = w.WriteMsg(r)
		}
	})
	var running sync.WaitGroup
	for _, s := range []*dns.Server{{PacketConn: udp, Handler: handler}, {Listener: tcp, Handler: handler}} {
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		running.Go(func() { _ = s.ActivateAndServe() })
		<-started
		t.Cleanup(func() { _ = s.Shutdown() })
	}
	t.Cleanup(func() { _ = udp.Close(); _ = tcp.Close(); running.Wait() })
	return o
}

func (o *origin) reply(q *dns.Msg) *dns.Msg {
	name := q.Question[0].Name
	if dns.IsSubDomain(probeZone, strings.ToLower(name)) {
		return new(dns.Msg).SetRcode(q, dns.RcodeNameError)
	}
	o.mu.Lock()
	o.asked[q.Question[0]]++
	o.last = q.Copy()
	o.mu.Unlock()
	r := o.answer(q)
	if r != nil && r.IsEdns0() == nil && q.IsEdns0() != nil && r.Rcode != dns.RcodeFormatError {
		r.SetEdns0(1232, q.IsEdns0().Do())
	}
	return r
}

// times is how often name was asked for, with one of types if there are any.
func (o *origin) times(name string, types ...uint16) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for q, times := range o.asked {
		if q.Name == name && (len(types) == 0 || slices.Contains(types, q.Qtype)) {
			n += times
		}
	}
	return n
}

// total is how many questions it was asked.
func (o *origin) total() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.asked)
}

// lastQuery is the last query it got.
func (o *origin) lastQuery() *dns.Msg {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last
}

// zone answers from records in presentation form, by name and type, and denies
// the rest. A record's owner need not be the name that it is given for.
func zone(t testing.TB, records string) func(q *dns.Msg) *dns.Msg {
	t.Helper()
	byName := make(map[string][]dns.RR)
	for line := range strings.Lines(records) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		asked, text, found := strings.Cut(line, " | ")
		if !found {
			asked, text, _ = strings.Cut(line, " ")
			text = asked + " " + text
		}
		rr, err := dns.NewRR(text)
		if err != nil {
			t.Fatalf("record %q: %v", text, err)
		}
		byName[asked] = append(byName[asked], rr)
	}
	return func(q *dns.Msg) *dns.Msg {
		r := new(dns.Msg).SetReply(q)
		r.RecursionAvailable = true
		all, known := byName[strings.ToLower(q.Question[0].Name)]
		for _, rr := range all {
			qtype, rtype := q.Question[0].Qtype, rr.Header().Rrtype
			if rtype == dns.TypeRRSIG && (q.IsEdns0() == nil || !q.IsEdns0().Do()) {
				continue
			}
			if rtype == qtype || rtype == dns.TypeRRSIG || rtype == dns.TypeCNAME || rtype == dns.TypeDNAME || rr.Header().Name != q.Question[0].Name {
				r.Answer = append(r.Answer, dns.Copy(rr))
			}
		}
		if !known {
			r.Rcode = dns.RcodeNameError
		}
		if len(r.Answer) == 0 {
			r.Ns = []dns.RR{soa(".", 900)}
		}
		return r
	}
}

func soa(owner string, ttl uint32) *dns.SOA {
	return &dns.SOA{
		Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: ttl},
		Ns:  "ns.example.", Mbox: "who.example.", Serial: 1, Refresh: 1, Retry: 1, Expire: 1, Minttl: ttl,
	}
}
