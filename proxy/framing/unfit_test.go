package framing

import (
	"net/http"
	"strings"
	"testing"
)

// TestCasesUnfit: what net/http lets through and two readers would read differently, or
// that is too much.
func TestCasesUnfit(t *testing.T) {
	t.Parallel()
	length, large := http.Header{"Content-Length": {"3"}}, http.Header{"X": {strings.Repeat("x", MaxHead)}}
	for _, tt := range []struct {
		id, method   string
		major, minor int
		header       http.Header
		want         int
	}{
		{"HP-42 a body without a length", "POST", 1, 0, nil, 400},
		{"HP-42 a body with a length", "POST", 1, 0, length, 0},
		{"HP-42 no body", "GET", 1, 0, nil, 0},
		{"HP-42 HTTP/1.1", "POST", 1, 1, nil, 0},
		{"HP-16 a large head of HTTP/2", "GET", 2, 0, large, 431},
		{"HP-16 of HTTP/1.1, which net/http bounds", "GET", 1, 1, large, 0},
	} {
		t.Run(tt.id, func(t *testing.T) {
			r := &http.Request{Method: tt.method, RequestURI: "/", ProtoMajor: tt.major, ProtoMinor: tt.minor, Header: tt.header}
			if got, detail := Unfit(r, Sound); got != tt.want {
				t.Errorf("%d, %q; want %d", got, detail, tt.want)
			}
		})
	}
}
