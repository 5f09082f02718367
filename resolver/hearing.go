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
	// After deafAfter questions of type HTTPS or SVCB in a row that came to
	// nothing, a server is suspected of not knowing these types, as some
	// forwarders do not: they drop or refuse them. That suspicion takes no more
	// than a few names whose owner has his servers answer late, so that all that
	// follows from it is a trial, and deafFor is how long its finding holds. In
	// the last part of it the trial is held again.
	deafAfter = 3
	deafFor   = 5 * time.Minute
	deafAgain = deafFor / 10
	// trialEvery is how long after one trial another may begin, trialTime how
	// long a question of it may take, trials how often all has to fail.
	trialEvery = 10 * time.Second
	trialTime  = 2 * time.Second
	trials     = 2
)

// trialName is what a trial asks about: nobody but Amazon has a say in how it is
// answered, servers have the answers at hand, and it tells them nothing new about
// an office that sells there.
const trialName = "amazon.co.jp."

// A hearing is whether a server answers questions for service records.
type hearing struct {
	strikes atomic.Int32 // questions in a row that came to nothing
	until   atomic.Int64 // it is deaf until then, in Unix nanoseconds
	next    atomic.Int64 // and not tried before then
	trying  atomic.Bool
	// try begins a trial, which is over with judged. It is set before the first
	// question.
	try func()
}

// deaf reports whether the server is known not to answer them.
func (h *hearing) deaf(now time.Time) bool {
	left := time.Duration(h.until.Load() - now.UnixNano())
	if left > 0 && left < deafAgain {
		h.suspect(now)
	}
	return left > 0
}

// strike notes a question that came to nothing.
func (h *hearing) strike(now time.Time) {
	if h.strikes.Add(1) >= deafAfter {
		h.suspect(now)
	}
}

// suspect has the server tried unless it is, or was a moment ago.
func (h *hearing) suspect(now time.Time) {
	if h.try == nil || now.UnixNano() < h.next.Load() || h.trying.Swap(true) {
		return
	}
	h.next.Store(now.Add(trialEvery).UnixNano())
	h.try()
}

// heard notes an answer.
func (h *hearing) heard() {
	if h.strikes.Load() != 0 || h.until.Load() != 0 {
		h.strikes.Store(0)
		h.until.Store(0)
	}
}

// forgive forgets all, trials included.
func (h *hearing) forgive() {
	h.heard()
	h.next.Store(0)
}

// judged notes what a trial came to.
func (h *hearing) judged(deaf bool, now time.Time) {
	if deaf {
		h.until.Store(now.Add(deafFor).UnixNano())
	} else {
		h.heard()
	}
	h.trying.Store(false)
}

// attend has the servers of set tried when they are suspected. Those of a suffix
// are not: nothing is asked beside what is asked of them.
func (s *Server) attend(set *settings) {
	for _, server := range set.main.servers {
		server.hearing.try = func() {
			if !s.tasks.start(func() { s.try(server) }) {
				server.hearing.trying.Store(false)
			}
		}
	}
}

// try finds out whether server does not answer for service records what it
// answers for addresses.
func (s *Server) try(server *server) {
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
func (s *Server) answers(server *server, qtype uint16) bool {
	ctx, cancel := context.WithTimeout(s.base, trialTime)
	defer cancel()
	reply, err := server.Exchange(ctx, new(dns.Msg).SetQuestion(trialName, qtype))
	return err == nil && (reply.Rcode == dns.RcodeSuccess || reply.Rcode == dns.RcodeNameError)
}
