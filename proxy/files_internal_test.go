package proxy

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"testing"

	"sekisho/interstitial"
	"sekisho/metrics"
	"sekisho/proxy/egress"
)

// TestHP43NoRoom is HP-43 where more is open than was reckoned with, such as the
// connections of HTTP/1.1 for the streams of one of HTTP/2: neither an origin's socket nor
// the upstream proxy's is opened then, and a client is told so.
func TestHP43NoRoom(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	origin := netip.MustParseAddrPort(l.Addr().String())
	for name, tt := range map[string]struct {
		bounds bounds
		room   bool
	}{"none": {bounds{files: 0}, false}, "enough": {defaultBounds, true}} {
		s := &Server{bounds: tt.bounds}
		s.settings.Store(&Settings{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
		for way, dial := range map[string]func() (net.Conn, error){
			"origin": func() (net.Conn, error) {
				return (&egress.Dialer{Control: s.guard}).Dial(t.Context(), []netip.AddrPort{origin})
			},
			"upstream proxy": func() (net.Conn, error) {
				return s.dialProxy(t.Context(), &url.URL{Scheme: "http", Host: origin.String()})
			},
		} {
			conn, err := dial()
			if err == nil {
				_ = conn.Close()
			}
			if f := (*failure)(nil); tt.room != (err == nil) || !tt.room && (!errors.As(err, &f) || f.code != interstitial.CodeLimit) {
				t.Errorf("%s, room %s: error = %v", way, name, err)
			}
		}
	}
	for range 2 { // what came above
		if c, err := l.Accept(); err == nil {
			_ = c.Close()
		}
	}
	s := &Server{bounds: bounds{files: 0}, counts: newCounts(metrics.New()), refusals: newRefusals()}
	go func() {
		if c, err := (frontListener{l, s}).Accept(); err == nil {
			_ = c.Close()
			t.Error("a client is let in without room")
		}
	}()
	for i := range 2 * maxRefused { // more than are waited for
		client, err := net.Dial("tcp", origin.String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = client.Close() }()
		if i%2 == 0 { // or what stays unread would be a reset
			_, _ = io.WriteString(client, "CONNECT "+origin.String()+" HTTP/1.1\r\nHost: x\r\n\r\n")
		}
		resp, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get(errorHeader) != string(interstitial.CodeLimit) {
			t.Errorf("client %d without room: %+v, %v; want 503", i, resp, err)
		}
	}
	s.refusals.end()
}
