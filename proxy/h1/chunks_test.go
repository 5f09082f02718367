package h1_test

import (
	"strings"
	"testing"

	"sekisho/proxy/h1"
)

// feed gives p to c in pieces of at most size bytes and returns how much of it
// was taken and whether the coding held.
func feed(c *h1.Chunks, p string, size int) (n int, ok bool) {
	for n < len(p) {
		piece := p[n:min(n+size, len(p))]
		k, ok := c.Feed([]byte(piece))
		if n += k; !ok {
			return n, false
		}
		if k < len(piece) {
			return n, true
		}
	}
	return n, true
}

func TestChunks(t *testing.T) {
	t.Parallel()
	type result struct{ ok, ended bool }
	whole, open, bad := result{true, true}, result{true, false}, result{false, false}
	long := strings.Repeat("a", 5000)
	for _, tt := range []struct {
		name, in, rest string // rest is what belongs to nobody
		want           result
	}{
		{"empty body", "0\r\n\r\n", "", whole},
		{"one chunk", "5\r\nhello\r\n0\r\n\r\n", "", whole},
		{"what follows", "5\r\nhello\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\n", whole},
		{"hex and zeros", "00000A\r\n0123456789\r\n000\r\n\r\n", "", whole},
		{"both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "", whole},
		{"CRLF in data", "8\r\n0\r\n\r\n\r\n\x00\r\n0\r\n\r\n", "", whole},
		{"extension", "5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n", "", whole},
		{"tab in extension", "5;a\t=b\r\nhello\r\n0\r\n\r\n", "", whole},
		{"trailers", "0\r\nX-Sum: 1\r\nX-Late:\tyes\r\n\r\n", "next", whole},
		{"largest size", "fffffffffffffff\r\nabc", "", open},
		{"nothing", "", "", open},
		{"size alone", "5", "", open},
		{"data cut off", "5\r\nhell", "", open},
		{"no end of data", "5\r\nhello", "", open},
		{"no last chunk", "5\r\nhello\r\n", "", open},
		{"last chunk alone", "0\r\n", "", open},
		{"half the end", "0\r\n\r", "", open},
		{"trailers cut off", "0\r\nX: y\r\n", "", open},
		{"empty size", "\r\nhello", "", bad},
		{"no size", ";a\r\n", "", bad},
		{"sign", "+5\r\nhello\r\n", "", bad},
		{"negative", "-5\r\nhello\r\n", "", bad},
		{"0x", "0x5\r\nhello\r\n", "", bad},
		{"blank before size", " 5\r\nhello\r\n", "", bad},
		{"blank behind size", "5 \t\r\nhello\r\n0 \r\n\r\n", "", whole},
		{"blank before extension", "5 ;a\r\nhello\r\n0\r\n\r\n", "", whole},
		{"word behind blank", "5 a\r\nhello\r\n", "", bad},
		{"two sizes", "5 5\r\nhello\r\n", "", bad},
		{"underscore", "1_0\r\n", "", bad},
		{"16 digits", "0000000000000005\r\nhello", "", bad},
		{"overflow", "ffffffffffffffff1\r\nhello", "", bad},
		{"LF behind size", "5\nhello\r\n0\r\n\r\n", "", bad},
		{"LF behind extension", "5;a\nhello\r\n0\r\n\r\n", "", bad},
		{"CR in size", "5\r5\r\nhello", "", bad},
		{"CR in extension", "5;a\rb\r\nhello", "", bad},
		{"NUL in extension", "5;a\x00\r\nhello", "", bad},
		{"LF behind data", "5\r\nhello\n0\r\n\r\n", "", bad},
		{"data too long", "5\r\nhello!\r\n0\r\n\r\n", "", bad},
		{"data too short", "5\r\nhell\r\n0\r\n\r\n", "", bad},
		{"LF for the end", "0\r\n\n", "", bad},
		{"LF behind last size", "0\n\r\n", "", bad},
		{"LF in trailers", "0\r\nX: y\nZ: y\r\n\r\n", "", bad},
		{"CR in trailers", "0\r\nX: y\rZ: y\r\n\r\n", "", bad},
		{"NUL in trailers", "0\r\nX: \x00\r\n\r\n", "", bad},
		{"long extension", "5;" + long + "\r\nhello\r\n0\r\n\r\n", "", bad},
		{"long trailer", "0\r\nX: " + long + "\r\n\r\n", "", bad},
		{"many trailers", "0\r\n" + strings.Repeat("X: y\r\n", 5000) + "\r\n", "", bad},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			whole := tt.in + tt.rest
			for _, size := range []int{1, 2, 3, 7, len(whole) + 1} {
				var c h1.Chunks
				n, ok := feed(&c, whole, size)
				if got := (result{ok, c.Ended()}); got != tt.want {
					t.Errorf("by %d: ok, ended = %v; want %v", size, got, tt.want)
				}
				if ok && n != len(tt.in) {
					t.Errorf("by %d: took %d bytes; want %d", size, n, len(tt.in))
				}
			}
		})
	}
}

// TestChunksStay: the end stays the end, and what is broken is not mended by
// what comes after.
func TestChunksStay(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{"ended": "0\r\n\r\n", "broken": "5\n"} {
		var c h1.Chunks
		_, held := c.Feed([]byte(in))
		for _, more := range []string{"\r\n", "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"} {
			if n, ok := c.Feed([]byte(more)); n != 0 || ok != held || c.Ended() != held {
				t.Errorf("%s: Feed(%q) = %d, %t, ended %t; want 0, %t, %t", name, more, n, ok, c.Ended(), held, held)
			}
		}
	}
}
