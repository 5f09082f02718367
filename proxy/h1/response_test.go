package h1_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/proxy/h1"
)

// toHead and closing are the two circumstances of AppendResponse.
const (
	toHead = 1 << iota
	closing
)

func TestResponse(t *testing.T) {
	t.Parallel()
	const ok, length, chunked = "HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked"
	for _, tt := range []struct {
		name, in, out string
		how           int
		want          h1.Response
	}{
		{"length", head(ok, length), head(ok, length), 0, h1.Response{Status: 200, Framing: h1.Length, Length: 5}},
		{"length, zeros", head(ok, "content-length: 000"), head(ok, "content-length: 000"), 0, h1.Response{Status: 200, Framing: h1.Length}},
		{"longest length", head(ok, "Content-Length: 999999999999999999"), head(ok, "Content-Length: 999999999999999999"), 0, h1.Response{Status: 200, Framing: h1.Length, Length: 999999999999999999}},
		{"length, the client closes", head(ok, length), head(ok, length, "Connection: close"), closing, h1.Response{Status: 200, Framing: h1.Length, Length: 5}},
		{"length, the origin closes", head(ok, "Connection: close", length), head(ok, length), 0, h1.Response{Status: 200, Framing: h1.Length, Length: 5, Close: true}},
		{"chunked", head(ok, "transfer-encoding:\tChunked ", "X: y"), head(ok, "X: y", chunked), 0, h1.Response{Status: 200, Framing: h1.Chunked}},
		{"chunked with trailers", head(ok, "Trailer: X-Sum", chunked), head(ok, "Trailer: X-Sum", chunked), 0, h1.Response{Status: 200, Framing: h1.Chunked}},
		{"chunked, the client closes", head(ok, chunked), head(ok, chunked, "Connection: close"), closing, h1.Response{Status: 200, Framing: h1.Chunked}},
		{"until close", head(ok, "X: y"), head(ok, "X: y", "Connection: close"), 0, h1.Response{Status: 200, Framing: h1.UntilClose, Close: true}},
		{"until close, twice said", head(ok, "Connection: close"), head(ok, "Connection: close"), closing, h1.Response{Status: 200, Framing: h1.UntilClose, Close: true}},
		{"HTTP/1.0", head("HTTP/1.0 200 OK", length), head(ok, length), 0, h1.Response{Status: 200, Framing: h1.Length, Length: 5, Close: true}},
		{"HTTP/1.0 kept alive", head("HTTP/1.0 200 OK", length, "Connection: keep-alive"), head(ok, length), 0, h1.Response{Status: 200, Framing: h1.Length, Length: 5, Close: true}},
		{"HTTP/1.0 until close", head("HTTP/1.0 200 OK"), head(ok, "Connection: close"), 0, h1.Response{Status: 200, Framing: h1.UntilClose, Close: true}},
		{"HEAD, length", head(ok, length), head(ok, length), toHead, h1.Response{Status: 200, Framing: h1.NoBody, Length: 5}},
		{"HEAD, chunked", head(ok, chunked), head(ok, chunked), toHead, h1.Response{Status: 200, Framing: h1.NoBody}},
		{"HEAD, neither", head(ok), head(ok), toHead, h1.Response{Status: 200, Framing: h1.NoBody}},
		{"HEAD, the client closes", head(ok), head(ok, "Connection: close"), toHead | closing, h1.Response{Status: 200, Framing: h1.NoBody}},
		{"204", head("HTTP/1.1 204 No Content"), head("HTTP/1.1 204 No Content"), 0, h1.Response{Status: 204}},
		{"304 with length", head("HTTP/1.1 304 Not Modified", length), head("HTTP/1.1 304 Not Modified", length), 0, h1.Response{Status: 304, Length: 5}},
		{"103 with a length", head("HTTP/1.1 103 Early Hints", length, "Link: </a>"), head("HTTP/1.1 103 Early Hints", "Link: </a>"), closing, h1.Response{Status: 103, Length: 5}},
		{"103", head("HTTP/1.1 103 Early Hints", "Link: </a>"), head("HTTP/1.1 103 Early Hints", "Link: </a>"), closing, h1.Response{Status: 103}},
		{"100", head("HTTP/1.1 100 Continue"), head("HTTP/1.1 100 Continue"), 0, h1.Response{Status: 100}},
		{"no reason", head("HTTP/1.1 599", length), head("HTTP/1.1 599", length), 0, h1.Response{Status: 599, Framing: h1.Length, Length: 5}},
		{"empty reason", head("HTTP/1.1 200 ", length), head("HTTP/1.1 200 ", length), 0, h1.Response{Status: 200, Framing: h1.Length, Length: 5}},
		{"reason in Latin-1", head("HTTP/1.1 404 Introuv\xe9", length), head("HTTP/1.1 404 Introuv\xe9", length), 0, h1.Response{Status: 404, Framing: h1.Length, Length: 5}},
		{
			"hop-by-hop",
			head(ok, "Keep-Alive: timeout=5", "X: y", "UPGRADE: h2", "Proxy-Connection: a", "Proxy-Authenticate: Basic", "TE: trailers", "Connection: keep-alive", length),
			head(ok, "X: y", length), 0,
			h1.Response{Status: 200, Framing: h1.Length, Length: 5},
		},
		{
			"sekisho's own", head(ok, "Sekisho-Error: a", "sekisho-incident: b", "SEKISHO-: c", "Sekisho: d", "Sekish-o: e", length),
			head(ok, "Sekisho: d", "Sekish-o: e", length), 0,
			h1.Response{Status: 200, Framing: h1.Length, Length: 5},
		},
		{
			"case, order, repetition, blanks", head(ok, "set-cookie: a=b", length, "Set-Cookie:\tc=d ", "X:", "X: 1", "x: 1", "Server: \xe9"),
			head(ok, "set-cookie: a=b", length, "Set-Cookie:\tc=d ", "X:", "X: 1", "x: 1", "Server: \xe9"), 0,
			h1.Response{Status: 200, Framing: h1.Length, Length: 5, SetsCookie: true},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, got, plain := h1.AppendResponse([]byte("before"), []byte(tt.in), tt.how&toHead != 0, tt.how&closing != 0)
			if !plain {
				t.Fatal("not plain")
			}
			if diff := cmp.Diff("before"+tt.out, string(out)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

// TestResponseNotPlain has every reason not to be plain.
func TestResponseNotPlain(t *testing.T) {
	t.Parallel()
	const ok, length, chunked = "HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked"
	for name, in := range map[string]string{
		"nothing":                  "",
		"HTTP/0.9":                 "hello\r\n\r\n",
		"HTTP/2":                   head("HTTP/2 200 OK", length),
		"HTTP/2.0":                 head("HTTP/2.0 200 OK", length),
		"HTTP/1.2":                 head("HTTP/1.2 200 OK", length),
		"HTTP/1.":                  head("HTTP/1. 200 OK", length),
		"HTTP/1.11":                head("HTTP/1.11 200 OK", length),
		"lower-case version":       head("http/1.1 200 OK", length),
		"ICY":                      head("ICY 200 OK", length),
		"two blanks":               head("HTTP/1.1  200 OK", length),
		"tab":                      head("HTTP/1.1\t200 OK", length),
		"status of two digits":     head("HTTP/1.1 20 OK", length),
		"status of four digits":    head("HTTP/1.1 2000 OK", length),
		"status with sign":         head("HTTP/1.1 +20 OK", length),
		"status 000":               head("HTTP/1.1 000 OK", length),
		"status 099":               head("HTTP/1.1 099 OK", length),
		"status 600":               head("HTTP/1.1 600 OK", length),
		"status 101":               head("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket"),
		"no status":                head("HTTP/1.1"),
		"NUL in reason":            head("HTTP/1.1 200 O\x00K", length),
		"CR in reason":             head("HTTP/1.1 200 O\rK", length),
		"two lengths on 103":       head("HTTP/1.1 103 Early Hints", length, length),
		"chunked on 103":           head("HTTP/1.1 103 Early Hints", chunked),
		"chunked on 204":           head("HTTP/1.1 204 No Content", chunked),
		"chunked on 304":           head("HTTP/1.1 304 Not Modified", chunked),
		"chunked on HTTP/1.0":      head("HTTP/1.0 200 OK", chunked),
		"both":                     head(ok, length, chunked),
		"both, the other way":      head(ok, chunked, "content-length: 0"),
		"two lengths":              head(ok, length, "Content-Length: 6"),
		"two equal lengths":        head(ok, length, length),
		"length list":              head(ok, "Content-Length: 5, 5"),
		"length with sign":         head(ok, "Content-Length: +5"),
		"negative length":          head(ok, "Content-Length: -5"),
		"length in hex":            head(ok, "Content-Length: 0x5"),
		"length with blank":        head(ok, "Content-Length: 5 5"),
		"length with underscore":   head(ok, "Content-Length: 5_5"),
		"empty length":             head(ok, "Content-Length:"),
		"length of 19 digits":      head(ok, "Content-Length: 1000000000000000000"),
		"length in other digits":   head(ok, "Content-Length: ５"),
		"chunked twice":            head(ok, chunked, chunked),
		"chunked list":             head(ok, "Transfer-Encoding: chunked, chunked"),
		"gzip, chunked":            head(ok, "Transfer-Encoding: gzip, chunked"),
		"identity":                 head(ok, "Transfer-Encoding: identity"),
		"xchunked":                 head(ok, "Transfer-Encoding: xchunked"),
		"empty Transfer-Encoding":  head(ok, "Transfer-Encoding:", length),
		"chunked with parameter":   head(ok, "Transfer-Encoding: chunked;a=b"),
		"Trailer: Content-Length":  head(ok, chunked, "Trailer: X, content-length"),
		"Trailer: Trailer":         head(ok, chunked, "Trailer:Trailer"),
		"Trailer not a list":       head(ok, chunked, "Trailer: a b"),
		"Connection: X-Hop":        head(ok, "Connection: X-Hop", length),
		"Connection: upgrade":      head(ok, "Connection: upgrade", length),
		"Connection: close, X-Hop": head(ok, "Connection: close, X-Hop", length),
		"blank before colon":       head(ok, "Content-Length : 5"),
		"no colon":                 head(ok, "X", length),
		"no name":                  head(ok, ": a", length),
		"NUL in value":             head(ok, "X: a\x00", length),
		"CR in value":              head(ok, "X: a\rb", length),
		"folded":                   head(ok, "X: a", " b", length),
		"folded first":             head(ok, " X: a", length),
		"bare LF":                  "HTTP/1.1 200 OK\nContent-Length: 5\n\r\n\r\n",
		"bare LF in a field":       "HTTP/1.1 200 OK\r\nX: a\nContent-Length: 5\r\n\r\n",
		"bytes behind":             head(ok, length) + "x",
		"cut off":                  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
		"many lines":               "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + repeat(1000) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for how := range 4 {
				out, got, plain := h1.AppendResponse([]byte("before"), []byte(in), how&toHead != 0, how&closing != 0)
				if plain || string(out) != "before" {
					t.Errorf("plain %t, output %q; want neither", plain, out)
				}
				if diff := cmp.Diff(h1.Response{}, got); diff != "" {
					t.Errorf("response (-want +got):\n%s", diff)
				}
			}
		})
	}
}
