package proxy_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sekisho/proxy/h1"
)

// hopByHop are the headers that a relay must not pass on.
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "Upgrade", "Te"}

// FuzzPlainRequest: a request that the relay takes means the same to net/http,
// before and after the relay has written it anew, and has no body.
func FuzzPlainRequest(f *testing.F) {
	for _, s := range []string{
		"GET / HTTP/1.1\r\nHost: shop.labnet.example\r\n\r\n",
		"HEAD /a?b=c HTTP/1.1\r\nHost: h:1\r\nConnection: keep-alive\r\nX-A: b\r\nx-a:\tc \r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", "GET / HTTP/1.1\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nX\x00: y\r\n\r\n", "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nKeep-Alive: 5\r\n\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n := h1.End(data, 0)
		if n == 0 {
			return
		}
		head := data[:n]
		out, plain, ok := h1.AppendRequest([]byte("before"), head)
		if !bytes.HasPrefix(out, []byte("before")) || !ok && len(out) != len("before") {
			t.Fatalf("dst became %q, ok %t", out, ok)
		}
		if !ok {
			return
		}
		out = out[len("before"):]
		in, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
		if err != nil {
			target := bytes.Fields(head)[1]
			if _, urlErr := url.ParseRequestURI(string(target)); urlErr != nil {
				return // net/http insists on valid escapes; targets pass as they are
			}
			t.Fatalf("%q is plain, but net/http says %v", head, err)
		}
		back, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(out)))
		if err != nil {
			t.Fatalf("%q became %q: %v", head, out, err)
		}
		for _, r := range []*http.Request{in, back} {
			if r.Host != string(plain.Host) || (r.Method == http.MethodHead) != plain.Head || r.RequestURI != in.RequestURI ||
				r.ContentLength != 0 || len(r.TransferEncoding) != 0 || r.ProtoMinor != 1 {
				t.Fatalf("%q: plain %+v, but net/http reads %s %q for %q with %d", head, plain, r.Method, r.RequestURI, r.Host, r.ContentLength)
			}
		}
		if in.Close != plain.Close || back.Close {
			t.Errorf("%q: close = %t; net/http says %t, and %t of what goes on", head, plain.Close, in.Close, back.Close)
		}
		checkFields(t, in.Header, back.Header)
	})
}

// checkFields wants out to be in without what belongs to one connection.
func checkFields(t *testing.T, in, out http.Header) {
	t.Helper()
	for key, values := range out {
		if slices.Contains(hopByHop, key) || !slices.Equal(values, in[key]) {
			t.Errorf("%s = %q goes on; it came as %q", key, values, in[key])
		}
	}
	for key := range in {
		if out[key] == nil && !slices.Contains(hopByHop, key) && !bytes.HasPrefix([]byte(key), []byte("Sekisho-")) {
			t.Errorf("%s = %q is lost", key, in[key])
		}
	}
}

// FuzzPlainResponse: an answer that the relay takes has, for net/http, the same
// status and the same end.
func FuzzPlainResponse(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\nnext",
		"HTTP/1.0 200 OK\r\n\r\nuntil the end", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
		"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
	} {
		f.Add([]byte(s), false, false)
		f.Add([]byte(s), true, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, toHead, closing bool) {
		n := h1.End(data, 0)
		if n == 0 {
			return
		}
		out, plain, ok := h1.AppendResponse(nil, data[:n], toHead, closing)
		if !ok {
			if len(out) != 0 {
				t.Fatalf("dst became %q", out)
			}
			return
		}
		req := &http.Request{Method: http.MethodGet}
		if toHead {
			req.Method = http.MethodHead
		}
		in, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(data)), req)
		if err != nil {
			t.Fatalf("%q is plain, but net/http says %v", data[:n], err)
		}
		back, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(slices.Concat(out, data[n:]))), req)
		if err != nil {
			t.Fatalf("%q became %q: %v", data[:n], out, err)
		}
		for _, r := range []*http.Response{in, back} {
			if r.StatusCode != plain.Status || framingOf(r, toHead) != plain.Framing || plain.Framing == h1.Length && r.ContentLength != plain.Length {
				t.Fatalf("%q: plain %+v, but net/http reads %d, %v, %d", data[:n], plain, r.StatusCode, r.TransferEncoding, r.ContentLength)
			}
		}
		if plain.Framing == h1.Chunked {
			checkChunks(t, data[n:], in.Body)
		}
		checkFields(t, in.Header, back.Header)
	})
}

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

// checkChunks compares where h1.Chunks sees the end of a body with where
// net/http does, and wants it to see the same in whatever pieces.
func checkChunks(t *testing.T, raw []byte, body io.Reader) {
	t.Helper()
	var whole, bytewise h1.Chunks
	n, ok := whole.Feed(raw)
	m, okBytewise := 0, true
	for m < len(raw) && okBytewise && !bytewise.Ended() {
		var k int
		k, okBytewise = bytewise.Feed(raw[m : m+1])
		m += k
	}
	if n != m || ok != okBytewise || whole.Ended() != bytewise.Ended() {
		t.Fatalf("%q: whole %d %t %t, by bytes %d %t %t", raw, n, ok, whole.Ended(), m, okBytewise, bytewise.Ended())
	}
	_, err := io.Copy(io.Discard, body)
	// Trailers are the client's to read; that they end is all that matters.
	if whole.Ended() && err != nil && !strings.Contains(err.Error(), "malformed MIME header") {
		t.Errorf("%q ends after %d for the relay; net/http says %v", raw, n, err)
	}
	if !whole.Ended() && ok && err == nil {
		t.Errorf("%q has not ended for the relay, but for net/http", raw)
	}
}
