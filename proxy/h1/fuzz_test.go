package h1_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/proxy/h1"
)

// hopByHop belong to one connection; sekisho- headers are sekisho's own.
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "Upgrade", "Te", "Http2-Settings"}

// mostAdded is what an output may be longer than its input: two header lines
// of ours.
const mostAdded = 64

// endToEnd returns h without what must not go on; own says whether sekisho's
// own headers may.
func endToEnd(h http.Header, own bool) http.Header {
	h = h.Clone()
	for _, name := range hopByHop {
		delete(h, name)
	}
	for name := range h {
		if !own && strings.HasPrefix(name, "Sekisho-") {
			delete(h, name)
		}
	}
	return h
}

// headOf returns the head at the start of data, or all of data without one.
func headOf(data []byte) []byte {
	if n := h1.End(data, 0); n > 0 {
		return data[:n]
	}
	return data
}

func FuzzRequest(f *testing.F) {
	f.Add(typicalRequest)
	for _, s := range []string{
		head("GET / HTTP/1.1", "Host: h", "Connection: close, keep-alive,", "Keep-Alive: 5", "Proxy-Authorization: a"),
		head("HEAD //a%2Fb;p?%zz HTTP/1.1", "x: 1", "hOsT:\th:1 ", "X:", "X: \xe9"),
		head("GET / HTTP/1.1", "Host: h", "Content-Length: 0"), head("GET / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked"),
		head("GET / HTTP/1.1", "Host: h", "X: a", " b"), "GET / HTTP/1.1\nHost: h\r\n\r\n", head("GET / HTTP/1.1", "Host: h", "Pragma: no-cache"),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := headOf(data)
		out, got, ok := h1.AppendRequest([]byte("before"), in)
		if !bytes.HasPrefix(out, []byte("before")) || !ok && len(out) != len("before") {
			t.Fatalf("dst became %q, plain %t", out, ok)
		}
		if out = out[len("before"):]; !ok {
			return
		}
		if n := h1.End(in, 0); n != len(in) {
			t.Errorf("%q is plain, but ends at %d", in, n)
		}
		if len(out) > len(in) {
			t.Errorf("output is %d bytes of %d", len(out), len(in))
		}
		if again, _, ok := h1.AppendRequest(nil, out); !ok || !bytes.Equal(again, out) {
			t.Errorf("%q becomes %q the second time", out, again)
		}
		before, after := readRequest(t, in), readRequest(t, out)
		if before == nil || after == nil {
			return
		}
		for _, r := range []*http.Request{before, after} {
			if r.Host != string(got.Host) || r.Method != methodOf(got.Head) || r.ContentLength != 0 || len(r.TransferEncoding) != 0 || r.Proto != "HTTP/1.1" {
				t.Errorf("%q: %+v; net/http reads %s %s for %q, %d bytes", in, got, r.Method, r.Proto, r.Host, r.ContentLength)
			}
		}
		if before.RequestURI != after.RequestURI || before.Close != got.Close || after.Close {
			t.Errorf("%q: targets %q, %q; close %t, %t", in, before.RequestURI, after.RequestURI, before.Close, after.Close)
		}
		if diff := cmp.Diff(endToEnd(before.Header, true), after.Header); diff != "" {
			t.Errorf("%q: headers (-want +got):\n%s", in, diff)
		}
	})
}

func methodOf(toHead bool) string {
	if toHead {
		return http.MethodHead
	}
	return http.MethodGet
}

// readRequest returns what net/http makes of a head, or nil when its target
// has escapes that net/url refuses; targets go on as they are.
func readRequest(t *testing.T, raw []byte) *http.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err == nil {
		return r
	}
	if _, bad := url.ParseRequestURI(string(bytes.Fields(raw)[1])); bad == nil {
		t.Fatalf("%q is plain; net/http says %v", raw, err)
	}
	return nil
}

