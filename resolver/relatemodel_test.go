package resolver

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"sekisho/rules"
)

// A relateModel is a zone at random whose names lead to each other, a server that asks for
// it, and all that the server was told, from which a verdict can be had from scratch.
type relateModel struct {
	t      *testing.T
	rand   *rand.Rand
	server *Server
	policy atomic.Pointer[rules.Policy]
	mended bool

	mu    sync.Mutex
	zone  map[string]relateRecords
	asked int
	said  map[string]map[relateKey]relateWord
	heard map[string]*[wordClasses]time.Time
}

// relateRecords are the alias of a name, or the targets of its HTTPS and SVCB records.
type relateRecords struct {
	alias   string
	targets map[uint16][]string
	ttl     uint32
}

type relateKey struct {
	qtype  uint16
	do, cd bool
}

type relateWord struct {
	hops   []string
	stored time.Time
	ttl    time.Duration
}

const relateGenuine = "www.amazon.co.jp."

var relateNames = []string{
	"a.example.", "x.a.example.", "y.x.a.example.", "c.example.", "z.c.example.", "d.example.", "e.d.example.",
	"b1.example.", "u.b1.example.", "b2.example.", relateGenuine,
}

func newRelateModel(t *testing.T, seed uint64) *relateModel {
	m := &relateModel{
		t: t, rand: rand.New(rand.NewPCG(seed, 0)), zone: map[string]relateRecords{},
		said: map[string]map[relateKey]relateWord{}, heard: map[string]*[wordClasses]time.Time{},
	}
	m.server = wired(t, wire(func(_ context.Context, q *dns.Msg) (*dns.Msg, error) { return sent(t, m.answer(q)), nil }))
	m.server.settings.Load().policy = m.policy.Load
	m.list()
	for _, name := range relateNames {
		m.change(name)
	}
	return m
}

// change has name lead elsewhere. Aliases go round in no circle.
func (m *relateModel) change(name string) {
	other := func() string { return relateNames[m.rand.IntN(len(relateNames))] }
	r := relateRecords{ttl: []uint32{0, 2, 60, 3600}[m.rand.IntN(4)], targets: map[uint16][]string{}}
	switch n := m.rand.IntN(6); {
	case m.mended:
	case n == 0:
		r.alias = other()
		for to, left := r.alias, len(relateNames); to != ""; to, left = m.zone[to].alias, left-1 {
			if to == name || left == 0 {
				r.alias = ""
				break
			}
		}
	case n < 4:
		qtype := []uint16{dns.TypeHTTPS, dns.TypeHTTPS, dns.TypeSVCB}[m.rand.IntN(3)]
		for range n {
			if to := other(); to != name {
				r.targets[qtype] = append(r.targets[qtype], to)
			}
		}
	}
	m.zone[name] = r
}

// list puts another policy in force.
func (m *relateModel) list() {
	var block []string
	for _, name := range []string{"b1.example", "b2.example", "c.example"} {
		if m.rand.IntN(2) == 0 {
			block = append(block, name)
		}
	}
	m.policy.Store(policy(block, []string{"d.example"}[:m.rand.IntN(2)])())
}

// answer answers q as the zone has it, and notes that.
func (m *relateModel) answer(q *dns.Msg) *dns.Msg {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	asked := q.Question[0]
	w := relateWord{stored: time.Now(), ttl: time.Hour}
	r := new(dns.Msg).SetReply(q)
	add := func(ttl uint32, format string, args ...any) {
		rr, err := dns.NewRR(fmt.Sprintf(format, args...))
		if err != nil {
			m.t.Error(err)
		}
		rr.Header().Ttl = ttl
		r.Answer = append(r.Answer, rr)
		w.ttl = min(w.ttl, time.Duration(ttl)*time.Second)
	}
	name := asked.Name
	for ; m.zone[name].alias != ""; name = m.zone[name].alias {
		add(m.zone[name].ttl, "%s CNAME %s", name, m.zone[name].alias)
		w.hops = append(w.hops, m.zone[name].alias)
	}
	records := m.zone[name]
	if asked.Qtype == dns.TypeA {
		add(records.ttl, "%s A 192.0.2.1", name)
	}
	for i, to := range records.targets[asked.Qtype] {
		add(records.ttl, "%s %s %d %s", name, dns.Type(asked.Qtype), i+1, to)
		w.hops = append(w.hops, to)
	}
	if len(records.targets[asked.Qtype]) == 0 && asked.Qtype != dns.TypeA {
		r.Ns = []dns.RR{soa(name, max(1, records.ttl))}
		w.ttl = min(w.ttl, time.Duration(max(1, records.ttl))*time.Second)
	}
	m.note(asked.Name, relateKey{asked.Qtype, q.IsEdns0().Do(), q.CheckingDisabled}, w)
	return r
}

