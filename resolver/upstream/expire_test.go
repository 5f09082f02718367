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
		open := func() int {
			synctest.Wait()
			p.mu.Lock()
			defer p.mu.Unlock()
			return len(p.links)
		}
		time.Sleep(idleLife - time.Nanosecond)
		if n := open(); n != 1 {
			t.Errorf("%d connections %v after the reply; want one", n, idleLife-time.Nanosecond)
		}
		time.Sleep(time.Nanosecond)
		if n := open(); n != 0 {
			t.Errorf("%d connections %v after the reply; want none", n, idleLife)
		}
	})
}
