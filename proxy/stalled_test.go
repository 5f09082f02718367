package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/guard"
	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestHP19Stalled: bodies may take as long as they move. What does not move at
// all is ended at both ends, and so is what nobody can tell is waited for.
func TestHP19Stalled(t *testing.T) {
	t.Parallel()
	const upload = "Content-Length: 8000000"
	for _, tt := range []struct {
		id            string
		method        string
		lines         []string
		said, answers string
		leaves        bool
	}{
		{"upload", "POST", []string{upload}, strings.Repeat("a", guard.MaxBody+1000), "", false},
		{"answer that nobody reads", "GET", nil, "", "HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + strings.Repeat("x", 50_000_000), false},
		{"answer", "GET", nil, "", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", false},
		{"answer, not plain", "GET", []string{"TE: trailers"}, "", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", false},
		{"a byte more, then gone", "GET", nil, "G", "", true},
		{"a byte more, then gone, not plain", "GET", []string{"TE: trailers"}, "G", "", true},
	} {
		for _, clear := range []bool{false, true} {
			t.Run(fmt.Sprintf("HP-19 %s, clear %t", tt.id, clear), func(t *testing.T) {
				t.Parallel()
				l := startBounded(t, proxy.Bounds{TunnelIdle: 500 * time.Millisecond})
				asked := make(chan struct{}, 8)
				serve := func(c net.Conn) {
					if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
						return
					}
					asked <- struct{}{}
					_, _ = io.WriteString(c, tt.answers)
					holdOpen(c)
				}
				var (
					o *labnet.Origin
					c net.Conn
				)
				if clear {
					o = l.Raw([]string{shop}, serve)
					c = l.dial(t)
				} else {
					o = l.RawTLS([]string{shop}, serve)
					c = l.tunnel(t, authority(shop, o), l.trusting())
				}
				target := "/"
				if clear {
					target = "http://" + authority(shop, o) + "/"
				}
				_, _ = io.WriteString(c, tt.method+" "+target+" HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\n"+strings.Join(append(tt.lines, ""), "\r\n")+"\r\n"+tt.said)
				<-asked
				if tt.leaves {
					waitAwhile()
					_ = c.Close()
				}
				wait(t, "the origin's connection to end", func() bool { return o.Open() == 0 })
			})
		}
	}
}
