package proxy

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/proxy/h1"
)

func TestExtraordinary(t *testing.T) {
	t.Parallel()
	const line = "GET /a?b=c HTTP/1.1\r\n"
	for _, tt := range []struct {
		name, in string
		want     http.Header
	}{
		{"none", line + "Host: h\r\naccept: */*\r\nSEC-CH-UA: x\r\nCookie: a=b\r\n\r\n", nil},
		{"some", line + "Host: h\r\nauthorization:  Basic x \r\nX-A: 1\r\nx-a: 2\r\n\r\n", http.Header{"Authorization": {"Basic x"}, "X-A": {"1", "2"}}},
		{"colon in the value", line + "Host: h:1\r\nX-A: b:c\r\n\r\n", http.Header{"X-A": {"b:c"}}},
		{"empty value", line + "X-A:\r\n\r\n", http.Header{"X-A": {""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, extraordinary([]byte(tt.in))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := string(h1.Target([]byte(tt.in))); got != "/a?b=c" {
				t.Errorf("target = %q", got)
			}
		})
	}
}

// TestLookingIsFree: what a relay looks at in an ordinary head costs no memory.
func TestLookingIsFree(t *testing.T) {
	head := []byte("GET /a HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nSec-Fetch-Mode: navigate\r\n\r\n")
	if n := testing.AllocsPerRun(100, func() {
		if extraordinary(head) != nil || !readableCodings(view(h1.Field(head, "accept-encoding"))) || len(h1.Target(head)) != 2 || idle([]byte("text/html")) {
			t.Error("read wrongly")
		}
	}); n != 0 {
		t.Errorf("%v allocations; want none", n)
	}
}
