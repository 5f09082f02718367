package resolver

import (
	"strconv"
	"sync"
	"time"

	"sekisho/metrics"
)

// outcome is how an answer was come by.
type outcome int

const (
	outcomeCached    outcome = iota // from the cache, fresh
	outcomeForwarded                // an upstream told
	outcomeStale                    // from the cache, since the upstreams did not tell
	outcomeFailed                   // nobody told
	outcomeBlocked
	outcomeLocal     // a name that is never sent upstream, or a question that needs no answer of theirs
	outcomeRefused   // a client that may not ask
	outcomeLimited   // sent from UDP to TCP, having asked too much
	outcomeMalformed // no question that can be answered
	outcomeKinds
)

// outcomes are their names, in the order of the constants.
var outcomes = [outcomeKinds]string{"cached", "forwarded", "stale", "failed", "blocked", "local", "refused", "limited", "malformed"}

// rcodeKinds is how many codes are told apart.
const rcodeKinds = 7

// rcodes are the codes that a reply of ours can have, by number.
var rcodes = [rcodeKinds]string{"noerror", "formerr", "servfail", "nxdomain", "notimp", "refused", "other"}

// transports are how queries come in.
var transports = []string{"udp", "tcp", "tls", "https"}

const (
	overUDP = iota
	overTCP
	overTLS
	overHTTPS
)

// maxCounted is how many upstreams have figures of their own; those of a suffix,
// and what is beyond, share the last one.
const maxCounted = 8

// roundTrips are in seconds: a resolver in the house answers in one or two
// thousandths, one across an ocean in a quarter, and answerTime is the end.
var roundTrips = []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 4.5}

// counts are the figures of a server.
type counts struct {
	registry *metrics.Registry
	queries  []*metrics.Counter // by transport
	answers  *metrics.Table

	mu        sync.Mutex
	upstreams [maxCounted + 1]*upstreamCounts
}

// upstreamCounts are the figures of one upstream.
type upstreamCounts struct {
	answered *metrics.Histogram
	failed   *metrics.Counter
}

func newCounts(r *metrics.Registry) *counts {
	return &counts{
		registry: r,
		queries:  r.Counters("sekisho_dns_queries_total", "Queries by transport, also those that get no answer.", "transport", transports...),
		answers: r.Table("sekisho_dns_answers_total", "Answers by how they were come by and by response code.",
			metrics.Label{Name: "outcome", Values: outcomes[:]}, metrics.Label{Name: "rcode", Values: rcodes[:]}),
	}
}

// told counts reply, which it returns; in sum, if that is not nil.
func (c *counts) told(sum *tallies, o outcome, reply []byte) []byte {
	code := rcodeKinds - 1
	if len(reply) >= headerLen {
		code = min(code, int(reply[3]&0x0f))
	}
	cell := int(o)*rcodeKinds + code
	if sum == nil {
		c.answers.AddCell(cell, 1)
		return reply
	}
	sum.add(cell)
	return reply
}

// tallies are answers that one goroutine has counted and not yet added to those
// of all: cores that count in the same place wait for one another. The zero value
// is none.
type tallies struct {
	cells   [outcomeKinds * rcodeKinds]uint32
	touched [outcomeKinds * rcodeKinds]uint8 // the cells that are not 0, in its first used elements
	used    int
	_       [64]byte // so that no line of memory holds those of two goroutines
}

func (t *tallies) add(cell int) {
	if t.cells[cell]++; t.cells[cell] == 1 {
		t.touched[t.used] = uint8(cell)
		t.used++
	}
}

// addTo empties t into table.
func (t *tallies) addTo(table *metrics.Table) {
	for _, cell := range t.touched[:t.used] {
		table.AddCell(int(cell), uint64(t.cells[cell]))
		t.cells[cell] = 0
	}
	t.used = 0
}

// upstream returns the figures of the upstream at a place of the configuration;
// they outlive a reload.
func (c *counts) upstream(at int) *upstreamCounts {
	name := strconv.Itoa(at)
	if at < 0 || at >= maxCounted {
		at, name = maxCounted, "other"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.upstreams[at] == nil {
		c.upstreams[at] = &upstreamCounts{
			answered: c.registry.Histogram("sekisho_dns_upstream_seconds",
				"How long an upstream took to answer, by its place in resolver.upstreams; other is those of resolver.forward.", roundTrips, "upstream", name),
			failed: c.registry.Counter("sekisho_dns_upstream_failures_total", "Questions that an upstream left without an answer.", "upstream", name),
		}
	}
	return c.upstreams[at]
}

// number gives each upstream of set its figures.
func (c *counts) number(set *settings) {
	for i, s := range set.main.servers {
		s.counts = c.upstream(i)
	}
	for _, g := range set.zones {
		for _, s := range g.servers {
			s.counts = c.upstream(-1)
		}
	}
}

// took counts an answer of s to what it was asked at a time.
func (s *nameserver) took(asked time.Time) {
	if s.counts != nil {
		s.counts.answered.UpdateDuration(asked)
	}
}

// missed counts a question that s left without an answer.
func (s *nameserver) missed() {
	if s.counts != nil {
		s.counts.failed.Inc()
	}
}

// expose registers what the server knows anyway.
func (s *Server) expose(r *metrics.Registry) {
	r.Gauge("sekisho_dns_cache_names", "Names that the cache has answers of.", func() float64 { names, _ := s.cache.size(); return float64(names) })
	r.Gauge("sekisho_dns_cache_bytes", "What the cache takes, by estimate.", func() float64 { _, bytes := s.cache.size(); return float64(bytes) })
	r.Gauge("sekisho_dns_waiting_questions", "Questions under way to upstreams.", func() float64 { return float64(s.flights.size()) })
}

// size returns how many names c has, and what they take.
func (c *cache) size() (names, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.names), c.bytes
}

// outcomeOf says how a question at fault is answered.
func outcomeOf(f fault) outcome {
	if f == refused {
		return outcomeRefused
	}
	return outcomeMalformed
}

// size returns how many questions are under way.
func (f *flights) size() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.byKey)
}
