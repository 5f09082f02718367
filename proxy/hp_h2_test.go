package proxy_test

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"sekisho/internal/labnet"
)

// malformed are requests that HTTP/2 can carry and HTTP/1.1 would read as
// something else (RFC 9113, section 10.3). self is the tunnel's authority.
func malformed(self string) map[string][]field {
	with := func(f ...field) []field { return head(self, "/echo", f...) }
	post := func(f ...field) []field {
		fields := with(f...)
		fields[0].value = "POST"
		return fields
	}
	replaced := func(i int, value string) []field {
		fields := with()
		fields[i].value = value
		return fields
	}
	return map[string][]field{
		"CRLF in value":              with(field{"x-a", "1\r\nX-Evil: 1"}),
		"LF in value":                with(field{"x-a", "1\nX-Evil: 1"}),
		"request in value":           with(field{"x-a", "1\r\n\r\nGET /evil HTTP/1.1\r\nHost: " + self + "\r\n\r\n"}),
		"NUL in value":               with(field{"x-a", "1\x00"}),
		"CRLF in name":               with(field{"x-a: 1\r\nx-evil", "1"}),
		"colon in name":              with(field{"x-evil: 1", "1"}),
		"space in name":              with(field{"x evil", "1"}),
		"upper case in name":         with(field{"X-Evil", "1"}),
		"empty name":                 with(field{"", "1"}),
		"transfer-encoding":          post(field{"transfer-encoding", "chunked"}),
		"transfer-encoding and size": post(field{"content-length", "4"}, field{"transfer-encoding", "chunked"}),
		"connection":                 with(field{"connection", "x-a"}),
		"proxy-connection":           with(field{"proxy-connection", "keep-alive"}),
		"keep-alive":                 with(field{"keep-alive", "timeout=5"}),
		"upgrade":                    with(field{"upgrade", "h2c"}),
		"length without a body":      with(field{"content-length", "5"}),
		"length with a sign":         with(field{"content-length", "+0"}),
		"length with a space":        with(field{"content-length", " 0"}),
		"length that is none":        with(field{"content-length", "x"}),
		"te":                         with(field{"te", "chunked"}),
		"space in path":              replaced(3, "/echo HTTP/1.1"),
		"space in query":             replaced(3, "/echo?q HTTP/1.1"),
		"tab in query":               replaced(3, "/echo?q\tHTTP/1.1"),
		"CRLF in path":               replaced(3, "/echo HTTP/1.1\r\nX-Evil: 1"),
		"CRLF in query":              replaced(3, "/echo?q HTTP/1.1\r\nX-Evil: 1"),
		"empty path":                 replaced(3, ""),
		"no slash in path":           replaced(3, "echo"),
		"absolute path":              replaced(3, "https://other.labnet.example/echo"),
		"hash in path":               replaced(3, "/echo#a"),
		"hash in query":              replaced(3, "/echo?q#a"),
		"hash alone":                 replaced(3, "/#"),
		"blank before a value":       with(field{"x-a", " 1"}),
		"blank behind a value":       with(field{"x-a", "1 "}),
		"tab before a value":         with(field{"x-a", "\t1"}),
		"tab behind a value":         with(field{"x-a", "1\t"}),
		"blank alone":                with(field{"x-a", " "}),
		"two methods":                with(field{":method", "POST"}),
		"two schemes":                with(field{":scheme", "https"}),
		"two paths":                  with(field{":path", "/evil"}),
		"two authorities":            with(field{":authority", lookalike}),
		"pseudo-header at the end":   with(field{"x-a", "1"}, field{":path", "/evil"}),
		"unknown pseudo-header":      with(field{":evil", "1"}),
		"response's pseudo-header":   with(field{":status", "200"}),
		"extended CONNECT":           append([]field{{":method", "CONNECT"}, {":protocol", "websocket"}}, with()[1:]...),
		"CONNECT":                    {{":method", "CONNECT"}, {":authority", self}},
		"method with a path":         replaced(0, "GET /evil HTTP/1.1\r\nX-Evil:"),
		"space in method":            replaced(0, "GET /evil"),
		"no scheme":                  {with()[0], with()[2], with()[3]},
		"odd scheme":                 replaced(1, "ftp"),
		"other authority":            replaced(2, "other.labnet.example"),
		"lookalike's authority":      replaced(2, lookalike),
		"userinfo in authority":      replaced(2, "x@"+self),
		"CRLF in authority":          replaced(2, self+"\r\nX-Evil: 1"),
		"authority and other host":   with(field{"host", lookalike}),
		"authority and two hosts":    with(field{"host", self}, field{"host", lookalike}),
		"no authority, other host":   {with()[0], with()[1], with()[3], {"host", lookalike}},
		"no authority, no host":      {with()[0], with()[1], with()[3]},
	}
}

