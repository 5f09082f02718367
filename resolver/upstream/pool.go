package upstream

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

const (
	// idleLife is how long an unused connection is kept. Public resolvers
	// close theirs from about ten seconds on.
	idleLife = 8 * time.Second
	// idleMax bounds the unused connections to one server.
	idleMax = 8
	// linkRoom is how many questions one connection has at once. Few are ever
	// needed beside it, and what a server reads ahead is about as much.
	linkRoom = 64
	// maxLinks bounds the connections to one server.
	maxLinks = 64
)

// errClosed is why a connection ended that was closed from here, or before it was used.
var errClosed = errors.New("connection closed")

// A link is one connection to a server. It is safe for concurrent use.
type link interface {
	// ask asks q over the connection, beside other questions and after those that
	// were asked before, and returns how to wait for the answer. It does not block.
	ask(q *dns.Msg) (wait exchange, err error)
	// room is how many questions it takes at once, 0 once it is of no more use.
	room() int
	// heard is when the server last said something, in Unix nanoseconds.
	heard() int64
	// close ends it with all that is asked over it.
	close()
}

// A pool is the connections to one server. As few are opened as have room for what
// is asked.
type pool struct {
	// dial opens a connection. ended, whose argument is that, may be called when it
	// changed: it has ended, or has more room.
	dial func(ctx context.Context, changed func(link)) (link, error)
	// inOrder tells that servers may be of the kind that [order] is about.
	inOrder bool
	order   order

	mu      sync.Mutex
	links   []*pooledLink // the oldest first
	waiting list.List     // of *waiter, the first first
	dials   int
	// sure tells that the last dial succeeded, share what room there was then.
	sure  bool
	share int
	// redial ends the time in which no connection is opened, or is nil.
	redial *time.Timer
	// era ends with close. What is dialled in one is of no use in the next.
	era    context.Context
	end    context.CancelFunc
	closed []link // by unlock
}

// A pooledLink is a connection in a pool. What is no atomic is guarded by pool.mu.
type pooledLink struct {
	link
	slots list.List    // of *slot, those taken, the first first
	since atomic.Int64 // some are taken without a break since then, or none ever was; in Unix nanoseconds
	// alone tells that the one slot wants no other beside it.
	alone   bool
	retired bool // and not among links
	expire  *time.Timer
	// used tells that something was asked, crowded that several questions were at once,
	// answers how many were answered. The others are for order.
	used, crowded     bool
	answers           int
	overtaken, struck bool
}

// silent reports whether questions have waited for longer than patience without
// that anything was heard. It must be in use.
func (c *pooledLink) silent(now time.Time) bool {
	return now.UnixNano()-max(c.since.Load(), c.heard()) > int64(patience)
}

// A waiter waits for a slot.
type waiter struct {
	want    want
	granted chan grant
}

type grant struct {
	slot *slot
	err  error
}

// A slot is one question's place on a connection.
type slot struct {
	pool *pool
	link *pooledLink
	el   *list.Element
	// fresh tells that nothing had been answered over the connection before.
	fresh bool
	taken time.Time
	// released tells that it is over, with err.
	released bool
	err      error
}

func newPool(dial func(context.Context, func(link)) (link, error)) *pool {
	p := &pool{dial: dial, share: linkRoom}
	p.era, p.end = context.WithCancel(context.Background())
	return p
}

// acquire returns a slot on such a connection as w wants, as soon as there is one. It
// must be released.
func (p *pool) acquire(ctx context.Context, w want) (*slot, error) {
	v := &waiter{want: max(w, p.order.want()), granted: make(chan grant, 1)}
	p.mu.Lock()
	el := p.waiting.PushBack(v)
	p.advance()
	p.unlock()
	select {
	case g := <-v.granted:
		return g.slot, g.err
	case <-ctx.Done():
	}
	p.mu.Lock()
	p.waiting.Remove(el)
	p.unlock()
	select {
	case g := <-v.granted:
		if g.slot != nil {
			g.slot.release(nil)
		}
	default:
	}
	return nil, context.Cause(ctx)
}

// advance gives slots to whom it can, and opens connections for the others. p.mu is held.
func (p *pool) advance() {
	now := time.Now()
	var full [unused + 1]int // waiters without a slot, by what they want
	for el := p.waiting.Front(); el != nil; {
		v, next := el.Value.(*waiter), el.Next()
		var s *slot
		if full[v.want] == 0 {
			s = p.place(v, now)
		}
		if s == nil {
			full[v.want]++
		} else {
			p.waiting.Remove(el)
			v.granted <- grant{slot: s}
		}
		el = next
	}
	most := 1
	if p.sure {
		most = maxDials
	}
	for need := full[unused] + full[alone] + (full[shared]+p.share-1)/p.share; p.redial == nil && p.dials < min(need, most) && len(p.links)+p.dials < maxLinks; {
		p.dials++
		go p.open(p.era)
	}
}

// place returns a slot for v on the oldest connection that has one, or nil: so those
// beyond what is needed fall idle. p.mu is held.
func (p *pool) place(v *waiter, now time.Time) *slot {
	for _, c := range p.links {
		taken := c.slots.Len()
		switch {
		case taken > 0 && (v.want != shared || c.alone || c.silent(now)), c.used && v.want == unused, taken >= c.room():
			continue
		case taken == 0:
			c.since.Store(now.UnixNano())
		default:
			c.crowded = true
		}
		if c.expire != nil {
			c.expire.Stop()
		}
		c.alone = v.want != shared
		c.used = true
		s := &slot{pool: p, link: c, fresh: c.answers == 0, taken: now}
		s.el = c.slots.PushBack(s)
		return s
	}
	return nil
}

// unlock unlocks p.mu and closes what is to be closed: that may take time, and call
// changed.
func (p *pool) unlock() {
	closed := p.closed
	p.closed = nil
	p.mu.Unlock()
	for _, l := range closed {
		l.close()
	}
}
