package resolver

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"
)

const (
	// trialEvery is how long after one trial another may begin, trialTime how
	// long a question of it may take, trials how often all has to fail for a server to
	// be deaf.
	trialEvery = 10 * time.Second
	trialTime  = 2 * time.Second
	trials     = 2
)

// trialName is what a trial asks about: nobody but Amazon has a say in how it is
// answered, servers have the answers at hand, and it tells them nothing new about
// an office that sells there.
const trialName = "amazon.co.jp."

// A trial finds out whether what a server is suspected of is its own doing or that of
// the zones that were asked about. Without try there is none.
type trial struct {
	next   atomic.Int64 // none begins before then, in Unix nanoseconds
	trying atomic.Bool
	// try begins one, at whose end trying is unset. It is set before the first
	// question.
	try func()
}

// suspect has the server tried unless it is, or was a moment ago.
func (t *trial) suspect(now time.Time) {
	if t.try == nil || now.UnixNano() < t.next.Load() || t.trying.Swap(true) {
		return
	}
	t.next.Store(now.Add(trialEvery).UnixNano())
	t.try()
}

// attend has the servers of set tried when they are suspected. Those of a suffix are
// only tried for a loop: nothing else is asked beside what is asked of them.
func (s *Server) attend(set *settings) {
	if s.udp != nil {
		for g := range set.groups {
			for _, server := range g.servers {
				s.provide(&server.looping, func() { s.probeOne(server) })
			}
		}
	}
	for _, server := range set.main.servers {
		s.provide(&server.hearing.trial, func() { s.tryHearing(server) })
		s.provide(&server.legibility.trial, func() { s.tryReading(server) })
	}
}

// provide has find hold the trials of t.
func (s *Server) provide(t *trial, find func()) {
	t.try = func() {
		started := s.tasks.start(func() {
			defer t.trying.Store(false)
			find()
		})
		if !started {
			t.trying.Store(false)
		}
	}
}

// tryHearing finds out whether server does not answer for service records what it
// answers for addresses.
func (s *Server) tryHearing(server *nameserver) {
	deaf := true
	for i := 0; i < trials && deaf; i++ {
		var others, services bool
		var both sync.WaitGroup
		both.Go(func() { others = s.answers(server, dns.TypeA) })
		both.Go(func() { services = s.answers(server, dns.TypeHTTPS) })
		both.Wait()
		deaf = others && !services
	}
	if deaf && !server.hearing.deaf(time.Now()) {
		s.log.Warn("upstream does not answer for HTTPS records; where names lead by them is not known", zap.Stringer("upstream", server))
	}
	server.hearing.judged(deaf, time.Now())
}

// answers reports whether server answers a question of type qtype.
func (s *Server) answers(server *nameserver, qtype uint16) bool {
	reply, err := s.exchangeTrial(server, qtype)
	return err == nil && (reply.Rcode == dns.RcodeSuccess || reply.Rcode == dns.RcodeNameError)
}

// tryReading finds out whether no answer of server can be read.
func (s *Server) tryReading(server *nameserver) {
	if _, err := s.exchangeTrial(server, dns.TypeA); err == nil {
		server.legibility.read()
		return
	}
	if server.legibility.until.Load() == 0 {
		s.log.Warn("upstream gives answers that cannot be read; it is asked last", zap.Stringer("upstream", server))
	}
	server.legibility.lose(time.Now())
}

func (s *Server) exchangeTrial(server *nameserver, qtype uint16) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(s.base, trialTime)
	defer cancel()
	return server.Exchange(ctx, new(dns.Msg).SetQuestion(trialName, qtype))
}
