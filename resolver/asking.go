package resolver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"

	"sekisho/resolver/admission"
	"sekisho/resolver/upstream"
)

// An asking is one run of ask.
type asking struct {
	*group
	ctx     context.Context
	work    *sync.WaitGroup
	q       question
	qtype   uint16
	results chan result

	// waits is the permit for the next server, if it had no place free.
	waits *admission.Permit
	// permits are those of the exchanges begun here, aside tells that they have
	// stepped aside.
	permits []*admission.Permit
	aside   bool
	order   []*nameserver
	next    int // index into order of the one to ask next
	pending int
	refusal remark // that of the first error code
	errs    []error
}

func (a *asking) run() (*entry, remark, error) {
	timer := time.NewTimer(hedgeAfter)
	defer timer.Stop()
	defer func() {
		if a.waits != nil {
			a.waits.Leave()
		}
	}()
	if len(a.results) == 0 { // or something came of the fast path already
		a.start(timer)
	}
	for {
		select {
		case <-timer.C:
			a.start(timer)
		case <-a.place():
			p := a.waits
			a.waits = nil
			a.launch(timer, p)
		case r := <-a.results:
			if a.pending--; r.err == nil {
				return r.entry, remark{}, nil
			}
			if errors.Is(r.err, upstream.ErrOtherwise) {
				a.order = append(a.order, r.server)
			} else {
				a.note(r)
			}
			if a.next == len(a.order) && a.pending == 0 {
				return nil, a.blame(), errors.Join(a.errs...)
			}
			if a.waits == nil {
				a.start(timer)
			}
		case <-a.q.answered:
			if a.stepAside(); a.pending == 0 {
				return nil, a.blame(), errors.Join(append(a.errs, admission.ErrAside)...)
			}
		case <-a.ctx.Done():
			return nil, a.blame(), errors.Join(append(a.errs, context.Cause(a.ctx))...)
		}
	}
}

// stepAside asks nobody further, and has those who are asked go on without a place.
func (a *asking) stepAside() {
	a.q.answered, a.aside = nil, true
	if a.waits != nil {
		a.waits.Leave()
		a.waits = nil
	}
	a.order = a.order[:a.next]
	for _, p := range a.permits {
		p.StepAside(a.q.holder)
	}
}

// place is ready when the awaited server has a place.
func (a *asking) place() <-chan struct{} {
	if a.waits == nil {
		return nil
	}
	return a.waits.Ready()
}

// start asks the next server that has a place free. If none has, the next one
// is waited for.
func (a *asking) start(timer *time.Timer) {
	timer.Stop() // while one is waited for there is nothing to start
	for i := a.next; i < len(a.order); i++ {
		p := a.order[i].places.Enter(a.ctx, a.q.client)
		switch {
		case p.Admitted():
			a.order[a.next], a.order[i] = a.order[i], a.order[a.next]
			if a.waits != nil {
				a.waits.Leave()
				a.waits = nil
			}
			a.launch(timer, p)
			return
		case i == a.next:
			a.waits = p
		default:
			p.Leave()
		}
	}
}

// launch asks the next server, p being the permit for it.
func (a *asking) launch(timer *time.Timer, p *admission.Permit) {
	s := a.order[a.next]
	a.next++
	a.pending++
	timer.Reset(hedgeAfter)
	if a.permits = append(a.permits, p); a.aside {
		p.StepAside(a.q.holder)
	}
	a.work.Go(func() {
		defer p.Leave()
		a.results <- a.exchange(p, s)
	})
}

// exchange asks s, by p, and reads its reply. That one came which cannot be read is
// an answer: what is waited for then is waited for aside.
func (a *asking) exchange(p *admission.Permit, s *nameserver) result {
	start := time.Now()
	var spoilt atomic.Bool
	reply, err := s.Exchange(upstream.NotifyMalformed(p.Context(), func() {
		spoilt.Store(true)
		s.places.Answered()
		p.GiveWay(a.q.holder)
	}), a.q.msg)
	now := time.Now()
	malformed := spoilt.Load()
	if err != nil && malformed && !errors.Is(err, upstream.ErrMalformed) {
		err = fmt.Errorf("%w; %v", upstream.ErrMalformed, err) // for whatever reason the wait for another ended
	}
	if err != nil {
		if malformed || a.ctx.Err() == nil {
			s.failed(a.qtype, err, now)
		} else {
			s.unheard(a.qtype, now.Sub(start), context.Cause(a.ctx), now)
		}
		r := result{server: s, err: err}
		if errors.Is(err, upstream.ErrMalformed) {
			r.remark = unreadable
		}
		return r
	}
	s.hit(a.qtype)
	s.took(start)
	e, err := a.q.read(reply)
	if err != nil {
		s.useless(a.qtype, now)
		return result{server: s, remark: uselessRemark(reply, err), err: err}
	}
	s.useful(a.qtype)
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
	// A socket's time is up a moment before ctx ends.
	silent := func(err error) bool {
		return errors.Is(err, admission.ErrGivenUp) || errors.Is(err, context.DeadlineExceeded)
	}
	if a.pending == 0 && len(a.errs) > 0 && a.ctx.Err() == nil && !slices.ContainsFunc(a.errs, silent) {
		return remark{dns.ExtendedErrorCodeNetworkError, "upstreams cannot be reached"}
	}
	return remark{dns.ExtendedErrorCodeNoReachableAuthority, "upstreams do not answer"}
}

// unreadable is for answers of which nothing can be made, of no category of RFC 8914.
var unreadable = remark{dns.ExtendedErrorCodeOther, "malformed answer"}

// uselessRemark says why reply, which was read with err, is of no use.
func uselessRemark(reply *dns.Msg, err error) remark {
	switch {
	case errors.Is(err, errChain):
		return remark{dns.ExtendedErrorCodeOther, errChain.Error()}
	case errors.Is(err, errCrowd):
		return remark{dns.ExtendedErrorCodeOther, errCrowd.Error()}
	case errors.Is(err, errRcode), errors.Is(err, errTruncate):
		return upstreamRemark(reply)
	}
	return unreadable
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
