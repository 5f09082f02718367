package resolver

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"
)

const (
	// hedgeAfter is the head start a server has over the next one.
	hedgeAfter = 250 * time.Millisecond
	// maxServers bounds the servers asked for one question.
	maxServers = 6
)

// A group is the servers for one part of the name space, the preferred first.
type group struct {
	servers []*nameserver
	// private tells that answers may hold private addresses.
	private bool
	log     *zap.Logger
}

// order returns the servers in the order in which they are to be asked a
// question of type qtype.
func (g *group) order(qtype uint16, now time.Time) []*nameserver {
	var up, down []*nameserver
	for _, s := range g.servers {
		switch {
		case s.looped.Load():
			s.looping.suspect(now)
		case s.down(now), isService(qtype) && s.hearing.deaf(now):
			down = append(down, s)
		default:
			up = append(up, s)
		}
	}
	up = append(up, down...)
	return up[:min(len(up), maxServers)]
}

// deaf reports whether all servers are deaf to questions for service records.
func (g *group) deaf(now time.Time) bool {
	for _, s := range g.servers {
		if !s.looped.Load() && !s.hearing.deaf(now) {
			return false
		}
	}
	return true
}

// down reports whether no server has been answering.
func (g *group) down(now time.Time) bool {
	for _, s := range g.servers {
		if !s.looped.Load() && !s.down(now) {
			return false
		}
	}
	return true
}

// brisk reports whether the server that is asked first answers nearly all that it is
// asked.
func (g *group) brisk(now time.Time) bool {
	for _, s := range g.servers {
		if !s.looped.Load() && !s.down(now) {
			return s.places.Brisk()
		}
	}
	return false
}

// balk notes that such a question held an answer up without coming to
// anything: that is put down to the server that is asked first.
func (g *group) balk(now time.Time) {
	if order := g.order(dns.TypeHTTPS, now); len(order) > 0 {
		order[0].useless(dns.TypeHTTPS, now)
	}
}

// errNoUpstream is for when there is nobody to ask.
var errNoUpstream = errors.New("no upstream to ask")

// A result is what an exchange with one server came to.
type result struct {
	server *nameserver
	entry  *entry
	remark remark // of an error code
	err    error
}

// A question is what a group is asked, with the reading of the reply.
type question struct {
	msg  *dns.Msg
	read func(*dns.Msg) (*entry, error)
	// client is on whose account the places are, holder is on whose what goes on
	// aside.
	client netip.Addr
	holder string
	// answered, which may be nil, is closed when nobody waits any more; what is
	// under way then goes on aside.
	answered <-chan struct{}
}

// ask asks the servers in order, each with a head start over the next, until
// one has a useful answer. An error code is not one: the next may do better
// (SERVFAIL from one resolver often is that resolver's own trouble). The
// exchanges run under work and end soon after ask has returned. One that fq,
// which may be nil, has begun is the first.
func (g *group) ask(ctx context.Context, work *sync.WaitGroup, q question, fq *fastQuery) (*entry, remark, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a := &asking{group: g, ctx: ctx, work: work, q: q, results: make(chan result, maxServers+2)} // one that is asked otherwise twice
	a.qtype = q.msg.Question[0].Qtype
	a.order = g.order(a.qtype, time.Now())
	if len(a.order) == 0 {
		return nil, remark{dns.ExtendedErrorCodeNoReachableAuthority, "no upstream"}, errNoUpstream
	}
	if fq.hopeful() {
		a.order = append([]*nameserver{fq.path.asked}, slices.DeleteFunc(a.order, func(s *nameserver) bool { return s == fq.path.asked })...)
		a.next, a.pending = 1, 1
		fq.forward(a.results)
		defer func() { fq.abandon(context.Cause(ctx)) }()
	}
	return a.run()
}
