package upstream

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

// ednsFallback asks again without EDNS when a server rejects a query for it
// (RFC 6891, section 7), and remembers that for a while.
type ednsFallback struct {
	Exchanger
	// until is the Unix time in nanoseconds before which EDNS is left out.
	until atomic.Int64
}

func (e *ednsFallback) Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	if q.IsEdns0() == nil {
		return e.Exchanger.Exchange(ctx, q)
	}
	if time.Now().UnixNano() < e.until.Load() {
		return e.Exchanger.Exchange(ctx, plain(q))
	}
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	reply, err := e.Exchanger.Exchange(ctx, q)
	if err != nil || !rejected(reply.Rcode) {
		return reply, err
	}
	second, err := e.Exchanger.Exchange(ctx, plain(q))
	if err != nil {
		return reply, nil
	}
	if !rejected(second.Rcode) {
		e.until.Store(time.Now().Add(memory).UnixNano())
	}
	return second, nil
}

func rejected(rcode int) bool {
	return rcode == dns.RcodeFormatError || rcode == dns.RcodeNotImplemented || rcode == dns.RcodeBadVers
}

// plain returns a copy of q without its OPT record.
func plain(q *dns.Msg) *dns.Msg {
	c := *q
	c.Extra = nil
	for _, rr := range q.Extra {
		if rr.Header().Rrtype != dns.TypeOPT {
			c.Extra = append(c.Extra, rr)
		}
	}
	return &c
}
