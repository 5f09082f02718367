package proxy

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// spliced is a tunnel between two pipes, and when it ended.
type spliced struct {
	client, origin net.Conn // the far ends
	over           chan struct{}
}

// spliceIn starts one. wrap may lay something over the near ends.
func spliceIn(ts *tunnels, wrap func(net.Conn) net.Conn) spliced {
	client, nearClient := net.Pipe()
	origin, nearOrigin := net.Pipe()
	s := spliced{client, origin, make(chan struct{})}
	go func() {
		defer close(s.over)
		ts.splice(&visit{}, wrap(nearClient), wrap(nearOrigin))
	}()
	return s
}

func asItIs(c net.Conn) net.Conn { return c }

// lasts is how long it takes until the tunnel is over.
func (s spliced) lasts(t *testing.T) time.Duration {
	t.Helper()
	begin := time.Now()
	select {
	case <-s.over:
	case <-time.After(24 * time.Hour):
		t.Error("the tunnel is still open after a day")
		_, _ = s.client.Close(), s.origin.Close()
		<-s.over
	}
	return time.Since(begin)
}

// TestTunnelIdle: a tunnel ends when neither side has spoken for a time, and not when one
// is silent and the other speaks.
func TestTunnelIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const idle = time.Minute
		ts := newTunnels(idle, 0)
		s := spliceIn(ts, asItIs)
		for range 10 {
			time.Sleep(idle / 2)
			if _, err := io.WriteString(s.origin, "x"); err != nil {
				t.Fatalf("after %v: %v", idle/2, err)
			}
			if _, err := io.ReadFull(s.client, make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
		}
		if d := s.lasts(t); d < idle || d > 2*idle {
			t.Errorf("it ended %v after the last byte; want %v, or a look later", d, idle)
		}
	})
}

// late sets the deadline that a pump asks for first only when it is told to.
type late struct {
	net.Conn
	asked atomic.Bool
	now   chan struct{}
}

// SetReadDeadline implements [net.Conn].
func (c *late) SetReadDeadline(t time.Time) error {
	if !c.asked.Swap(true) {
		<-c.now
	}
	return c.Conn.SetReadDeadline(t)
}

// TestTunnelDrain: a drain ends an idle tunnel soon, whenever it comes: while bytes are
// waited for, and between a pump's look at the clock and its wait.
func TestTunnelDrain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, drained := range map[string]func(*tunnels) spliced{
			"while it waits": func(ts *tunnels) spliced {
				s := spliceIn(ts, asItIs)
				synctest.Wait()
				ts.drain()
				return s
			},
			"as it begins to": func(ts *tunnels) spliced {
				now := make(chan struct{})
				s := spliceIn(ts, func(c net.Conn) net.Conn { return &late{Conn: c, now: now} })
				synctest.Wait()
				ts.drain()
				close(now)
				return s
			},
			"before it": func(ts *tunnels) spliced {
				ts.drain()
				return spliceIn(ts, asItIs)
			},
		} {
			if d := drained(newTunnels(time.Hour, 0)).lasts(t); d > 2*drainIdle {
				t.Errorf("%s: it ended after %v; want %v, or a look later", name, d, drainIdle)
			}
		}
	})
}

// TestDrainedSilence: a connection that has said nothing is closed by a drain, whether it
// was there before or comes behind it; one of another protocol stays.
func TestDrainedSilence(t *testing.T) {
	t.Parallel()
	ts := newTunnels(time.Hour, 0)
	pipe := func() (near, far net.Conn) { return net.Pipe() }
	before, farBefore := pipe()
	ts.silent(before)
	upgraded, farUpgraded := pipe()
	stays := ts.adopt(upgraded)
	ts.drain()
	after, farAfter := pipe()
	ts.silent(after)
	for name, far := range map[string]net.Conn{"before": farBefore, "behind it": farAfter} {
		if _, err := far.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: write = %v; want a closed pipe", name, err)
		}
	}
	_ = farUpgraded.SetDeadline(time.Unix(1, 0))
	if _, err := farUpgraded.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("upgraded: write = %v; want nobody who reads", err)
	}
	_ = stays.Close()
	if n := len(ts.all()); n != 0 {
		t.Errorf("%d are still counted", n)
	}
}
