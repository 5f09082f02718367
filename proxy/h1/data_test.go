package h1_test

import (
	"io"
	"net/http/httputil"
	"strings"
	"testing"

	"sekisho/proxy/h1"
)

// TestFeedData: the data comes without its framing, however it is cut, and is
// measured as by Feed.
func TestFeedData(t *testing.T) {
	t.Parallel()
	const in, data = "5;a=b\r\nhello\r\n7\r\n\r\nworld\r\n0\r\nX-Sum: 1\r\n\r\nnext", "hello\r\nworld"
	for _, step := range []int{1, 2, 3, 7, len(in)} {
		var with, without h1.Chunks
		got := ""
		for i := 0; i < len(in); i += step {
			p := []byte(in[i:min(i+step, len(in))])
			n, ok := with.FeedData(p, func(b []byte) bool { got += string(b); return true })
			if m, held := without.Feed(p); n != m || ok != held || with.Ended() != without.Ended() {
				t.Fatalf("by %d, at %d: %d, %t; Feed says %d, %t", step, i, n, ok, m, held)
			}
		}
		if got != data {
			t.Errorf("by %d: %q; want %q", step, got, data)
		}
	}
}

// TestFeedDataStops: what is not used is not taken.
func TestFeedDataStops(t *testing.T) {
	t.Parallel()
	var c h1.Chunks
	n, ok := c.FeedData([]byte("3\r\nabc\r\n3\r\nbad\r\n0\r\n\r\n"), func(b []byte) bool { return string(b) != "bad" })
	if n != len("3\r\nabc\r\n3\r\n") || !ok || c.Ended() {
		t.Errorf("%d, %t, ended %t; want what is before the data, unbroken, open", n, ok, c.Ended())
	}
	var broken h1.Chunks
	if _, ok := broken.FeedData([]byte("x\r\n"), func([]byte) bool { return true }); ok {
		t.Error("a broken size was taken")
	}
}

// TestLast: wherever a body stands, Last ends it with the data asked for.
func TestLast(t *testing.T) {
	t.Parallel()
	const whole = "6\r\nfirst \r\n40;x=y\r\n"
	data := whole + strings.Repeat("d", 64) + "\r\n3\r\nend\r\n0\r\n\r\n"
	for cut := range len(data) + 1 {
		var c h1.Chunks
		if n, ok := c.Feed([]byte(data[:cut])); n != cut || !ok {
			t.Fatalf("Feed(%q) = %d, %t", data[:cut], n, ok)
		}
		rest, ok := c.Last([]byte("last words"))
		if !ok {
			if at := data[cut-1]; at == 'd' || at == 'e' || at == ' ' || cut == len(whole) {
				t.Errorf("at %d, behind %q: no place", cut, at)
			}
			continue
		}
		body, err := io.ReadAll(httputil.NewChunkedReader(strings.NewReader(data[:cut] + string(rest))))
		if err != nil || !strings.HasSuffix(strings.TrimRight(string(body), " "), "last words") {
			t.Errorf("at %d: %q, %v", cut, body, err)
		}
	}
	var huge h1.Chunks
	huge.Feed([]byte("7fffffff\r\n"))
	if _, ok := huge.Last([]byte("x")); ok {
		t.Error("a chunk of 2 GiB is filled")
	}
}
