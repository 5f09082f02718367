package proxy_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestRelayLeftDialling: a client leaves while its origin is dialled. The request is not
// sent any more, by a connection that came too late for whoever ended the tunnel.
func TestRelayLeftDialling(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the kernel does not tell, and it takes two minutes")
	}
	l := start(t)
	var closing, greeted atomic.Bool
	begun, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan string, 1)
	o := l.RawTLS([]string{shop}, func(c net.Conn) {
		if closing.Load() { // the second one
			got, _ := io.ReadAll(c)
			ended <- string(got)
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err == nil {
			closing.Store(true)
			_, _ = io.WriteString(c, sized(r))
		}
	}, labnet.TLS(func(cfg *tls.Config) {
		cfg.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			if closing.Load() && greeted.CompareAndSwap(false, true) {
				close(begun)
				<-goOn
			}
			return nil, nil
		}
	}))
	c := l.talk(t, o)
	c.ask("/1")
	c.say(c.request("GET", "/2"))
	<-begun
	tcp := c.below.Conn.(*opened).TCPConn
	_ = tcp.CloseWrite()
	_ = tcp.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(io.Discard, tcp); err != nil {
		t.Errorf("the tunnel goes on: %v", err)
	}
	close(goOn)
	if got := <-ended; got != "" {
		t.Errorf("the origin was asked %q; want nothing", got)
	}
}

// TestRelayLeftWaiting: a client leaves whose request went out on a connection that had
// waited. That this one ends then without a word is no reason to ask on another.
func TestRelayLeftWaiting(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the kernel does not tell, and it takes two minutes")
	}
	l := start(t)
	asked := make(chan struct{})
	o := l.scripted(func(c net.Conn, r *http.Request) bool {
		if r.RequestURI == "/1" {
			_, err := io.WriteString(c, sized(r))
			return err == nil
		}
		close(asked)
		holdOpen(c)
		return false
	})
	c := l.talk(t, o.Origin)
	c.ask("/1")
	c.say(c.request("GET", "/2"))
	<-asked
	_ = c.Close()
	wait(t, "the origin's connection to end", func() bool { return o.Open() == 0 })
	waitAwhile()
	if n := o.Connections(); n != 1 {
		t.Errorf("the origin has had %d connections; want 1", n)
	}
}
