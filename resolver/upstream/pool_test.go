package upstream

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

// pipeTo returns a connection of which the other end, conn, is the server's.
func pipeTo(t *testing.T, changed func(link)) (p *pipe, conn net.Conn) {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _ = theirs.Close() })
	p = newPipe(ours, pack, changed)
	t.Cleanup(p.close)
	return p, theirs
}

// piped is a pool that opens connections to nobody; attempt is called for each with its
// number, from 1, and returns why it fails.
func piped(t *testing.T, attempt func(ctx context.Context, n int) error) *pool {
	t.Helper()
	var n atomic.Int32
	p := newPool(func(ctx context.Context, changed func(link)) (link, error) {
		if err := attempt(ctx, int(n.Add(1))); err != nil {
			return nil, err
		}
		l, _ := pipeTo(t, changed)
		return l, nil
	})
	t.Cleanup(p.close)
	return p
}

// TestConnectionsAreBounded: however many questions each need a connection of their own,
// there are no more to one server than maxLinks. Those beyond wait for their turn.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var opened atomic.Int32
		p := piped(t, func(_ context.Context, _ int) error { opened.Add(1); return nil })
		slots := make(chan *slot, maxLinks+maxDials)
		for range maxLinks + maxDials {
			go func() {
				s, err := p.acquire(t.Context(), unused)
				if err != nil {
					t.Error(err)
				}
				slots <- s
			}()
			synctest.Wait()
		}
		if opened.Load() != maxLinks || len(slots) != maxLinks {
			t.Errorf("%d connections with %d questions; want %d", opened.Load(), len(slots), maxLinks)
		}
		for range maxLinks + maxDials {
			(<-slots).release(nil)
		}
	})
}

// TestFailedDialWaits: who waits for room is not failed by a connection that cannot be
// opened while there is another on which room may come free. That is not tried without
// a pause.
func TestFailedDialWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("refused")
		var attempts atomic.Int32
		p := piped(t, func(ctx context.Context, n int) error {
			if attempts.Store(int32(n)); n == 1 {
				return nil
			}
			select {
			case <-time.After(time.Millisecond):
			case <-ctx.Done():
			}
			return refused
		})
		var taken []*slot
		for range linkRoom {
			s, err := p.acquire(t.Context(), shared)
			if err != nil {
				t.Fatal(err)
			}
			taken = append(taken, s)
		}
		type entered struct {
			slot *slot
			err  error
		}
		got := make(chan entered, 1)
		go func() {
			s, err := p.acquire(t.Context(), shared)
			got <- entered{s, err}
		}()
		time.Sleep(redialAfter)
		synctest.Wait()
		if attempts.Load() != 2 || len(got) > 0 {
			t.Fatalf("%d attempts, over already: %v; want one that failed, and the waiter to wait", attempts.Load(), len(got) > 0)
		}
		time.Sleep(redialAfter / 2)
		synctest.Wait()
		if attempts.Load() != 3 {
			t.Errorf("%d attempts; want another after a while", attempts.Load())
		}
		taken[0].release(nil)
		e := <-got
		if e.err != nil || e.slot.link != taken[1].link {
			t.Fatalf("slot on the connection that lives: %v; want it", e.err)
		}
		for _, s := range append(taken[1:], e.slot) {
			s.release(nil)
		}
	})
}

// TestPauseOfAnotherNetwork: the pause after a failure in one network does not end that
// after one in the next early.
func TestPauseOfAnotherNetwork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var attempts atomic.Int32
		p := piped(t, func(_ context.Context, n int) error {
			if attempts.Store(int32(n)); n == 2 || n == 4 {
				return errors.New("refused")
			}
			return nil
		})
		var entering sync.WaitGroup
		enter := func(n int) { // until one more is wanted than there is room for
			for range n {
				entering.Go(func() {
					if s, err := p.acquire(t.Context(), shared); err == nil {
						<-t.Context().Done()
						s.release(nil)
					}
				})
				synctest.Wait()
			}
		}
		enter(linkRoom + 1)
		if attempts.Load() != 2 {
			t.Fatalf("%d attempts; want two, of which the second failed", attempts.Load())
		}
		time.Sleep(redialAfter / 2)
		p.close()
		synctest.Wait()
		enter(linkRoom)
		if attempts.Load() != 4 {
			t.Fatalf("%d attempts; want two more", attempts.Load())
		}
		time.Sleep(redialAfter - 1)
		synctest.Wait()
		if attempts.Load() != 4 {
			t.Errorf("%d attempts within the pause; want none", attempts.Load()-4)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if attempts.Load() != 5 {
			t.Errorf("%d attempts after the pause; want one", attempts.Load()-4)
		}
	})
}

// TestLateAnswersMakeRoom: questions that nobody waits for take room until their answers
// are there, and no longer.
func TestLateAnswersMakeRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, conn := pipeTo(t, func(link) {})
		var queries [][]byte
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		const lost = linkRoom/2 + 1
		for range lost {
			wait, err := p.ask(new(dns.Msg).SetQuestion("late.example.", dns.TypeA))
			if err != nil {
				t.Fatal(err)
			}
			q, err := readMessage(conn)
			if err != nil {
				t.Fatal(err)
			}
			queries = append(queries, q)
			if _, err := wait(gone); !errors.Is(err, context.Canceled) {
				t.Fatalf("err = %v; want %v", err, context.Canceled)
			}
		}
		if n := p.room(); n != 0 {
			t.Errorf("room for %d with %d unanswered; want none", n, lost)
		}
		for _, q := range queries {
			if _, err := conn.Write(framed(reply(q, "192.0.2.1"))); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if n := p.room(); n != linkRoom {
			t.Errorf("room for %d after all were answered; want %d", n, linkRoom)
		}
		_ = conn.Close()
		synctest.Wait()
	})
}

// TestServerTakesNothing: a connection over which nothing can be sent ends.
func TestServerTakesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, _ := pipeTo(t, func(link) {})
		wait, err := p.ask(new(dns.Msg).SetQuestion("shop.example.", dns.TypeA))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*writeTime)
		defer cancel()
		if r, err := wait(ctx); err == nil || ctx.Err() != nil {
			t.Errorf("%v, %v; want the connection to end before the time is up", r, err)
		}
	})
}

func framed(message []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...)
}
