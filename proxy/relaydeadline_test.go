package proxy_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"sekisho/proxy"
)

// TestRelayIdleBegins: a deadline is not set for each request; one that was for
// another wait, for the rest of a head or for a client's leaving, is not taken for that
// of an idle connection.
func TestRelayIdleBegins(t *testing.T) {
	t.Parallel()
	const short, pause = 150 * time.Millisecond, 300 * time.Millisecond
	slow := func(c net.Conn, r *http.Request) bool {
		if r.RequestURI == "/slow" { // until the client is watched
			time.Sleep(80 * time.Millisecond)
		}
		_, err := io.WriteString(c, sized(r))
		return err == nil
	}
	t.Run("behind a head in two pieces", func(t *testing.T) {
		t.Parallel()
		l := startBounded(t, proxy.Bounds{Head: short})
		c := l.talk(t, l.scripted(slow).Origin)
		c.ask("/1")
		whole := c.request("GET", "/2")
		c.say(whole[:9])
		time.Sleep(short / 10)
		c.say(whole[9:])
		c.want("/2")
		time.Sleep(pause)
		c.ask("/3")
	})
	for _, last := range []string{"/quick", "/slow"} {
		t.Run("behind "+last, func(t *testing.T) {
			t.Parallel()
			l := startBounded(t, proxy.Bounds{Idle: 2 * time.Second})
			c := l.talk(t, l.scripted(slow).Origin)
			c.ask("/1")
			c.ask(last)
			_ = c.SetReadDeadline(time.Now().Add(patience))
			if _, err := c.br.ReadByte(); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("an idle connection was read from: %v; want its end", err)
			}
		})
	}
}
