package upstream

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// poolOf is where e, of any protocol but udp, has its connections.
func poolOf(e Exchanger) *pool {
	if f, ok := e.(*ednsFallback); ok {
		e = f.Exchanger
	}
	if d, ok := e.(*doh); ok {
		return d.pool
	}
	return e.(*stream).pool
}

// TestOneQuestionAConnection asks servers that answer but the first question of each
// connection. They are known for it after a while, and connections bounded.
func TestOneQuestionAConnection(t *testing.T) {
	t.Parallel()
	for name, rest := range map[string]script{
		"closes":  func(_ []byte, send func([]byte)) { send(nil) },
		"ignores": silent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listenTCP(t)
			conns := eachServer(t, l, func() script {
				asked := 0
				return func(q []byte, send func([]byte)) {
					if asked++; asked > 1 {
						rest(q, send)
						return
					}
					right(q, send)
				}
			})
			e := open(t, "tcp://"+l.Addr().String(), Options{})
			// A connection that is closed on questions that the server never read may lose
			// its one answer as well: that one teaches nothing.
			for rounds := 0; poolOf(e).order.want() != unused; rounds++ {
				if rounds == 10*enoughStrikes {
					t.Fatalf("after %d rounds the server wants %v; want it to be known to answer but one question", rounds, poolOf(e).order.want())
				}
				askAll(t, e, 40)
			}
			before := conns.Load()
			quick := askAll(t, e, 40)
			if got := conns.Load() - before; quick && got != 40 {
				t.Errorf("%d connections for 40 questions; want as many", got)
			}
		})
	}
}

// TestInOrder asks a server that answers one after another, and has nothing for one
// question until all the others are answered.
func TestInOrder(t *testing.T) {
	t.Parallel()
	l := listenTCP(t)
	release := make(chan struct{})
	eachServer(t, l, func() script {
		return func(q []byte, send func([]byte)) {
			if m := new(dns.Msg); m.Unpack(q) == nil && m.Question[0].Name == "slow.example." {
				<-release
			}
			right(q, send)
		}
	})
	e := open(t, "tcp://"+l.Addr().String(), Options{})
	wantA(t, e, "first.example.", "192.0.2.1")
	wantA(t, e, "second.example.", "192.0.2.1")
	slow := make(chan error, 1)
	go func() {
		_, err := ask(t, e, "slow.example.")
		slow <- err
	}()
	time.Sleep(20 * time.Millisecond) // it is before the others
	askAll(t, e, 40)
	time.Sleep(patience) // so that it shows what held them up
	close(release)
	if err := <-slow; err != nil {
		t.Errorf("slow name: %v", err)
	}
	if w := poolOf(e).order.want(); w != alone {
		t.Errorf("the server wants %v; want it to be known to answer in order", w)
	}
}

// TestConnectionsThatEnd: those that the server ends at once are a failure to open one,
// and not among the connections for ever.
func TestConnectionsThatEnd(t *testing.T) {
	t.Parallel()
	l := listenTCP(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	p := newPool(func(ctx context.Context, changed func(link)) (link, error) {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
		if err != nil {
			return nil, err
		}
		pipe := newPipe(conn, pack, changed)
		<-pipe.done // which it may be before the pool has it
		return pipe, nil
	})
	t.Cleanup(p.close)
	q := new(dns.Msg).SetQuestion("shop.example.", dns.TypeA)
	for range 4 {
		if r, err := p.exchange(t.Context(), q); !errors.Is(err, errClosed) {
			t.Fatalf("%v, %v; want %v", r, err, errClosed)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.links) != 0 || p.sure {
		t.Errorf("%d connections are kept, sure %v; want none", len(p.links), p.sure)
	}
}

// TestLostPackets: connections that fell silent after one answer say nothing of a
// server that answers several questions on others.
func TestLostPackets(t *testing.T) {
	t.Parallel()
	p := newPool(nil)
	t.Cleanup(p.close)
	p.inOrder = true
	slotOn := func(answers int) *slot {
		s := &slot{pool: p, link: &pooledLink{link: &pipe{}, crowded: true, answers: answers}}
		s.el = s.link.slots.PushBack(s)
		return s
	}
	for range 3 {
		for range enoughStrikes - 1 {
			s := slotOn(1)
			s.learn(s.trouble())
		}
		slotOn(1).answered()
	}
	if w := p.order.want(); w != shared {
		t.Errorf("the server wants %v; want %v", w, shared)
	}
	for range enoughStrikes {
		s := slotOn(1)
		s.learn(s.trouble())
	}
	if w := p.order.want(); w != unused {
		t.Errorf("after %d in a row the server wants %v; want %v", enoughStrikes, w, unused)
	}
}

// TestStrikes: a connection counts once against its server, however many questions were
// lost with it, and only if it had answered one. Another counts again.
func TestStrikes(t *testing.T) {
	t.Parallel()
	p := piped(t, func(context.Context, int) error { return nil })
	p.inOrder = true
	lose := func(answers int) {
		b := &pooledLink{answers: answers, crowded: true}
		for range enoughStrikes {
			(&slot{pool: p, link: b}).learn(single)
		}
	}
	for range enoughStrikes {
		lose(0)
	}
	for range enoughStrikes - 1 {
		lose(1)
	}
	if w := p.order.want(); w != shared || p.order.strikes != enoughStrikes-1 {
		t.Errorf("%d strikes, the server wants %v; want %d, %v", p.order.strikes, w, enoughStrikes-1, shared)
	}
	lose(1)
	if w := p.order.want(); w != unused {
		t.Errorf("the server wants %v; want %v", w, unused)
	}
}