// note takes in what was said about name.
func (m *relateModel) note(name string, key relateKey, w relateWord) {
	if m.said[name] == nil {
		m.said[name], m.heard[name] = map[relateKey]relateWord{}, new([wordClasses]time.Time)
	}
	m.heard[name][anyWord], m.heard[name][wordClass(key.qtype)] = w.stored, w.stored
	if m.said[name][key] = w; w.ttl == 0 && len(w.hops) == 0 {
		delete(m.said[name], key)
	}
}

// counts reports whether w, which was said of name, still does.
func (m *relateModel) counts(name string, key relateKey, w relateWord) bool {
	until := w.stored.Add(w.ttl)
	if !m.heard[name][wordClass(key.qtype)].After(w.stored) {
		until = until.Add(maxStale)
	}
	return time.Now().Before(until)
}

// blocked is whether name is blocked by all that was said until now.
func (m *relateModel) blocked(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.policy.Load()
	if v := p.Decide(hostOf(name)); v.Ground == rules.Genuine || v.Action == rules.Block {
		return v.Action == rules.Block
	}
	queue := []string{name}
	for i := 0; i < len(queue); i++ {
		for at := queue[i]; at != ""; _, at, _ = strings.Cut(at, ".") {
			for key, w := range m.said[at] {
				for _, hop := range w.hops {
					switch v := p.Decide(hostOf(hop)); {
					case !m.counts(at, key, w):
					case v.Action == rules.Block:
						return true
					case v.Ground != rules.Genuine && !slices.Contains(queue, hop):
						queue = append(queue, hop)
					}
				}
			}
		}
	}
	return false
}

// ask asks for name and returns whether it is blocked, and whether the upstream was
// asked.
func (m *relateModel) ask(name string, key relateKey) (blocked, beyond bool) {
	m.mu.Lock()
	before := m.asked
	m.mu.Unlock()
	packet, err := newQuery(name, key.qtype, func(q *dns.Msg) { q.SetEdns0(1232, key.do); q.CheckingDisabled = key.cd }).Pack()
	if err != nil {
		m.t.Fatal(err)
	}
	answered := make(chan []byte, 1)
	reply, waits := m.server.handle(packet, loopbackOnly[0].Addr(), arrival{}, nil, sends(func(reply []byte) { answered <- reply }))
	if waits {
		reply = <-answered
	}
	synctest.Wait()
	r := unpack(m.t, packet, reply)
	if r.Rcode != dns.RcodeSuccess && r.Rcode != dns.RcodeNameError {
		m.t.Errorf("%s: %v", name, r)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return r.Rcode == dns.RcodeNameError, m.asked != before
}

// check holds the answers about name to the model, once there is nothing more to ask.
func (m *relateModel) check(name string) {
	m.t.Helper()
	for _, qtype := range []uint16{dns.TypeA, dns.TypeHTTPS, dns.TypeTXT, dns.TypeSVCB, dns.TypeA} {
		key := relateKey{qtype, m.rand.IntN(4) == 0, m.rand.IntN(4) == 0}
		blocked, beyond := m.ask(name, key)
		for i := 0; beyond && i < 4; i++ {
			blocked, beyond = m.ask(name, key)
		}
		if want := m.blocked(name); blocked != want {
			m.t.Errorf("%s %s blocked: %v; want %v", name, dns.Type(qtype), blocked, want)
		}
	}
}

// TestRelateModel has the verdicts on names, which are worked out when there is news of
// names on the way, be what they are from scratch after any change of zones and lists, in
// any order of questions; and nobody be blocked for ever for what his name led to once.
func TestRelateModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newRelateModel(t, seed)
				for range 60 {
					name := relateNames[m.rand.IntN(len(relateNames))]
					switch m.rand.IntN(8) {
					case 0:
						m.list()
					case 1, 2:
						m.change(name)
					case 3:
						time.Sleep([]time.Duration{time.Second, 11 * time.Second, time.Minute, time.Hour, 23 * time.Hour, 26 * time.Hour}[m.rand.IntN(6)])
					default:
						m.check(name)
					}
					if t.Failed() {
						return
					}
				}
				m.recover()
			})
		})
	}
}

// recover has no name lead anywhere any more, and wants all answered soon.
func (m *relateModel) recover() {
	m.mended = true
	for _, name := range relateNames {
		m.change(name)
	}
	time.Sleep(2 * time.Hour)
	for range len(relateNames) {
		for _, name := range relateNames {
			m.ask(name, relateKey{qtype: dns.TypeA})
		}
		time.Sleep(11 * time.Second)
	}
	for _, name := range relateNames {
		want := m.policy.Load().Decide(hostOf(name)).Action == rules.Block
		if blocked, _ := m.ask(name, relateKey{qtype: dns.TypeA}); blocked != want {
			m.t.Errorf("%s blocked: %v after all was mended; want %v", name, blocked, want)
		}
	}
}
