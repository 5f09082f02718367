package proxy_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestRelayClientLeaves: when the client goes, so does the origin's connection,
// at whatever point of the answer.
func TestRelayClientLeaves(t *testing.T) {
	t.Parallel()
	l := start(t)
	const ok = "HTTP/1.1 200 OK\r\n"
	left := map[string]*labnet.Origin{}
	for _, tt := range []struct{ name, said, more string }{
		{"before the answer", "", ""},
		{"before the answer, one byte later", "", "G"},
		{"before the answer, a request later", "", "GET /next HTTP/1.1\r\nHost: "},
		{"within the body, a request later", ok + "Content-Length: 5\r\n\r\nhel", "GET /next HTTP/1.1\r\nHost: "},
		{"within the head", ok + "X: ", ""},
		{"after hints", "HTTP/1.1 103 Early Hints\r\n\r\n", ""},
		{"after the head", ok + "Content-Length: 5\r\n\r\n", ""},
		{"within the body", ok + "Content-Length: 5\r\n\r\nhel", ""},
		{"within a chunk", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", ""},
		{"until close", ok + "\r\nhel", ""},
		{"within a long body", ok + "Content-Length: 9000000\r\n\r\n" + long(400_000), ""},
		{"not plain, within the body", ok + "Connection: X-Hop\r\nContent-Length: 5\r\n\r\nhel", ""},
		{"not plain, after hints", "HTTP/1.1 103 Early Hints\r\nConnection: X-Hop\r\n\r\n", ""},
		{"long head", ok + "X: " + fmt.Sprintf("%013000d", 1), ""},
	} {
		for _, polite := range []bool{false, true} {
			waiting := make(chan struct{})
			o := l.scripted(func(c net.Conn, _ *http.Request) bool {
				_, _ = io.WriteString(c, tt.said)
				waitAwhile()
				close(waiting)
				holdOpen(c)
				return false
			})
			c := l.talk(t, o.Origin)
			c.say(c.request("GET", "/"))
			<-waiting
			if tt.more != "" {
				c.say(tt.more)
				waitAwhile() // until it was read
			}
			if !polite {
				labnet.Reset(c.below.Conn.(*opened).TCPConn)
			}
			_ = c.Close()
			left[fmt.Sprintf("%s, polite %t", tt.name, polite)] = o.Origin
		}
	}
	for name, o := range left { // a polite end may be half of one, for seconds
		wait(t, "the origin's connection to end: "+name, func() bool { return o.Open() == 0 })
	}
}

// TestRelaySaysTooMuch: a client that sends more than is read ahead can leave
// unseen. The origin does not wait for ever.
func TestRelaySaysTooMuch(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{TunnelIdle: time.Second})
	o := l.scripted(func(c net.Conn, _ *http.Request) bool {
		holdOpen(c)
		return false
	})
	c := l.talk(t, o.Origin)
	c.say(c.request("GET", "/"))
	waitAwhile()
	c.say(strings.Repeat(c.request("GET", "/next"), 400))
	waitAwhile()
	_ = c.Close()
	wait(t, "the origin's connection to end", func() bool { return o.Open() == 0 })
}

// TestRelaySaidMeanwhile: what a client sends while it waits is its next
// request.
func TestRelaySaidMeanwhile(t *testing.T) {
	t.Parallel()
	l := start(t)
	for name, lines := range map[string][]string{"plain": {}, "not plain": {"Connection: X-Hop"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, release := make(chan struct{}), make(chan struct{})
			o := l.scripted(func(c net.Conn, r *http.Request) bool {
				if r.URL.Path == "/slow" {
					asked <- struct{}{}
					<-release
				}
				_, err := io.WriteString(c, sized(r, lines...))
				return err == nil
			})
			for cut := range 3 {
				c := l.talk(t, o.Origin)
				c.say(c.request("GET", "/slow"))
				<-asked
				waitAwhile()
				next := c.request("GET", "/next") + c.request("GET", "/last")
				c.say(next[:cut])
				c.say(next[cut : 20*cut])
				release <- struct{}{}
				c.want("/slow")
				c.say(next[20*cut:])
				c.want("/next")
				c.want("/last")
				_ = c.Close()
			}
		})
	}
}

