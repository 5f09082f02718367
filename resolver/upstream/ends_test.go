package upstream

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
)

// TestQuestionThatEndsConnections asks one that the server ends every connection for,
// among others that are answered on none that it is asked on as well, however often: the
// others are answered, and the server is not taken for one that answers a single question
// on each.
func TestQuestionThatEndsConnections(t *testing.T) {
	t.Parallel()
	const others = 20
	l := listenTCP(t)
	var conns atomic.Int32
	eachServer(t, l, func() script {
		held, bad := 0, false
		gathers := conns.Add(1) <= 2
		return func(q []byte, send func([]byte)) {
			m := new(dns.Msg)
			switch err := m.Unpack(q); {
			case err == nil && m.Question[0].Name == "ends.example.":
				bad = true
			case gathers && (err != nil || m.Question[0].Name != "before.example."):
				held++
			default:
				right(q, send)
			}
			if bad && (!gathers || held == others) {
				send(nil)
			}
		}
	})
	e := open(t, "tcp://"+l.Addr().String(), Options{})
	for range 2 {
		wantA(t, e, "before.example.", "192.0.2.1")
	}
	var bad sync.WaitGroup
	bad.Go(func() {
		if r, err := ask(t, e, "ends.example."); err == nil {
			t.Errorf("got %v; want an error", r)
		}
	})
	askAll(t, e, others)
	bad.Wait()
	if w := poolOf(e).order.want(); w != shared {
		t.Errorf("the server wants %v; want %v", w, shared)
	}
}

// TestLoneQuestionThatEndsConnections asks one that the server ends every connection for,
// without others. It takes a kept connection with it and a new one of its own, and no third.
func TestLoneQuestionThatEndsConnections(t *testing.T) {
	t.Parallel()
	l := listenTCP(t)
	conns := eachServer(t, l, func() script {
		return func(q []byte, send func([]byte)) {
			if m := new(dns.Msg); m.Unpack(q) == nil && m.Question[0].Name == "ends.example." {
				send(nil)
				return
			}
			right(q, send)
		}
	})
	e := open(t, "tcp://"+l.Addr().String(), Options{})
	wantA(t, e, "before.example.", "192.0.2.1")
	if r, err := ask(t, e, "ends.example."); err == nil {
		t.Errorf("got %v; want an error", r)
	}
	if n := conns.Load(); n != 2 {
		t.Errorf("%d connections; want 2", n)
	}
}
