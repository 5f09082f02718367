package resolver

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"
)

// probeZone is below a top-level domain that is nobody's (RFC 6761, section
// 6.5), but which forwarders, unlike most other such names, pass on.
const probeZone = "sekisho-loop.example."

// probeTime bounds the exchange of a probe.
const probeTime = 5 * time.Second

// probes are names that were asked of upstreams to see whether they come back.
type probes struct {
	// some tells whether there are any: every question is compared with them, and
	// nearly always there are none.
	some    atomic.Bool
	mu      sync.Mutex
	pending map[string]*nameserver // by lower-case wire name
}

func (p *probes) add(name string, s *nameserver) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pending == nil {
		p.pending = make(map[string]*nameserver)
	}
	p.pending[name] = s
	p.some.Store(true)
}

func (p *probes) remove(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pending, name)
	p.some.Store(len(p.pending) > 0)
}

// returned reports whether the lower-case wire name is that of a probe, and if
// so takes its server out of use.
func (p *probes) returned(name []byte) bool {
	if !p.some.Load() {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.pending[string(name)]
	if ok {
		s.returned.Add(1)
		s.looped.Store(true)
	}
	return ok
}

// probe asks every upstream for a name that nobody else knows. If the question
// arrives here, that upstream forwards to us and is not asked again: questions
// would go round until they time out, all of them. It is probed again when questions
// come meanwhile ([group.order]), and so is one that does not answer ([server.miss]):
// loops begin and end with what somebody sets elsewhere.
func (s *Server) probe() {
	if s.udp == nil {
		return
	}
	for g := range s.settings.Load().groups {
		for _, server := range g.servers {
			s.tasks.start(func() { s.probeOne(server) })
		}
	}
}

func (s *Server) probeOne(server *nameserver) {
	ctx, cancel := context.WithTimeout(s.base, probeTime)
	defer cancel()
	name := dns.CanonicalName(rand.Text() + "." + probeZone)
	wire := mustWire(name)
	was, returned := server.looped.Load(), server.returned.Load()
	s.probes.add(wire, server)
	defer s.probes.remove(wire)
	_, err := server.Exchange(ctx, new(dns.Msg).SetQuestion(name, dns.TypeA))
	if err != nil {
		s.log.Debug("probe failed", zap.Stringer("upstream", server), zap.Error(err))
	}
	switch back := server.returned.Load() != returned; {
	case back && !was:
		s.log.Error("upstream asks sekisho itself and is not used; "+
			"set resolver.upstreams to another resolver, or that one's own upstream", zap.Stringer("upstream", server))
	case !back && err == nil && server.looped.Swap(false):
		s.log.Info("upstream asks sekisho no more and is used again", zap.Stringer("upstream", server))
	}
}
