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
	// settings are those in force when it was dialled.
	settings *Settings
}

// hasten is as an originConn's.
func (u *upstream) hasten(now time.Time) {
	if below, ok := u.NetConn().(*originConn); ok {
		below.hasten(now)
	}
}

// cut reports whether the origin closed its connection without a
// close_notify, which crypto/tls takes for an end as good as any.
func (u *upstream) cut() bool {
	below, ok := u.NetConn().(*originConn)
	return ok && below.ended.Load()
}

// keep puts bytes that were read ahead back in front.
func (u *upstream) keep(p []byte) { u.early = slices.Clone(p) }

// pool keeps idle upstreams, the one used last first.
type pool struct {
	max int

	mu     sync.Mutex
	closed bool
	idle   map[originKey][]*upstream
	total  int
	sweep  *time.Timer // non-nil while something is idle
}

func newPool(limit int) *pool { return &pool{max: limit, idle: map[originKey][]*upstream{}} }

// waiting returns an idle connection to key's origin, or one that a probe
// left, or nil. The origin may close it at the very moment.
func (o *origins) waiting(key originKey) *upstream {
	for u := o.pool.get(key); u != nil; u = o.pool.get(key) {
		if u.settings == o.server.settings.Load() && quiet(u.Conn) {
			return u
		}
		_ = u.Close()
	}
	if c := o.unpark(key); c != nil {
		return &upstream{Conn: c, settings: o.server.settings.Load()}
	}
	return nil
}

// fresh returns a new connection to key's origin.
func (o *origins) fresh(v *visit, key originKey) (*upstream, error) {
	ctx, cancel := context.WithTimeout(withVisit(o.server.over, v), dialTimeout+handshakeTimeout)
	defer cancel()
	settings := o.server.settings.Load()
	c, err := o.dialTLS(ctx, key, o.asking())
	if err != nil {
		return nil, err
	}
	return &upstream{Conn: c, settings: settings}, nil
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

// put keeps u for the next request, which looks whether it is quiet, or closes it.
func (p *pool) put(key originKey, u *upstream) {
	u.since = time.Now()
	p.mu.Lock()
	list := p.idle[key]
	if p.closed || p.total >= p.max || len(list) >= maxPooledPerOrigin {
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

// close has everything closed that is put from now on.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
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
