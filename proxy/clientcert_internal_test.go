package proxy

import (
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