// TestRelaySaidDuringRetry: the same while the request is sent a second time.
func TestRelaySaidDuringRetry(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, late := range []int{0, 1, 2} { // bytes that come during the second time
		t.Run(fmt.Sprintf("%d late", late), func(t *testing.T) {
			t.Parallel()
			asked, answer := make(chan struct{}), make(chan bool)
			o := l.scripted(func(c net.Conn, r *http.Request) bool {
				if r.URL.Path == "/slow" {
					asked <- struct{}{}
					if !<-answer {
						return false
					}
				}
				_, err := io.WriteString(c, sized(r))
				return err == nil
			})
			c := l.talk(t, o.Origin)
			c.ask("/before")
			c.say(c.request("GET", "/slow"))
			next := c.request("GET", "/next")
			<-asked
			waitAwhile()
			c.say(next[:3])
			waitAwhile()
			answer <- false
			<-asked
			waitAwhile()
			c.say(next[3 : 3+late])
			waitAwhile()
			answer <- true
			c.want("/slow")
			c.say(next[3+late:])
			c.want("/next")
		})
	}
}

// TestRelayDrain: at the end, who waits for nothing is let go at once, and an
// answer under way is finished.
func TestRelayDrain(t *testing.T) {
	t.Parallel()
	for _, slow := range []bool{false, true} {
		t.Run(fmt.Sprintf("slow %t", slow), func(t *testing.T) {
			t.Parallel()
			l := start(t)
			begun, release := make(chan struct{}), make(chan struct{})
			o := l.scripted(func(c net.Conn, r *http.Request) bool {
				out := sized(r)
				if r.URL.Path == "/answer" {
					if !slow {
						_, _ = io.WriteString(c, out[:len(out)-3])
						out = out[len(out)-3:]
					}
					close(begun)
					<-release
				}
				_, err := io.WriteString(c, out)
				return err == nil
			})
			idle, busy := l.talk(t, o.Origin), l.talk(t, o.Origin)
			idle.ask("/")
			busy.say(busy.request("GET", "/answer"))
			<-begun
			l.stop()
			if _, err := idle.br.ReadByte(); err == nil || isTimeout(err) {
				t.Errorf("the idle one reads %v; want its end", err)
			}
			close(release)
			busy.want("/answer")
			if _, err := busy.br.ReadByte(); err == nil || isTimeout(err) {
				t.Errorf("after its answer the busy one reads %v; want its end", err)
			}
			if err := <-l.done; err != nil {
				t.Errorf("Serve = %v; want nil", err)
			}
			wait(t, "the origin's connections to end", func() bool { return o.Open() == 0 })
		})
	}
}

// TestRelayDrainCuts: an answer that never ends is cut with the grace, and
// nothing of it stays, also when the client has asked for more meanwhile.
func TestRelayDrainCuts(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/quiet", "/more", "/odd"} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			l := startBounded(t, proxy.Bounds{Grace: 300 * time.Millisecond})
			asked := make(chan struct{}, 1)
			o := l.scripted(func(c net.Conn, r *http.Request) bool {
				if r.URL.Path == "/odd" {
					_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\n\r\nhel")
				}
				asked <- struct{}{}
				holdOpen(c)
				return false
			})
			c := l.talk(t, o.Origin)
			c.say(c.request("GET", target))
			<-asked
			waitAwhile()
			if target == "/more" {
				c.say(c.request("GET", "/next"))
				waitAwhile()
			}
			l.stop()
			if err := <-l.done; err != nil {
				t.Errorf("Serve = %v; want nil", err)
			}
			wait(t, "the origin's connection to end", func() bool { return o.Open() == 0 })
		})
	}
}

// TestHP18RelayDeadlines is HP-18 between plain requests.
func TestHP18RelayDeadlines(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{Head: 200 * time.Millisecond, Idle: 400 * time.Millisecond})
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		_, err := io.WriteString(c, sized(r))
		return err == nil
	})
	for _, unfinished := range []string{"", "G", "GET / HTTP/1.1\r\nHost: h\r\nX: "} {
		c := l.talk(t, o.Origin)
		c.ask("/")
		c.say(unfinished)
		if _, err := c.br.ReadByte(); err == nil || isTimeout(err) {
			t.Errorf("after %q: read %v; want the end", unfinished, err)
		}
	}
}
