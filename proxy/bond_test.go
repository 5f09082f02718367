package proxy_test

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"

	"sekisho/internal/labnet"
)

// TestSignedInConnections: an origin that signs in the connection (NTLM,
// Negotiate) never takes one client for another.
func TestSignedInConnections(t *testing.T) {
	t.Parallel()
	l := start(t)
	var mu sync.Mutex
	users := map[string]string{} // by the address of the origin's peer
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if a := r.Header.Get("Authorization"); a != "" {
			users[r.RemoteAddr] = a
		}
		user, ok := users[r.RemoteAddr]
		if !ok {
			w.Header().Set("WWW-Authenticate", "NTLM")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprint(w, user)
	})
	secure, clear := l.Origin([]string{shop}, h, labnet.HTTP1Only()), l.Origin([]string{shop}, h, labnet.Plain())
	for _, tt := range []struct {
		name string
		open func() net.Conn
		host string
		form string // of the request target, before the path
	}{
		{"https", func() net.Conn { return l.tunnel(t, authority(shop, secure), l.trusting()) }, authority(shop, secure), ""},
		{"http", func() net.Conn { return l.connect(t, authority(shop, clear)) }, authority(shop, clear), ""},
		{"http without a tunnel", func() net.Conn { return l.dial(t) }, authority(shop, clear), "http://" + authority(shop, clear)},
	} {
		ask := func(c net.Conn, extra string) answer {
			return exchange(t, c, "GET "+tt.form+"/ HTTP/1.1\r\nHost: "+tt.host+"\r\n"+extra+"\r\n")
		}
		a, b := tt.open(), tt.open()
		for _, c := range []net.Conn{a, b} {
			if got := ask(c, ""); got.StatusCode != http.StatusUnauthorized {
				t.Fatalf("%s: before = %d %q; want 401", tt.name, got.StatusCode, got.body)
			}
		}
		if got := ask(a, "Authorization: NTLM alice\r\n"); got.body != "NTLM alice" {
			t.Fatalf("%s: signing in = %d %q", tt.name, got.StatusCode, got.body)
		}
		for range 5 {
			if got := ask(b, ""); got.StatusCode != http.StatusUnauthorized {
				t.Fatalf("%s: another client = %d %q; want 401", tt.name, got.StatusCode, got.body)
			}
			if got := ask(a, ""); got.body != "NTLM alice" {
				t.Errorf("%s: the same client = %d %q; want it still signed in", tt.name, got.StatusCode, got.body)
			}
		}
		_ = a.Close()
		if got := ask(tt.open(), ""); got.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: the next client = %d %q; want 401", tt.name, got.StatusCode, got.body)
		}
	}
}
