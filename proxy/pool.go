package proxy

import (
	"context"
	"crypto/tls"
	"slices"
	"sync"
	"time"
)

const (
	// pooledFor is how long an idle connection to an origin is kept. Servers
	// close theirs after about as long.
	pooledFor = 60 * time.Second
	// maxPooledPerOrigin bounds the idle ones of one origin.
	maxPooledPerOrigin = 256
)

// upstream is a verified HTTP/1.1 connection to an origin, for relays.
type upstream struct {
	*tls.Conn
	early []byte // read ahead; comes before what Conn reads
	since time.Time
}

// keep puts bytes that were read ahead back in front.
func (u *upstream) keep(p []byte) { u.early = slices.Clone(p) }

// pool keeps idle upstreams, the one used last first.
type pool struct {
	max int

	mu    sync.Mutex
	idle  map[originKey][]*upstream
	total int
	sweep *time.Timer // non-nil while something is idle
}

func newPool(limit int) *pool { return &pool{max: limit, idle: map[originKey][]*upstream{}} }

// take returns a connection to key's origin: an idle one, one that a probe
// left, or, fresh, a new one.
func (o *origins) take(v *visit, key originKey) (u *upstream, fresh bool, err error) {
	if u := o.pool.get(key); u != nil {
		return u, false, nil
	}
	if c := o.unpark(key); c != nil {
		return &upstream{Conn: c}, false, nil // it waited, so it may be dead like an idle one
	}
	ctx, cancel := context.WithTimeout(withVisit(context.Background(), v), dialTimeout+handshakeTimeout)
	defer cancel()
	c, err := o.dialTLS(ctx, key, nil)
	if err != nil {
		return nil, true, err
	}
	return &upstream{Conn: c}, true, nil
}

func (p *pool) get(key originKey) *upstream {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.idle[key]
	if len(list) == 0 {
		return nil
	}
	u := list[len(list)-1]
	list[len(list)-1] = nil
	p.idle[key] = list[:len(list)-1]
	p.total--
	return u
}

// put keeps u for the next request, or closes it.
func (p *pool) put(key originKey, u *upstream) {
	u.since = time.Now()
	p.mu.Lock()
	list := p.idle[key]
	if p.total >= p.max || len(list) >= maxPooledPerOrigin {
		p.mu.Unlock()
		_ = u.Close()
		return
	}
	p.idle[key] = append(list, u)
	p.total++
	if p.sweep == nil {
		p.sweep = time.AfterFunc(pooledFor/2, p.expire)
	}
	p.mu.Unlock()
}

// expire closes what was idle too long, and comes again while anything is.
func (p *pool) expire() {
	p.mu.Lock()
	old := p.drop(time.Now().Add(-pooledFor))
	if p.sweep = nil; p.total > 0 {
		p.sweep = time.AfterFunc(pooledFor/2, p.expire)
	}
	p.mu.Unlock()
	closeUpstreams(old)
}

// closeIdle closes all idle connections.
func (p *pool) closeIdle() {
	p.mu.Lock()
	if p.sweep != nil {
		p.sweep.Stop()
		p.sweep = nil
	}
	all := p.drop(time.Now().Add(time.Hour))
	p.mu.Unlock()
	closeUpstreams(all)
}

// drop removes what was put before limit. The oldest stand first.
func (p *pool) drop(limit time.Time) (out []*upstream) {
	for key, list := range p.idle {
		n := 0
		for n < len(list) && list[n].since.Before(limit) {
			n++
		}
		out = append(out, list[:n]...)
		if rest := slices.Clone(list[n:]); len(rest) > 0 {
			p.idle[key] = rest
		} else {
			delete(p.idle, key)
		}
		p.total -= n
	}
	return out
}

func closeUpstreams(list []*upstream) {
	for _, u := range list {
		// A close_notify may wait for a peer that reads nothing.
		_ = u.SetWriteDeadline(time.Now().Add(time.Second))
		_ = u.Close()
	}
}
