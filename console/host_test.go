package console

import (
	"net/http/httptest"
	"testing"
)

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
