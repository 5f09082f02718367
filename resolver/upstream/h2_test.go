package upstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/http2"
)

// TestFewStreams: before a server has said that it allows few requests at a time it is
// asked more, which it refuses. All are answered, and connections that say nothing yet
// are asked no more than that.
func TestFewStreams(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1")
	const streams = 2
	held := make(chan struct{})
	release := sync.OnceFunc(func() { close(held) })
	var first atomic.Int32
	var once sync.Once
	allow := func(c *h2conn) {
		c.do(func() { _ = c.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: streams}) })
	}
	url, _ := h2script{
		begin: func(c *h2conn) {
			if c.n > 1 {
				<-held
				allow(c)
			}
		},
		query: func(c *h2conn, stream uint32, query []byte) {
			if c.n == 1 && first.Add(1) > streams {
				once.Do(func() { allow(c) })
				c.do(func() { _ = c.WriteRSTStream(stream, http2.ErrCodeRefusedStream) })
				return
			}
			<-held
			c.answer(stream, query)
		},
	}.serve(t, cert)
	defer release()
	e := open(t, url, Options{Roots: roots})
	asked := make(chan struct{})
	go func() { defer close(asked); askAll(t, e, 12) }()
	p := poolOf(e)
	for found := false; !found; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		found = len(p.links) > 1
		for _, b := range p.links {
			found = found && b.room() <= streams
		}
		p.mu.Unlock()
		select {
		case <-asked:
			t.Fatal("it was never found out")
		default:
		}
	}
	release()
	<-asked
}

// TestRefusedStreams: questions that a server refuses on one connection, again and
// again, are asked over others.
func TestRefusedStreams(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1")
	const questions = 20
	var came atomic.Int32
	several := make(chan struct{})
	url, _ := h2script{query: func(c *h2conn, stream uint32, query []byte) {
		if c.n > 1 {
			c.answer(stream, query)
			return
		}
		if came.Add(1) == 2 {
			close(several)
		}
		<-several
		c.do(func() { _ = c.WriteRSTStream(stream, http2.ErrCodeRefusedStream) })
	}}.serve(t, cert)
	askAll(t, open(t, url, Options{Roots: roots}), questions)
}

// TestLoneRefusedStream: a question that is refused although it is the only one on a new
// connection is asked once more, over another.
func TestLoneRefusedStream(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1")
	for name, always := range map[string]bool{"once": false, "always": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked [4]atomic.Int32 // by connection
			url, opened := h2script{query: func(c *h2conn, stream uint32, query []byte) {
				if asked[min(c.n, len(asked)-1)].Add(1); c.n == 1 || always {
					c.do(func() { _ = c.WriteRSTStream(stream, http2.ErrCodeRefusedStream) })
					return
				}
				c.answer(stream, query)
			}}.serve(t, cert)
			_, err := ask(t, open(t, url, Options{Roots: roots}), "shop.example.")
			if (err != nil) != always || always && !errors.Is(err, errRefused) {
				t.Errorf("err = %v; want one: %v", err, always)
			}
			if n, first, second := opened.Load(), asked[1].Load(), asked[2].Load(); n != 2 || first != 1 || second != 1 {
				t.Errorf("%d connections, asked %d and %d times; want two, once each", n, first, second)
			}
		})
	}
}

// TestGoAway: a server that ends each connection after three answers (GOAWAY) answers all
// that is asked at once. What it has begun on a connection by then is waited for.
func TestGoAway(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1")
	const last = 5 // the third stream
	url, _ := h2script{query: func(c *h2conn, stream uint32, query []byte) {
		if stream == last {
			c.do(func() { _ = c.WriteGoAway(last, http2.ErrCodeNo, nil) })
		}
		if stream <= last {
			c.answer(stream, query)
		}
	}}.serve(t, cert)
	askAll(t, open(t, url, Options{Roots: roots}), 30)
}

// A narrowing is a link that has room for many until its server has said something, and
// for one then, as all others to that server. It answers its first question late, and no
// other.
type narrowing struct {
	second bool
	last   atomic.Int64
	asked  atomic.Int32
}

func (n *narrowing) close()       {}
func (n *narrowing) heard() int64 { return n.last.Load() }

func (n *narrowing) room() int {
	if n.second || n.last.Load() != 0 {
		return 1
	}
	return linkRoom
}

func (n *narrowing) ask(q *dns.Msg) (exchange, error) {
	first := n.asked.Add(1) == 1
	return func(ctx context.Context) (*dns.Msg, error) {
		for i := 0; i < 20 || !first; i++ { // it is alive
			select {
			case <-time.After(patience / 8):
				n.last.Store(time.Now().UnixNano())
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		return new(dns.Msg).SetReply(q), nil
	}, nil
}

// TestBeyondRoom: questions beyond what a server turns out to allow on a connection are
// asked over others, however much is heard on it; the one that it has is not.
func TestBeyondRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var links []*narrowing
		p := newPool(func(context.Context, func(link)) (link, error) {
			l := &narrowing{second: len(links) > 0}
			links = append(links, l)
			return l, nil
		})
		defer p.close()
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		var asking sync.WaitGroup
		for i := range 3 {
			asking.Go(func() {
				q := new(dns.Msg).SetQuestion(fmt.Sprintf("n%d.example.", i), dns.TypeA)
				if _, err := p.exchange(ctx, q); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		asking.Wait()
		if len(links) != 3 || links[0].asked.Load() != 3 || links[1].asked.Load() != 1 {
			t.Errorf("%d connections; want three: one asked three questions, the others one each", len(links))
		}
	})
}
