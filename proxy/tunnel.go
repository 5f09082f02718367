package proxy

import (
	"context"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/proxy/netconn"
)

// drainIdle closes a silent tunnel once the process was told to stop; whoever is in the
// middle of something may go on until the grace ends.
const drainIdle = 300 * time.Millisecond

// tunnels are the connections under way that no HTTP server knows of: spliced
// ones and those that were upgraded.
type tunnels struct {
	maxIdle  time.Duration
	draining atomic.Bool
	bulk     chan struct{} // a place for each direction spliced by the kernel
	long     chan struct{} // a place for each long body
	mu       sync.Mutex
	open     map[ender]struct{}
	empty    chan struct{} // non-nil while somebody waits
}

func newTunnels(maxIdle time.Duration, bulk int) *tunnels {
	return &tunnels{maxIdle: maxIdle, bulk: make(chan struct{}, bulk), long: make(chan struct{}, maxLong), open: map[ender]struct{}{}}
}

// ender is what is under way. hurry asks it to end when it is idle, close ends
// it now, and on is where it leads, or nil when another ender tells.
type ender interface {
	hurry()
	close()
	on() *visit
}

// adopted is a connection on which no tunnel lies: one that left HTTP by an
// upgrade, of which it is not known whether it is idle, so that it may stay
// until the grace ends; or, idle, one that has said nothing yet.
type adopted struct {
	net.Conn
	tunnels *tunnels
	idle    bool
	once    sync.Once
}

// adopt keeps account of c, so that a drain ends it.
func (ts *tunnels) adopt(c net.Conn) net.Conn {
	return ts.account(&adopted{Conn: c, tunnels: ts})
}

// silent keeps account of c, so that a drain ends it at once. The caller calls
// leave when c speaks.
func (ts *tunnels) silent(c net.Conn) *adopted {
	return ts.account(&adopted{Conn: c, tunnels: ts, idle: true})
}

func (ts *tunnels) account(a *adopted) *adopted {
	ts.add(a)
	if ts.draining.Load() {
		a.hurry()
	}
	return a
}

// Close implements [net.Conn].
func (a *adopted) Close() error {
	a.leave()
	return a.Conn.Close()
}

// leave ends the account that is kept of a; the connection stays.
func (a *adopted) leave() { a.once.Do(func() { a.tunnels.remove(a) }) }

// CloseWrite ends our direction where the transport can.
func (a *adopted) CloseWrite() error { return netconn.CloseWrite(a.Conn) }

func (a *adopted) hurry() {
	if a.idle {
		_ = a.Close() // and nobody waits for what is done for it
	}
}
func (a *adopted) on() *visit { return nil }

func (a *adopted) close() { _ = a.Conn.Close() }

// tunnel is two connections whose bytes are copied to one another unread.
type tunnel struct {
	visit          *visit
	client, origin net.Conn
	// moved is when a byte last passed, in nanoseconds of Unix time.
	moved atomic.Int64
	// listening is how many of the two are being read from.
	listening atomic.Int32
}

// splice copies between client and origin until both directions ended, the
// tunnel was idle too long, or the process stops. It closes both. Plain TCP
// connections are spliced by the kernel where it can.
func (ts *tunnels) splice(v *visit, client, origin net.Conn) {
	below := accounted(client)
	client, asked := netconn.Unwrap(client)
	origin, told := netconn.Unwrap(origin)
	t := &tunnel{visit: v, client: client, origin: origin}
	t.moved.Store(time.Now().UnixNano())
	ts.add(t)
	defer ts.remove(t)
	defer t.close()
	if below != nil { // whose account is for requests, which a client does not wait for as long
		ts.remove(below)
	}

	var back sync.WaitGroup
	back.Go(func() { ts.pump(t, t.client, t.origin, told) })
	ts.pump(t, t.origin, t.client, asked)
	back.Wait()
}

func (ts *tunnels) idle() time.Duration {
	if ts.draining.Load() {
		return drainIdle
	}
	return ts.maxIdle
}

// idleFor reports whether no byte has passed, either way, for d.
func (t *tunnel) idleFor(d time.Duration) bool {
	return time.Since(time.Unix(0, t.moved.Load())) >= d
}

func (t *tunnel) on() *visit { return t.visit }

func (t *tunnel) close() {
	_ = t.client.Close()
	_ = t.origin.Close()
}

func (ts *tunnels) add(t ender) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.open[t] = struct{}{}
}

func (ts *tunnels) remove(t ender) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	delete(ts.open, t)
	if len(ts.open) == 0 && ts.empty != nil {
		close(ts.empty)
		ts.empty = nil
	}
}

// drain wakes every tunnel so that the idle ones end soon.
func (ts *tunnels) drain() {
	ts.draining.Store(true)
	for _, t := range ts.all() {
		t.hurry()
	}
}

func (t *tunnel) hurry() {
	soon := time.Now().Add(drainIdle)
	_ = t.client.SetReadDeadline(soon)
	_ = t.origin.SetReadDeadline(soon)
}

// wait returns when no tunnel is open or ctx ended.
func (ts *tunnels) wait(ctx context.Context) {
	ts.mu.Lock()
	if len(ts.open) == 0 {
		ts.mu.Unlock()
		return
	}
	if ts.empty == nil {
		ts.empty = make(chan struct{})
	}
	empty := ts.empty
	ts.mu.Unlock()
	select {
	case <-empty:
	case <-ctx.Done():
	}
}

// closeIf closes what leads where held says and was under way at the time since.
// Connections on which nothing is asked stay: their next request is judged.
func (ts *tunnels) closeIf(since time.Time, held func(*visit) bool) {
	for _, t := range ts.all() {
		v := t.on()
		if v != nil && (v.inFlight == nil || v.inFlight.before(since)) && held(v) {
			t.close()
		}
	}
}

// all is what is under way now. Ending any of it takes it off the account, so
// that the lock must not be held meanwhile.
func (ts *tunnels) all() []ender {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return slices.Collect(maps.Keys(ts.open))
}

// inner keeps account of a connection that goes to the inner server, until it
// is closed.
func (ts *tunnels) inner(c net.Conn, v *visit, done func()) *innerConn {
	n := &innerConn{Conn: c, visit: v, coded: new(framed)}
	ts.enter(n, done)
	return n
}

func (ts *tunnels) closeAll() {
	for _, t := range ts.all() {
		t.close()
	}
}
