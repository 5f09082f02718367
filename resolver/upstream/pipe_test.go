package upstream

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// askAll asks n names at once and fails unless all are answered rightly. It reports
// whether that was quick enough for the number of connections to mean something: on a
// machine that stands still for patience, questions are asked twice.
func askAll(t *testing.T, e Exchanger, n int) bool {
	t.Helper()
	begun := time.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			name := fmt.Sprintf("n%d.example.", i)
			if r, err := ask(t, e, name); err != nil {
				t.Errorf("%s: %v", name, err)
			} else if len(r.Answer) != 1 || r.Answer[0].Header().Name != name {
				t.Errorf("%s: answer %v; want its own", name, r.Answer)
			}
		})
	}
	all.Wait()
	return time.Since(begun) < patience/2
}

// reversed answers n questions of a connection once they are there, the last first.
func reversed(n int) func() script {
	return func() script {
		var held [][]byte
		return func(q []byte, send func([]byte)) {
			if held = append(held, q); len(held) < n {
				return
			}
			for i := range held {
				send(reply(held[n-1-i], "192.0.2.1"))
			}
			held = nil
		}
	}
}

// eachServer is streamServer with a script for each connection.
func eachServer(t *testing.T, l net.Listener, fresh func() script) *atomic.Int32 {
	t.Helper()
	return streamServer(t, &eachListener{l, fresh}, func([]byte, func([]byte)) {})
}

type eachListener struct {
	net.Listener
	fresh func() script
}

type eachConn struct {
	net.Conn
	script script
}

func (l *eachListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eachConn{c, l.fresh()}, nil
}

// TestPipelined: many questions, answered in another order, take one connection
// (RFC 7766, section 6.2.1.1; RFC 7858, section 3.4).
func TestPipelined(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1")
	const n = linkRoom
	for scheme, l := range map[string]net.Listener{"tcp": listenTCP(t), "tls": listenTLS(t, cert)} {
		conns := eachServer(t, l, reversed(n))
		e := open(t, scheme+"://"+l.Addr().String(), Options{Roots: roots})
		quick := true
		for range 3 {
			quick = askAll(t, e, n) && quick
		}
		if got := conns.Load(); quick && got != 1 {
			t.Errorf("%s: %d connections for three times %d questions; want 1", scheme, got, n)
		}
	}
}

// TestPipelineIsBounded: what has no room on one connection is asked over another.
func TestPipelineIsBounded(t *testing.T) {
	t.Parallel()
	l := listenTCP(t)
	const n = 3 * linkRoom
	conns := streamServer(t, l, together(n))
	quick := askAll(t, open(t, "tcp://"+l.Addr().String(), Options{}), n)
	if got := conns.Load(); quick && got != 3 {
		t.Errorf("%d connections for %d questions; want 3", got, n)
	}
}

// together answers nothing until n names were asked for, whatever the connection, and
// however often: on a slow machine some are asked for again.
func together(n int) script {
	var names sync.Map
	var asked atomic.Int32
	all := make(chan struct{})
	return func(q []byte, send func([]byte)) {
		if _, again := names.LoadOrStore(string(q[12:]), true); !again && asked.Add(1) == int32(n) {
			close(all)
		}
		go func() { <-all; right(q, send) }()
	}
}

// TestIdleConnectionsAreBounded: a server that takes one question a connection gets
// many, of which few are kept.
func TestIdleConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	l := listenTCP(t)
	const n = 3 * idleMax
	streamServer(t, l, together(n))
	e := open(t, "tcp://"+l.Addr().String(), Options{})
	p := poolOf(e)
	suffer(&p.order.queued)
	askAll(t, e, n)
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept := len(p.links); kept != idleMax {
		t.Errorf("%d connections kept; want %d", kept, idleMax)
	}
}

// TestWornConnections: one on which half of what it has room for was never answered is
// given up for another.
func TestWornConnections(t *testing.T) {
	t.Parallel()
	l := listenTCP(t)
	conns := streamServer(t, l, func(q []byte, send func([]byte)) {
		if m := new(dns.Msg); m.Unpack(q) == nil && m.Question[0].Name != "lost.example." {
			right(q, send)
		}
	})
	e := open(t, "tcp://"+l.Addr().String(), Options{})
	lose := func(n int) {
		var all sync.WaitGroup
		for range n {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), patience/4)
				defer cancel()
				if r, err := e.Exchange(ctx, new(dns.Msg).SetQuestion("lost.example.", dns.TypeA)); err == nil {
					t.Errorf("got %v; want an error", r)
				}
			})
		}
		all.Wait()
	}
	wantA(t, e, "shop.example.", "192.0.2.1")
	lose(linkRoom / 2)
	wantA(t, e, "shop.example.", "192.0.2.1")
	if got := conns.Load(); got != 1 {
		t.Errorf("%d connections after half of the room was lost; want 1", got)
	}
	lose(1)
	wantA(t, e, "shop.example.", "192.0.2.1")
	if got := conns.Load(); got != 2 {
		t.Errorf("%d connections after more was lost; want 2", got)
	}
}

// FuzzPipe has a server say anything: nobody gets an answer to somebody else's
// question, and all who ask hear of the end.
func FuzzPipe(f *testing.F) {
	framed := func(b []byte) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...) }
	q, err := new(dns.Msg).SetQuestion("shop.example.", dns.TypeA).Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(framed(reply(q, "192.0.2.1")), true)
	f.Add(append(framed(reply(q, "192.0.2.1")), framed(q)...), true)
	f.Add([]byte{0, 0, 0, 12}, false)
	f.Add([]byte{0xff, 0xff, 1}, false)
	f.Fuzz(func(t *testing.T, said []byte, adopt bool) {
		near, far := net.Pipe()
		p := newPipe(near, pack, func(link) {})
		go func() {
			defer func() { _ = far.Close() }()
			head := make([]byte, 4)
			if _, err := io.ReadFull(far, head); err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, far) }()
			said = append([]byte(nil), said...)
			if adopt && len(said) >= 4 {
				copy(said[2:4], head[2:4])
			}
			_, _ = far.Write(said)
		}()
		asked := new(dns.Msg).SetQuestion("shop.example.", dns.TypeA)
		wait, err := p.ask(asked)
		if err != nil {
			t.Fatal(err)
		}
		r, err := wait(context.Background())
		if err == nil && (r.Id != asked.Id || r.Question[0] != asked.Question[0] || !r.Response) {
			t.Errorf("got %v", r)
		}
		<-p.done
		if _, err := p.ask(asked); err == nil || p.room() != 0 {
			t.Errorf("after the end: err %v, room %d; want an error and none", err, p.room())
		}
	})
}
