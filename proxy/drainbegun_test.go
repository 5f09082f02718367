package proxy_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/hostname"
	"sekisho/proxy"
)

// TestHP44DrainBegun is HP-44: what nothing was asked on yet does not keep a drain, be it
// a handshake of the client's, one with its origin, or a connection to that: the grace
// is for requests.
func TestHP44DrainBegun(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(t *testing.T, l *lab, began chan struct{}){
		"half a hello": func(t *testing.T, l *lab, began chan struct{}) {
			o := l.Raw([]string{shop}, func(net.Conn) {})
			_, _ = io.WriteString(l.connect(t, authority(shop, o)), "\x16\x03\x01")
			time.Sleep(100 * time.Millisecond) // it is read, or silent
			close(began)
		},
		"an origin that says nothing": func(t *testing.T, l *lab, began chan struct{}) {
			o := l.Raw([]string{shop}, func(c net.Conn) {
				close(began)
				_, _ = io.Copy(io.Discard, c)
			})
			go func() { _, _ = l.offering(t, authority(shop, o), l.trusting(), "h2") }()
		},
		"an origin that is not reached": func(t *testing.T, l *lab, began chan struct{}) {
			o := l.Raw([]string{shop}, func(net.Conn) {})
			_, _ = io.WriteString(l.connect(t, authority(shop, o)), "\x10\x0cMQTT")
		},
		"an origin that is not reached, in TLS": func(t *testing.T, l *lab, began chan struct{}) {
			o := l.Raw([]string{shop}, func(net.Conn) {})
			go func() { _, _ = l.offering(t, authority(shop, o), l.trusting(), "imap") }()
		},
	} {
		t.Run("HP-44 "+name, func(t *testing.T) {
			t.Parallel()
			l := prepare(t)
			began := make(chan struct{})
			if name != "half a hello" && name != "an origin that says nothing" {
				lookup, asked := l.options.Lookup, atomic.Int32{}
				l.options.Lookup = func(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
					if asked.Add(1) == 2 { // behind CONNECT
						close(began)
						<-ctx.Done()
						return nil, ctx.Err()
					}
					return lookup(ctx, n)
				}
			}
			l.bounds = proxy.Bounds{Grace: time.Hour}
			l.serve()
			begin(t, l, began)
			<-began
			l.stop()
			select {
			case err := <-l.done:
				if err != nil {
					t.Errorf("Serve = %v; want nil", err)
				}
			case <-time.After(patience / 2): // less than a dial may take
				t.Error("the drain waits")
			}
		})
	}
}
