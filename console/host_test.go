package console

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestHosts: a request is for this console by the names of loopback, by what it listens
// on, and by the very address that it came in at; by nothing that a name of somebody
// else's can be made to say.
func TestHosts(t *testing.T) {
	t.Parallel()
	for listen, hosts := range map[string]map[string]bool{
		"192.168.1.2:8766": {
			"192.168.1.2": true, "192.168.1.2:8766": true, "192.168.1.2:80": true, "LocalHost.": true, "127.0.0.1": true, "[::ffff:192.168.1.2]": true,
			"192.168.1.3": false, "192.168.1.2.evil.example": false, "evil.example": false, "": false, "[192.168.1.2": false,
		},
		"Office.example:8766": {"office.example": true, "OFFICE.example.:8766": true, "www.office.example": false, "192.168.1.2": false, "": false},
		"[::]:8766":           {"[fe80::1]:8766": true, "[fe80::1%eth0]:8766": false, "[fe80::2]:8766": false},
		":8766":               {"10.0.0.9": true, "[::ffff:10.0.0.9]:8766": true, "10.0.0.8": false, "": false},
		"no address":          {"localhost": true, "": false, "no address": false},
	} {
		h := newHosts(listen)
		for host, want := range hosts {
			r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
			at := map[string]*net.TCPAddr{ // where the request came in
				":8766": {IP: net.IPv4(10, 0, 0, 9), Port: 8766}, "[::]:8766": {IP: net.ParseIP("fe80::1"), Zone: "eth0", Port: 8766},
			}[listen]
			if at != nil {
				r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(at)))
			}
			if r.Host = host; h.allows(r) != want {
				t.Errorf("%q at %s: %v; want %v", host, listen, !want, want)
			}
		}
	}
}

// TestForeignHostInWords: who opens the console by a name that it does not have reads in
// the browser's language what to do.
func TestForeignHostInWords(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for lang, want := range map[string]string{"ja": "この名前では開けません", "en": "does not open by this name"} {
		got := ask(t, s, "GET", "/", func(r *http.Request) {
			r.Host = "office-pc:8766"
			r.Header.Set("Accept-Language", lang)
		})
		if got.status != 403 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s", lang, got.status, got.body)
		}
	}
}

// TestHostWithZone: a zone means something on one computer alone and is in no Host header
// of a browser (RFC 6874, section 4); with it, not even the address that is listened on is
// one.
func TestHostWithZone(t *testing.T) {
	t.Parallel()
	h := newHosts("[fe80::1%eth0]:8766")
	for host, want := range map[string]bool{
		"[fe80::1%eth0]:8766": false, "[fe80::1%eth0]": false, "[fe80::1%eth1]:8766": false, "[fe80::2]:8766": false,
		"localhost:8766": true, "[::1]:8766": true,
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		if r.Host = host; h.allows(r) != want {
			t.Errorf("%s: %v; want %v", host, !want, want)
		}
	}
}
