package resolver

import (
	"net"
	"runtime"
	"sync"
	"time"
)

const (
	// mostGathered is how much may wait to be written to one connection: more than a
	// reply takes, and so much less than clients may ask for at once that who does not
	// read is waited for.
	mostGathered = 64 << 10
	// keptGathered is how much room a connection keeps when nothing waits.
	keptGathered = 4 << 10
)

// A gatherer is a connection on which what is written at the same time leaves together:
// HTTP/2 writes and flushes the answers of one connection one by one, as each is there,
// and to send them costs more than to make them. Each batch leaves within writeTime, which
// stands in for all deadlines of writing, or none does any more. It is safe for concurrent
// use.
type gatherer struct {
	net.Conn
	running *sync.WaitGroup // counts the goroutine that writes, which there is while writing

	mu      sync.Mutex
	changed sync.Cond // of all below
	pending []byte
	spare   []byte // room for the next pending
	writing bool
	closed  bool
	err     error
}

func gather(conn net.Conn, running *sync.WaitGroup) *gatherer {
	g := &gatherer{Conn: conn, running: running}
	g.changed.L = &g.mu
	return g
}

// Write implements [net.Conn]. It waits for room alone; that an earlier one failed, the
// next one tells.
func (g *gatherer) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.writing && g.err == nil && !g.closed && len(g.pending)+len(p) > mostGathered {
		g.changed.Wait()
	}
	switch {
	case g.closed:
		return 0, net.ErrClosed
	case g.err != nil:
		return 0, g.err
	}
	g.pending = append(g.pending, p...)
	if !g.writing {
		g.writing = true
		g.running.Go(g.write)
	}
	return len(p), nil
}

// write writes until there is nothing more. It lets those go first who can run now, as they
// may have something to add; where there are none it loses no time by that.
func (g *gatherer) write() {
	runtime.Gosched()
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.pending) > 0 && g.err == nil {
		batch := g.pending
		g.pending = g.spare[:0]
		g.changed.Broadcast()
		g.mu.Unlock()
		_ = g.Conn.SetWriteDeadline(time.Now().Add(writeTime))
		_, err := g.Conn.Write(batch)
		g.mu.Lock()
		g.spare, g.err = batch, err
	}
	g.writing = false
	g.changed.Broadcast()
	if g.err != nil || cap(g.pending)+cap(g.spare) > keptGathered {
		g.pending, g.spare = nil, nil
	}
	if g.closed {
		_ = g.Conn.Close()
	}
}

// Close implements [net.Conn]. What was written leaves yet, while nothing is read any more.
func (g *gatherer) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return net.ErrClosed
	case !g.writing:
		g.closed = true
		return g.Conn.Close()
	}
	g.closed = true
	g.changed.Broadcast()
	return g.Conn.SetReadDeadline(time.Unix(1, 0))
}

// SetWriteDeadline implements [net.Conn]. It does nothing: see gatherer.
func (g *gatherer) SetWriteDeadline(time.Time) error { return nil }

// SetDeadline implements [net.Conn], for reading.
func (g *gatherer) SetDeadline(t time.Time) error { return g.SetReadDeadline(t) }

// SetReadDeadline implements [net.Conn].
func (g *gatherer) SetReadDeadline(t time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return net.ErrClosed
	}
	return g.Conn.SetReadDeadline(t)
}