func FuzzResponse(f *testing.F) {
	f.Add(typicalResponse, false, false)
	for _, s := range []string{
		head("HTTP/1.1 200 OK", "Content-Length: 5", "Keep-Alive: a", "Sekisho-Error: b"), head("HTTP/1.1 200", "Transfer-Encoding: chunked", "Trailer: X"),
		head("HTTP/1.0 200 OK", "Connection: keep-alive"), head("HTTP/1.1 204 ", "Content-Length: 1"), head("HTTP/1.1 304 Not Modified", "Content-Length: 9"),
		head("HTTP/1.1 103 Early Hints", "Link: </a>"), head("HTTP/1.1 103 Early Hints", "Content-Length: 3"), head("HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked"),
		head("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2"), head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: Content-Length"),
		head("HTTP/1.1 200 OK", "Content-Length: +5"), head("HTTP/1.1 200 OK", "Pragma: no-cache", "Connection: close"),
	} {
		f.Add([]byte(s), false, false)
		f.Add([]byte(s), true, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, toHead, closing bool) {
		in := headOf(data)
		out, got, ok := h1.AppendResponse([]byte("before"), in, toHead, closing)
		if !bytes.HasPrefix(out, []byte("before")) || !ok && len(out) != len("before") {
			t.Fatalf("dst became %q, plain %t", out, ok)
		}
		if out = out[len("before"):]; !ok {
			return
		}
		if n := h1.End(in, 0); n != len(in) {
			t.Errorf("%q is plain, but ends at %d", in, n)
		}
		if len(out) > len(in)+mostAdded {
			t.Errorf("output is %d bytes of %d", len(out), len(in))
		}
		if again, _, ok := h1.AppendResponse(nil, out, toHead, closing); !ok || !bytes.Equal(again, out) {
			t.Errorf("%q becomes %q the second time", out, again)
		}
		before, after := readResponse(t, in, toHead), readResponse(t, out, toHead)
		for _, r := range []*http.Response{before, after} {
			if r.StatusCode != got.Status || framingOf(r, toHead) != got.Framing || got.Framing == h1.Length && r.ContentLength != got.Length {
				t.Errorf("%q: %+v; net/http reads %d, %v, %d bytes", in, got, r.StatusCode, r.TransferEncoding, r.ContentLength)
			}
		}
		if got.Status < 200 { // what it says of a length counts for nothing
			before.Header.Del("Content-Length")
			before.ContentLength = after.ContentLength
		}
		if before.ContentLength != after.ContentLength || before.Close && !got.Close || got.Framing == h1.UntilClose && !after.Close ||
			got.Status >= 200 && closing != after.Close && got.Framing != h1.UntilClose {
			t.Errorf("%q: %+v; lengths %d, %d; close %t, %t", in, got, before.ContentLength, after.ContentLength, before.Close, after.Close)
		}
		after.Header.Del("Connection") // ours
		if diff := cmp.Diff(endToEnd(before.Header, false), after.Header); diff != "" {
			t.Errorf("%q: headers (-want +got):\n%s", in, diff)
		}
		if diff := cmp.Diff(before.Trailer, after.Trailer); diff != "" {
			t.Errorf("%q: trailers (-want +got):\n%s", in, diff)
		}
	})
}

func readResponse(t *testing.T, raw []byte, toHead bool) *http.Response {
	t.Helper()
	r, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), &http.Request{Method: methodOf(toHead)})
	if err != nil {
		t.Fatalf("%q is plain; net/http says %v", raw, err)
	}
	return r
}

// framingOf is how net/http will find the end of r's body.
func framingOf(r *http.Response, toHead bool) h1.Framing {
	switch {
	case toHead, r.StatusCode < 200, r.StatusCode == http.StatusNoContent, r.StatusCode == http.StatusNotModified:
		return h1.NoBody
	case len(r.TransferEncoding) != 0:
		return h1.Chunked
	case r.ContentLength >= 0:
		return h1.Length
	}
	return h1.UntilClose
}

// FuzzChunks: where Chunks sees the end of a body, net/http does, and whatever
// Chunks calls broken or unfinished has no end. Pieces change nothing.
func FuzzChunks(f *testing.F) {
	for _, s := range []string{
		"0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\nnext", "0000a;b=c\r\n0123456789\r\n0;x\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n", "5\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n",
		"1\r\na\r\n1\r\nb\r\n00\r\nX: \r\nY:\tz\r\n\r\n", "ffffffffffffffff\r\n", "fffffffffffffff\r\n", "0\r\n X\r\n\r\n", "0\r\nno colon\r\n\r\n", "0\r\n\n", "5\r\nhello0\r\n\r\n",
	} {
		f.Add([]byte(s), uint8(1))
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, size uint8) {
		var whole, pieces h1.Chunks
		n, ok := whole.Feed(data)
		m, okPieces := feed(&pieces, string(data), int(size)+1)
		if n != m || ok != okPieces || whole.Ended() != pieces.Ended() {
			t.Fatalf("%q: at once %d, %t, %t; in pieces %d, %t, %t", data, n, ok, whole.Ended(), m, okPieces, pieces.Ended())
		}
		switch end, err := chunkedEnd(data); {
		case !ok:
			if _, ok := whole.Feed([]byte("\r\n0\r\n\r\n")); ok || whole.Ended() {
				t.Errorf("%q is broken at %d and mended", data, n)
			}
		case whole.Ended() && err != nil && !strings.Contains(err.Error(), "too much non-data"):
			t.Errorf("%q ends at %d; net/http says %v", data, n, err)
		case whole.Ended() && err == nil && end != n:
			t.Errorf("%q ends at %d; net/http says %d", data, n, end)
		case !whole.Ended() && err == nil:
			t.Errorf("%q has not ended; net/http says at %d", data, end)
		case !whole.Ended() && n != len(data):
			t.Errorf("%q: took %d bytes of %d and wants more", data, n, len(data))
		}
	})
}

// chunkedEnd returns where net/http finds the end of a chunked body. What
// stands in the trailer lines is not looked at.
func chunkedEnd(data []byte) (int, error) {
	rest := bytes.NewReader(data)
	br := bufio.NewReader(rest)
	if _, err := io.Copy(io.Discard, httputil.NewChunkedReader(br)); err != nil {
		return 0, err
	}
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			return 0, io.ErrUnexpectedEOF
		}
		if line == "\r\n" || line == "\n" {
			return len(data) - rest.Len() - br.Buffered(), nil
		}
	}
}
