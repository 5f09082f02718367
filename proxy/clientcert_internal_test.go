package proxy

import (
	"crypto/tls"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestCV54AskAgain is CV-54: only what has no effects and no body is asked again by itself.
func TestCV54AskAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method, body string
		want         bool
	}{
		{"GET", "", true}, {"HEAD", "", true}, {"GET", "a body", false}, {"POST", "", false}, {"POST", "a body", false},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(tt.method, "/x?y", strings.NewReader(tt.body))
		if got := askAgain(w, r); got != tt.want || got != (w.Header().Get("Location") == "/x?y") {
			t.Errorf("%s with %q: asked again = %t, %v; want %t", tt.method, tt.body, got, w.Header(), tt.want)
		}
	}
}

// TestCV54NoSession is CV-54: a session with an origin that asked for a certificate is not
// kept, or the next probe would resume it and not be asked.
func TestCV54NoSession(t *testing.T) {
	t.Parallel()
	for _, asked := range []bool{false, true} {
		a := &asking{ClientSessionCache: tls.NewLRUClientSessionCache(1)}
		a.asked.Store(asked)
		a.Put("shop.example", new(tls.ClientSessionState))
		if _, kept := a.Get("shop.example"); kept == asked {
			t.Errorf("asked = %t: kept = %t", asked, kept)
		}
	}
}
