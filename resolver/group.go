package resolver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"

	"sekisho/resolver/upstream"
)

const (
	// hedgeAfter is the head start a server has over the next one.
	hedgeAfter = 250 * time.Millisecond
	// maxServers bounds the servers asked for one question.
	maxServers = 6
	// perUpstream bounds the exchanges with one server at a time.
	perUpstream = 64
	// A server that let downAfter exchanges in a row go by without an answer
	// comes last for downFor.
	downAfter = 3
	downFor   = 10 * time.Second
)

// A server is an upstream and how it has been doing.
type server struct {
	upstream.Exchanger
	slots chan struct{}
	// looped is set when the server turned out to ask us.
	looped atomic.Bool
	// missed counts exchanges in a row without an answer; downUntil is in
	// Unix nanoseconds.
	missed    atomic.Int32
	downUntil atomic.Int64
}

func newServer(e upstream.Exchanger) *server {
	return &server{Exchanger: e, slots: make(chan struct{}, perUpstream)}
}

func (s *server) down(now time.Time) bool { return now.UnixNano() < s.downUntil.Load() }

// miss notes an exchange without an answer.
func (s *server) miss(now time.Time) {
	if s.missed.Add(1) >= downAfter {
		s.downUntil.Store(now.Add(downFor).UnixNano())
	}
}

// hit notes an answer.
func (s *server) hit() {
	s.missed.Store(0)
	s.downUntil.Store(0)
}

// A group is the servers for one part of the name space, the preferred first.
type group struct {
	servers []*server
	// private tells that answers may hold private addresses.
	private bool
	log     *zap.Logger
}

// order returns the servers in the order in which they are to be asked.
func (g *group) order(now time.Time) []*server {
	var up, down []*server
	for _, s := range g.servers {
		switch {
		case s.looped.Load():
		case s.down(now):
			down = append(down, s)
		default:
			up = append(up, s)
		}
	}
	up = append(up, down...)
	return up[:min(len(up), maxServers)]
}

// errNoUpstream is for when there is nobody to ask.
var errNoUpstream = errors.New("no upstream to ask")

// A result is what an exchange with one server came to.
type result struct {
	server *server
	entry  *entry
	remark remark // of an error code
	err    error
}

// A question is what a group is asked, with the reading of the reply.
type question struct {
	msg  *dns.Msg
	read func(*dns.Msg) (*entry, error)
}

// ask asks the servers in order, each with a head start over the next, until
// one has a useful answer. An error code is not one: the next may do better
// (SERVFAIL from one resolver often is that resolver's own trouble). The
// exchanges run under work and end soon after ask has returned.
func (g *group) ask(ctx context.Context, work *sync.WaitGroup, q question) (*entry, remark, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a := &asking{group: g, ctx: ctx, work: work, q: q, results: make(chan result, maxServers)}
	a.order = g.order(time.Now())
	if len(a.order) == 0 {
		return nil, remark{dns.ExtendedErrorCodeNoReachableAuthority, "no upstream"}, errNoUpstream
	}
	return a.run()
}

// An asking is one run of ask.
type asking struct {
	*group
	ctx     context.Context
	work    *sync.WaitGroup
	q       question
	results chan result

	order   []*server
	next    int // index into order of the one to ask next
	pending int
	refusal remark // that of the first error code
	errs    []error
}

func (a *asking) run() (*entry, remark, error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var full chan struct{} // the slots of the next server, if none was free
	for {
		select {
		case <-timer.C:
			full = a.start(timer)
		case full <- struct{}{}:
			full = nil
			a.launch(timer)
		case r := <-a.results:
			if a.pending--; r.err == nil {
				return r.entry, remark{}, nil
			}
			a.note(r)
			if a.next == len(a.order) && a.pending == 0 {
				return nil, a.blame(), errors.Join(a.errs...)
			}
			if full == nil {
				timer.Reset(0)
			}
		case <-a.ctx.Done():
			return nil, a.blame(), errors.Join(append(a.errs, context.Cause(a.ctx))...)
		}
	}
}

// start asks the next server that has a slot free. If none has, it returns the
// slots of the next one to wait for.
func (a *asking) start(timer *time.Timer) chan struct{} {
	for i := a.next; i < len(a.order); i++ {
		select {
		case a.order[i].slots <- struct{}{}:
			a.order[a.next], a.order[i] = a.order[i], a.order[a.next]
			a.launch(timer)
			return nil
		default:
		}
	}
	if a.next == len(a.order) {
		return nil
	}
	return a.order[a.next].slots
}

// launch asks the next server, in a slot of it that the caller has taken.
func (a *asking) launch(timer *time.Timer) {
	s := a.order[a.next]
	a.next++
	a.pending++
	timer.Reset(hedgeAfter)
	a.work.Go(func() {
		defer func() { <-s.slots }()
		a.results <- a.exchange(s)
	})
}

// exchange asks s and reads its reply.
func (a *asking) exchange(s *server) result {
	start := time.Now()
	reply, err := s.Exchange(a.ctx, a.q.msg)
	if err != nil {
		if a.ctx.Err() == nil || time.Since(start) >= hedgeAfter {
			s.miss(time.Now())
		}
		return result{server: s, err: err}
	}
	s.hit()
	e, err := a.q.read(reply)
	if err != nil {
		return result{server: s, remark: upstreamRemark(reply), err: err}
	}
	return result{server: s, entry: e}
}

// note remembers why a server was of no use.
func (a *asking) note(r result) {
	a.log.Debug("upstream failed", zap.Stringer("upstream", r.server), zap.Error(r.err))
	a.errs = append(a.errs, fmt.Errorf("%s: %w", r.server, r.err))
	if a.refusal == (remark{}) {
		a.refusal = r.remark
	}
}

// blame says why there is no answer.
func (a *asking) blame() remark {
	if a.refusal != (remark{}) {
		return a.refusal
	}
	if a.pending == 0 && len(a.errs) > 0 && a.ctx.Err() == nil {
		return remark{dns.ExtendedErrorCodeNetworkError, "upstreams cannot be reached"}
	}
	return remark{dns.ExtendedErrorCodeNoReachableAuthority, "upstreams do not answer"}
}

// upstreamRemark repeats the reason that an upstream gave for an error code,
// by number alone: its text is not ours to vouch for.
func upstreamRemark(reply *dns.Msg) remark {
	if opt := reply.IsEdns0(); opt != nil {
		for _, o := range opt.Option {
			if ede, ok := o.(*dns.EDNS0_EDE); ok {
				return remark{ede.InfoCode, "upstream's reason"}
			}
		}
	}
	return remark{dns.ExtendedErrorCodeNoReachableAuthority, "upstreams gave errors"}
}
