package upstream

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

// TestLateReplyBeforeExpiry: a connection on which the reply to a question that was given
// up comes late is closed once it has been silent for idleLife, as any other; nothing
// else may ever be asked over it, as after another upstream was configured.
func TestLateReplyBeforeExpiry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var conn net.Conn
		queries := make(chan []byte, 1)
		p := newPool(func(_ context.Context, changed func(link)) (link, error) {
			l, theirs := pipeTo(t, changed)
			conn = theirs
			go func() {
				q, err := readMessage(theirs)
				if err != nil {
					t.Error(err)
				}
				queries <- q
			}()
			return l, nil
		})
		t.Cleanup(p.close)
		s, err := p.acquire(t.Context(), shared)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience/2) // later, and the connection counts as dead
		defer cancel()
		if _, err := s.exchange(ctx, new(dns.Msg).SetQuestion("late.example.", dns.TypeA)); err == nil {
			t.Fatal("answered")
		}
		time.Sleep(idleLife / 2)
		if _, err := conn.Write(framed(reply(<-queries, "192.0.2.1"))); err != nil {
			t.Fatal(err)
		}
		expires(t, p)
	})
}

// TestUntakenConnectionExpires: a connection that nobody needed any more when it was there
// is closed as one that was used.
func TestUntakenConnectionExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const handshake = time.Second
		p := piped(t, func(context.Context, int) error { time.Sleep(handshake); return nil })
		ctx, cancel := context.WithTimeout(t.Context(), handshake/2)
		defer cancel()
		if _, err := p.acquire(ctx, shared); err == nil {
			t.Fatal("there is a connection before the handshake is over")
		}
		time.Sleep(handshake / 2)
		expires(t, p)
	})
}

// expires tests that the one connection in p is closed idleLife from now, and not before.
func expires(t *testing.T, p *pool) {
	t.Helper()
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 1}, {idleLife - time.Nanosecond, 1}, {time.Nanosecond, 0}} {
		time.Sleep(step.wait)
		synctest.Wait()
		p.mu.Lock()
		n := len(p.links)
		p.mu.Unlock()
		if n != step.want {
			t.Errorf("%d connections after %v more; want %d", n, step.wait, step.want)
		}
	}
}
