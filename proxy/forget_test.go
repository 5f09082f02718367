package proxy_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"

	"golang.org/x/net/http2"
)

// TestForgetsFailed: an origin at which a request failed is asked again what it is before
// the next client is answered, whatever that one offers: it may want a certificate now.
func TestForgetsFailed(t *testing.T) {
	t.Parallel()
	for name, offers := range map[string][]string{"HTTP/1.1": {"http/1.1"}, "HTTP/2 as well": {"h2", "http/1.1"}} {
		for _, method := range []string{"GET", "POST"} { // the relay's, and the inner server's
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				l := start(t)
				o := l.RawTLS([]string{shop}, func(c net.Conn) { _, _ = http.ReadRequest(bufio.NewReader(c)) })
				host := authority(shop, o)
				tunnel := func() *tls.Conn {
					cfg := l.trusting()
					cfg.ServerName, cfg.NextProtos = shop, offers
					c := tls.Client(l.connect(t, host), cfg)
					if err := c.Handshake(); err != nil {
						t.Fatal(err)
					}
					return c
				}
				a := exchange(t, tunnel(), method+" / HTTP/1.1\r\nHost: "+host+"\r\n"+map[string]string{"POST": "Content-Length: 0\r\n"}[method]+"\r\n")
				if a.StatusCode != http.StatusBadGateway {
					t.Fatalf("answer = %d; want 502", a.StatusCode)
				}
				before := o.Connections()
				tunnel()
				if n := o.Connections() - before; n != 1 {
					t.Errorf("the origin got %d connections of the next tunnel; want 1", n)
				}
			})
		}
	}
}

// TestForgetsNotDeparted: who goes away before the answer says nothing of an origin.
func TestForgetsNotDeparted(t *testing.T) {
	t.Parallel()
	l := start(t)
	asked, ended := make(chan struct{}), make(chan struct{})
	o := l.Origin([]string{shop}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		close(ended)
	}))
	h := l.rawH2(t, authority(shop, o))
	if err := h.open(1, true, head(authority(shop, o), "/")...); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := h.WriteRSTStream(1, http2.ErrCodeCancel); err != nil {
		t.Fatal(err)
	}
	<-ended
	waitAwhile()
	l.rawH2(t, authority(shop, o))
	if n := o.Connections(); n != 1 {
		t.Errorf("the origin got %d connections; want 1", n)
	}
}
