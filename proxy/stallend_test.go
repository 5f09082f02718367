package proxy_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestHP19StalledHeld is HP-19: a body that stops while it is held is answered with
// 400, and nothing waits for the rest of it.
func TestHP19StalledHeld(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{Stall: 300 * time.Millisecond})
	o, clear := l.Origin([]string{shop}, labnet.Handler()), l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	for door, open := range map[string]func() (c net.Conn, target, host string){
		"tunnel": func() (net.Conn, string, string) {
			return l.tunnel(t, authority(shop, o), l.trusting()), "/echo", authority(shop, o)
		},
		"clear": func() (net.Conn, string, string) {
			return l.dial(t), "http://" + authority(shop, clear) + "/echo", authority(shop, clear)
		},
		"clear tunnel": func() (net.Conn, string, string) {
			return l.connect(t, authority(shop, clear)), "/echo", authority(shop, clear)
		},
	} {
		t.Run("HP-19 "+door, func(t *testing.T) {
			c, target, host := open()
			_, _ = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 100000\r\n\r\nabc", target, host)
			_ = c.SetDeadline(time.Now().Add(patience))
			b, err := io.ReadAll(c)
			if head, _, _ := strings.Cut(string(b), "\r\n\r\n"); isTimeout(err) || !strings.HasPrefix(head, "HTTP/1.1 400 ") || !strings.Contains(head, "\r\nConnection: close") {
				t.Errorf("answer = %.200q, %v; want 400, and the end", b, err)
			}
		})
	}
}
