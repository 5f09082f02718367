package proxy_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/proxy"
)

// TestHP43Told is HP-43 far above a client's share: who is not let in at all is told so
// before a word of its own.
func TestHP43Told(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{PerClient: 4})
	var silent []net.Conn
	for range 6 { // two of them would be answered by a page
		silent = append(silent, l.dial(t))
	}
	for _, says := range []string{"", "CONNECT " + shop + ":443 HTTP/1.1\r\nHost: x\r\n\r\n"} {
		c := l.dial(t)
		_, _ = io.WriteString(c, says)
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("after %q: %v; want an answer", says, err)
		}
		if code := resp.Header.Get("Sekisho-Error"); resp.StatusCode != http.StatusServiceUnavailable || code != string(interstitial.CodeLimit) || !resp.Close {
			t.Errorf("after %q: %s %q; want 503 and the end", says, resp.Status, code)
		}
	}
	for _, c := range silent {
		_ = c.Close()
	}
	l.placesFree(t, 3)
}

// TestHP43Streams is HP-43 for HTTP/2: a client has so many requests under way, on
// however many connections, and no more; others have theirs.
func TestHP43Streams(t *testing.T) {
	t.Parallel()
	const most = 4
	l := startBounded(t, proxy.Bounds{Streams: 3 * most, PerClientStreams: most})
	arrived, finish := make(chan struct{}), make(chan struct{})
	o := l.Origin([]string{shop}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			arrived <- struct{}{}
			<-finish
		}
		labnet.Handler().ServeHTTP(w, r)
	}))
	var waiting sync.WaitGroup
	clients := []*http.Client{l.from(t, "127.0.0.1"), l.from(t, "127.0.0.1")} // a connection each
	for i := range most {
		waiting.Go(func() {
			if a := get(t, clients[i%2], https(shop, o, "/slow"), nil); a.StatusCode == http.StatusServiceUnavailable {
				t.Errorf("request %d = %d %q", i, a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
		})
		<-arrived
	}
	for _, c := range clients {
		if a := get(t, c, https(shop, o, "/echo"), nil); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Sekisho-Error") != string(interstitial.CodeLimit) {
			t.Errorf("one too many = %d %q; want 503", a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
	if a := get(t, l.from(t, "127.0.0.2"), https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
		t.Errorf("another client = %d %q", a.StatusCode, a.Header.Get("Sekisho-Error"))
	}
	close(finish)
	waiting.Wait()
	if a := get(t, clients[0], https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
		t.Errorf("afterwards = %d %q", a.StatusCode, a.Header.Get("Sekisho-Error"))
	}
}

// from is a browser of its own at address, which speaks HTTP/2.
func (l *lab) from(t *testing.T, address string) *http.Client {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	tr := &http.Transport{
		Proxy: http.ProxyURL(l.url()), TLSClientConfig: l.trusting(), ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, to string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, to)
		},
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: patience}
}
