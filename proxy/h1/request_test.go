package h1_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/proxy/h1"
)

// TestRequest: what is plain goes on as it came, less what belongs to the
// client's own connection.
func TestRequest(t *testing.T) {
	t.Parallel()
	get := h1.Request{Host: []byte("h")}
	for _, tt := range []struct {
		name, in, out string
		want          h1.Request
	}{
		{"GET", head("GET / HTTP/1.1", "Host: h"), head("GET / HTTP/1.1", "Host: h"), get},
		{"HEAD", head("HEAD / HTTP/1.1", "Host: h"), head("HEAD / HTTP/1.1", "Host: h"), h1.Request{Host: []byte("h"), Head: true}},
		{
			"port", head("GET / HTTP/1.1", "HOST: Shop.example:8443"), head("GET / HTTP/1.1", "HOST: Shop.example:8443"),
			h1.Request{Host: []byte("Shop.example:8443")},
		},
		{"blanks around Host", head("GET / HTTP/1.1", "Host:\t h \t"), head("GET / HTTP/1.1", "Host:\t h \t"), get},
		{"Connection: close", head("GET / HTTP/1.1", "Connection: close", "Host: h"), head("GET / HTTP/1.1", "Host: h"), h1.Request{Host: []byte("h"), Close: true}},
		{
			"Connection list", head("GET / HTTP/1.1", "Host: h", "CONNECTION: Keep-Alive ,, CLOSE,"), head("GET / HTTP/1.1", "Host: h"),
			h1.Request{Host: []byte("h"), Close: true},
		},
		{
			"two Connection lines", head("GET / HTTP/1.1", "connection: close", "Host: h", "Connection: keep-alive"), head("GET / HTTP/1.1", "Host: h"),
			h1.Request{Host: []byte("h"), Close: true},
		},
		{"empty Connection", head("GET / HTTP/1.1", "Host: h", "Connection:"), head("GET / HTTP/1.1", "Host: h"), get},
		{
			"hop-by-hop", head("GET / HTTP/1.1", "Keep-Alive: timeout=5", "Host: h", "proxy-connection: keep-alive", "Proxy-Authorization: Basic eDp5", "X: y"),
			head("GET / HTTP/1.1", "Host: h", "X: y"), get,
		},
		{
			"case, order, repetition, blanks", head("GET / HTTP/1.1", "x-b: 2", "Host: h", "X-A:1", "X-a:  \t1 ", "X-B:", "Cookie: a=b", "cookie: c=d", "User-Agent:"),
			head("GET / HTTP/1.1", "x-b: 2", "Host: h", "X-A:1", "X-a:  \t1 ", "X-B:", "Cookie: a=b", "cookie: c=d", "User-Agent:"), get,
		},
		{
			"alike names", head("GET / HTTP/1.1", "Host: h", "Hosts: a", "Connections: a", "Content-Lengths: 5", "Expected: a", "Upgrade-Insecure-Requests: 1", "Keep-Alives: a", "Proxy-Connections: a", "Transfer_Encoding: chunked", "T: e"),
			head("GET / HTTP/1.1", "Host: h", "Hosts: a", "Connections: a", "Content-Lengths: 5", "Expected: a", "Upgrade-Insecure-Requests: 1", "Keep-Alives: a", "Proxy-Connections: a", "Transfer_Encoding: chunked", "T: e"), get,
		},
		{"latin-1 value", head("GET / HTTP/1.1", "Host: h", "X: caf\xe9"), head("GET / HTTP/1.1", "Host: h", "X: caf\xe9"), get},
		{"forwarding headers", head("GET / HTTP/1.1", "Host: h", "X-Forwarded-For: ::1", "Via: 1.1 a"), head("GET / HTTP/1.1", "Host: h", "X-Forwarded-For: ::1", "Via: 1.1 a"), get},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, got, ok := h1.AppendRequest([]byte("before"), []byte(tt.in))
			if !ok {
				t.Fatal("not plain")
			}
			if diff := cmp.Diff("before"+tt.out, string(out)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRequestTarget: a target in origin form goes on byte for byte.
func TestRequestTarget(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"/", "//double//slash", "/a%2Fb", "/a%2fb", "/%zz", "/%", "/;p=1;q", "/a/../b/./c", "/..", "/%7Etilde", "/?a;b=c", "/?", "/??",
		"/?%zz=%", "/'(quote)*!$", "/[b]?[x]=|", "/\"<>\\^`{|}", "/?u=https://evil.example/%3Fx", "/%00%0d%0a", "/@evil.example", "/:443",
		"/" + strings.Repeat("a", 8<<10),
	} {
		in := head("GET "+target+" HTTP/1.1", "Host: h")
		if out, _, ok := h1.AppendRequest(nil, []byte(in)); !ok || string(out) != in {
			t.Errorf("%.60q became %.60q, plain %t", in, out, ok)
		}
	}
}

// TestRequestNotPlain has every reason not to be plain.
func TestRequestNotPlain(t *testing.T) {
	t.Parallel()
	const host = "Host: h"
	for name, in := range map[string]string{
		"nothing":                     "",
		"empty line":                  "\r\n",
		"empty first line":            "\r\nGET / HTTP/1.1\r\n\r\n",
		"POST":                        head("POST / HTTP/1.1", host),
		"lower-case method":           head("get / HTTP/1.1", host),
		"GETX":                        head("GETX / HTTP/1.1", host),
		"CONNECT":                     head("CONNECT h:443 HTTP/1.1", host),
		"HTTP/1.0":                    head("GET / HTTP/1.0", host),
		"HTTP/1.2":                    head("GET / HTTP/1.2", host),
		"HTTP/2.0":                    head("GET / HTTP/2.0", host),
		"HTTP/0.9":                    head("GET /"),
		"lower-case version":          head("GET / http/1.1", host),
		"two blanks before target":    head("GET  / HTTP/1.1", host),
		"two blanks behind target":    head("GET /  HTTP/1.1", host),
		"tab behind target":           head("GET /\tHTTP/1.1", host),
		"blank behind version":        head("GET / HTTP/1.1 ", host),
		"two versions":                head("GET / HTTP/1.1 HTTP/1.1", host),
		"no target":                   head("GET  HTTP/1.1", host),
		"absolute form":               head("GET https://h/ HTTP/1.1", host),
		"asterisk":                    head("GET * HTTP/1.1", host),
		"relative":                    head("GET a HTTP/1.1", host),
		"query alone":                 head("GET ?a HTTP/1.1", host),
		"fragment":                    head("GET /#a HTTP/1.1", host),
		"NUL in target":               head("GET /\x00 HTTP/1.1", host),
		"DEL in target":               head("GET /\x7f HTTP/1.1", host),
		"UTF-8 in target":             head("GET /é HTTP/1.1", host),
		"CR in target":                head("GET /a\rb HTTP/1.1", host),
		"no Host":                     head("GET / HTTP/1.1"),
		"empty Host":                  head("GET / HTTP/1.1", "Host: "),
		"two Hosts":                   head("GET / HTTP/1.1", host, host),
		"two Hosts, one empty":        head("GET / HTTP/1.1", "Host:", host),
		"two Hosts, cases":            head("GET / HTTP/1.1", host, "hOST: h"),
		"Content-Length":              head("GET / HTTP/1.1", host, "Content-Length: 0"),
		"Content-Length, lower case":  head("GET / HTTP/1.1", host, "content-length: 4"),
		"Transfer-Encoding":           head("GET / HTTP/1.1", host, "Transfer-Encoding: chunked"),
		"Transfer-Encoding, identity": head("GET / HTTP/1.1", host, "TRANSFER-ENCODING: identity"),
		"TE":                          head("GET / HTTP/1.1", host, "TE: trailers"),
		"Trailer":                     head("GET / HTTP/1.1", host, "Trailer: X"),
		"Expect":                      head("GET / HTTP/1.1", host, "Expect: 100-continue"),
		"Upgrade":                     head("GET / HTTP/1.1", host, "Upgrade: websocket"),
		"HTTP2-Settings":              head("GET / HTTP/1.1", host, "HTTP2-Settings: AAMAAABkAAQAAP__"),
		"Connection: Upgrade":         head("GET / HTTP/1.1", host, "Connection: Upgrade"),
		"Connection: X-Hop":           head("GET / HTTP/1.1", host, "Connection: close, X-Hop", "X-Hop: 1"),
		"Connection with junk":        head("GET / HTTP/1.1", host, "Connection: close;q=1"),
		"Connection: Host":            head("GET / HTTP/1.1", host, "Connection: Host"),
		"blank before colon":          head("GET / HTTP/1.1", host, "X : y"),
		"blank before colon, Host":    head("GET / HTTP/1.1", "Host : h"),
		"no colon":                    head("GET / HTTP/1.1", host, "X"),
		"no name":                     head("GET / HTTP/1.1", host, ": x"),
		"name not a token":            head("GET / HTTP/1.1", host, "X(a): y"),
		"NUL in name":                 head("GET / HTTP/1.1", host, "X\x00: y"),
		"vertical tab in name":        head("GET / HTTP/1.1", host, "Transfer-Encoding\x0b: chunked"),
		"UTF-8 in name":               head("GET / HTTP/1.1", host, "É: y"),
		"NUL in value":                head("GET / HTTP/1.1", host, "X: a\x00b"),
		"CR in value":                 head("GET / HTTP/1.1", host, "X: a\rTransfer-Encoding: chunked"),
		"CR at the end of value":      head("GET / HTTP/1.1", host, "X: a\r"),
		"DEL in value":                head("GET / HTTP/1.1", host, "X: a\x7f"),
		"folded":                      head("GET / HTTP/1.1", host, "X: a", " b"),
		"folded by tab":               head("GET / HTTP/1.1", host, "X: a", "\tb"),
		"folded first":                head("GET / HTTP/1.1", " Host: h", host),
		"bare LF":                     "GET / HTTP/1.1\nHost: h\r\n\r\n",
		"bare LF in a field":          "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
		"bare LF at the end":          "GET / HTTP/1.1\r\nHost: h\r\n\n",
		"bytes behind":                head("GET / HTTP/1.1", host) + "x",
		"cut off":                     "GET / HTTP/1.1\r\nHost: h\r\n",
		"cut off in a line":           "GET / HTTP/1.1\r\nHost: h",
		"many lines":                  "GET / HTTP/1.1\r\nHost: h\r\n" + repeat(1000) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, got, ok := h1.AppendRequest([]byte("before"), []byte(in))
			if ok || string(out) != "before" {
				t.Errorf("plain %t, output %q; want neither", ok, out)
			}
			if diff := cmp.Diff(h1.Request{}, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}
