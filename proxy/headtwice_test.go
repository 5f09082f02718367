package proxy_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestHP18HeadTwice is HP-18: a head that came in pieces leaves its time to none behind it.
// Each has its own, at every door.
func TestHP18HeadTwice(t *testing.T) {
	t.Parallel()
	const head = time.Second
	l := startBounded(t, proxy.Bounds{Head: head})
	secure := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	for name, door := range map[string]struct {
		site string
		open func(t *testing.T, site string) net.Conn
	}{
		"in the clear":         {authority(shop, clear), func(t *testing.T, site string) net.Conn { return l.connect(t, site) }},
		"inside TLS":           {authority(shop, secure), func(t *testing.T, site string) net.Conn { return l.tunnel(t, site, l.trusting()) }},
		"TLS without protocol": {authority(shop, secure), l.unnamed},
	} {
		t.Run("HP-18 "+name, func(t *testing.T) {
			t.Parallel()
			c := door.open(t, door.site)
			_ = c.SetDeadline(time.Now().Add(patience))
			br := bufio.NewReader(c)
			for i := range 3 {
				for _, piece := range []string{"GET /echo HTTP/1.1\r\nHo", "st: " + door.site, "\r\n\r\n"} {
					_, _ = io.WriteString(c, piece)
					time.Sleep(head / 8)
				}
				resp, err := http.ReadResponse(br, nil)
				if err != nil {
					t.Fatalf("request %d: %v", i, err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				time.Sleep(head)
			}
		})
	}
}

// TestHP36ComplaintAtLast is HP-36: a server that complains in HTTP of a silence has not
// spoken first when the client's time is over either.
func TestHP36ComplaintAtLast(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{Idle: 2 * time.Second})
	o := l.RawTLS([]string{shop}, func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
		_, _ = io.Copy(io.Discard, c)
	})
	c := l.unnamed(t, authority(shop, o))
	_ = c.SetDeadline(time.Now().Add(patience))
	if said, err := io.ReadAll(c); len(said) > 0 || isTimeout(err) {
		t.Errorf("heard %q, %v; want the end alone", said, err)
	}
}