// downgrading is an origin that speaks HTTP/2 until it was asked for /last, and
// HTTP/1.1 on every later connection: what an intercepted HTTP/2 client says
// has to be said to it in HTTP/1.1.
func (l *lab) downgrading(t *testing.T) *labnet.Origin {
	t.Helper()
	var old atomic.Bool
	site := labnet.Handler()
	last := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/last" {
			old.Store(true)
			w.Header().Set("Connection", "close")
			return
		}
		site.ServeHTTP(w, r)
	})
	o := l.Origin([]string{shop}, last, labnet.TLS(func(cfg *tls.Config) {
		cfg.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			if !old.Load() {
				return nil, nil
			}
			h1 := cfg.Clone()
			h1.NextProtos = []string{"http/1.1"}
			return h1, nil
		}
	}))
	h := l.rawH2(t, authority(shop, o))
	if err := h.open(1, true, head(authority(shop, o), "/last")...); err != nil {
		t.Fatal(err)
	}
	if got := h.outcome(1); got.status != "200" {
		t.Fatalf("/last = %s; want 200", got)
	}
	wait(t, "the origin to close", func() bool { return o.Open() == 0 })
	return o
}

// TestCasesDowngrade is HP-06: what is malformed in HTTP/2 reaches no origin,
// whichever version that speaks.
func TestCasesDowngrade(t *testing.T) {
	t.Parallel()
	l := start(t)
	h2 := l.Origin([]string{shop}, labnet.Handler())
	for _, to := range []struct {
		proto string
		o     *labnet.Origin
	}{{"HTTP/2.0", h2}, {"HTTP/1.1", l.downgrading(t)}} {
		self := authority(shop, to.o)
		t.Run("HP-06 to "+to.proto, func(t *testing.T) {
			h := l.rawH2(t, self)
			if err := h.open(1, true, head(self, "/echo", field{"host", strings.ToUpper(self)})...); err != nil {
				t.Fatal(err)
			}
			got, e := h.outcome(1), labnet.Echo{}
			if err := json.Unmarshal(got.body, &e); err != nil || e.Proto != to.proto || e.Host != self {
				t.Fatalf("a sound request: %s, seen as %s for %q", got, e.Proto, e.Host)
			}
			for name, fields := range malformed(self) {
				t.Run(name, func(t *testing.T) {
					before, heard := to.o.Requests(), to.o.ReceivedBytes()
					h := l.rawH2(t, self)
					_ = h.open(1, fields[0].value != "POST", fields...)
					if fields[0].value == "POST" {
						_ = h.WriteData(1, true, []byte("0\r\n\r\n"))
					}
					if got := h.outcome(1); !got.refused() || to.o.Requests() != before {
						t.Errorf("%s, %d requests at the origin; want a refusal and none", got, to.o.Requests()-before)
					}
					if n := to.o.ReceivedBytes() - heard; n != 0 && to.proto == "HTTP/1.1" {
						t.Errorf("the origin got %d bytes; want none", n)
					}
				})
			}
		})
	}
	t.Run("HP-06 sizes to HTTP/2.0", func(t *testing.T) {
		l.sizes(t, func() *labnet.Origin { return l.Origin([]string{shop}, labnet.Handler()) })
	})
	t.Run("HP-06 sizes to HTTP/1.1", func(t *testing.T) { l.sizes(t, func() *labnet.Origin { return l.downgrading(t) }) })
}

// sizes holds that the frames decide how long a body is. What content-length
// says must agree, or goes unheard.
func (l *lab) sizes(t *testing.T, origin func() *labnet.Origin) {
	for _, tt := range []struct {
		name, body string
		sizes      []string
		refused    bool
	}{
		{"less than said", "1234", []string{"10"}, true},
		{"more than said", "1234GET /evil HTTP/1.1\r\n\r\n", []string{"4"}, true},
		{"none though said", "", []string{"4"}, false},
		{"two sizes", "1234", []string{"4", "10"}, true},
		{"signed", "1234", []string{"+4"}, false},
		{"list", "1234", []string{"4, 4"}, false},
		{"not said", "1234", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := origin()
			self := authority(shop, o)
			fields := head(self, "/echo")
			fields[0].value = "POST"
			for _, s := range tt.sizes {
				fields = append(fields, field{"content-length", s})
			}
			before := o.Requests()
			h := l.rawH2(t, self)
			_ = h.open(1, tt.body == "", fields...)
			if tt.body != "" {
				_ = h.WriteData(1, true, []byte(tt.body))
			}
			got := h.outcome(1)
			if got.refused() {
				return
			}
			var e labnet.Echo
			if err := json.Unmarshal(got.body, &e); err != nil || tt.refused || e.URI != "/echo" || e.Size != 0 && e.Size != int64(len(tt.body)) {
				t.Errorf("%s; the origin saw %s of %d bytes", got, e.URI, e.Size)
			}
			if n := o.Requests() - before; n != 1 {
				t.Errorf("the origin saw %d requests; want 1", n)
			}
		})
	}
}
