package h1_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"sekisho/proxy/h1"
)

// head writes lines as a message head.
func head(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n\r\n" }

// repeat returns n different header lines.
func repeat(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "X-%d: v\r\n", i)
	}
	return b.String()
}

func TestEnd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want int
	}{
		{"", 0},
		{"\r\n\r\n", 4},
		{"GET / HTTP/1.1\r\n\r\n", 18},
		{"GET / HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n", 18},
		{"GET / HTTP/1.1\r\n\r", 0},
		{"GET / HTTP/1.1\r\r\n\r\n", 19},
		{"GET / HTTP/1.1\r\n\r\nbody\n", 18},
		{"\n", -1},
		{"GET / HTTP/1.1\n", -1},
		{"GET / HTTP/1.1\n\n", -1},
		{"GET / HTTP/1.1\r\n\n", -1},
		{"GET / HTTP/1.1\n\r\n", -1},
		{"GET / HTTP/1.1\r\nHost: h\nX", -1},
	} {
		t.Run(fmt.Sprintf("%q", tt.in), func(t *testing.T) {
			if got := h1.End([]byte(tt.in), 0); got != tt.want {
				t.Errorf("End = %d; want %d", got, tt.want)
			}
		})
	}
}

// TestEndInPieces: wherever the reads fell, the end is found as soon as it is
// there, and where it is; and so is a bare line feed.
func TestEndInPieces(t *testing.T) {
	t.Parallel()
	in := []byte(head("GET / HTTP/1.1", "Host: h", "X: \r"))
	for seen := range len(in) {
		if got := h1.End(in[:seen], 0); got != 0 {
			t.Fatalf("End = %d of %d bytes; want 0", got, seen)
		}
		if got := h1.End(in, seen); got != len(in) {
			t.Errorf("after %d bytes: End = %d; want %d", seen, got, len(in))
		}
	}
	bare := []byte("GET / HTTP/1.1\r\nHost: h\nX")
	for seen := range bytes.IndexByte(bare, 'h') + 2 {
		if got := h1.End(bare, seen); got != -1 {
			t.Errorf("after %d bytes: End = %d; want -1", seen, got)
		}
	}
}
