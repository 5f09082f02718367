package resolver

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// gathered returns a gatherer and the other end of its connection.
func gathered(t *testing.T) (g *gatherer, other net.Conn, running *sync.WaitGroup) {
	t.Helper()
	conn, other := net.Pipe()
	running = new(sync.WaitGroup)
	return gather(conn, running), other, running
}

// write writes p to g, which takes it.
func write(t *testing.T, g *gatherer, p []byte) {
	t.Helper()
	if n, err := g.Write(p); n != len(p) || err != nil {
		t.Fatalf("Write = %d, %v", n, err)
	}
}

// TestGather has a client that reads slowly get all that was written meanwhile at once,
// and what was written before the end before the end.
func TestGather(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, other, running := gathered(t)
		write(t, g, []byte("first"))
		synctest.Wait()
		for i := range 100 {
			write(t, g, []byte{byte(i)})
		}
		buf := make([]byte, 1000)
		for _, want := range []int{len("first"), 100} {
			if n, err := other.Read(buf); n != want || err != nil {
				t.Fatalf("Read = %d, %v; want %d", n, err, want)
			}
		}
		write(t, g, []byte("last"))
		if err := errors.Join(g.SetWriteDeadline(time.Unix(1, 0)), g.SetDeadline(time.Now().Add(time.Hour)), g.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("Read = %v after Close", err)
		}
		if rest, err := io.ReadAll(other); string(rest) != "last" || err != nil {
			t.Errorf("%q, %v; want what was written last, and the end", rest, err)
		}
		running.Wait()
		if _, err := g.Write([]byte("late")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Write = %v after Close", err)
		}
		if err := g.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Close = %v, again", err)
		}
	})
}

// TestGatherUnread has a client that does not read: it is waited for when too much is
// pending, for a while, and then told nothing any more.
func TestGatherUnread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, _, running := gathered(t)
		start, part := time.Now(), bytes.Repeat([]byte("x"), 1<<10)
		var (
			n   int
			err error
		)
		for ; err == nil; n++ {
			_, err = g.Write(part)
		}
		if took := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || took != writeTime {
			t.Errorf("%v after %v; want a time-out after %v", err, took, writeTime)
		}
		if n--; n < mostGathered>>10 || n > 2*mostGathered>>10 { // one batch on its way, and one pending
			t.Errorf("%d KiB taken; want %d to twice that", n, mostGathered>>10)
		}
		running.Wait()
		if g.pending != nil || g.spare != nil {
			t.Error("what nobody is told is kept")
		}
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestGatherCloseUnread closes a connection whose client does not read, which takes a
// while, and one from below, which does not.
func TestGatherCloseUnread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, below := range []bool{false, true} {
			g, other, running := gathered(t)
			start := time.Now()
			write(t, g, []byte("unread"))
			synctest.Wait()
			want := writeTime
			if below {
				want = 0
				_ = rawOf(&guest{Conn: g}).Close()
			}
			if err := g.Close(); err != nil && !below {
				t.Error(err)
			}
			running.Wait()
			if took := time.Since(start); took != want {
				t.Errorf("closed after %v; want %v", took, want)
			}
			if _, err := other.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("Read = %v; want the end", err)
			}
		}
	})
}
