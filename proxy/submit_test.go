package proxy_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf16"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/japanese"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// The protected sign-in of these tests.
const (
	ownID       = "tencho@shop.example"
	ownPassword = "Momiji+2026/Takao"
	ownLabel    = "main shop"
)

// protect adds the protected sign-in.
func (l *lab) protect() {
	l.t.Helper()
	if err := l.accounts.Add(ownID, ownLabel, []byte(ownPassword)); err != nil {
		l.t.Fatalf("add account: %v", err)
	}
}

// sink is an origin that counts what reaches it besides the pages it serves.
type sink struct{ requests, bytes atomic.Int64 }

// ServeHTTP implements [http.Handler].
func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	n, _ := io.Copy(io.Discard, r.Body)
	s.bytes.Add(n + int64(len(r.URL.RawQuery)))
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, "taken")
}

// carrier is one way to carry a credential in a request.
type carrier struct {
	name, method, path, contentType, coding string
	header                                  map[string]string
	body                                    []byte
}

func packed(t testing.TB, to func(io.Writer) io.WriteCloser, p []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := to(&b)
	if _, err := w.Write(p); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// carriers are the encodings of the protected sign-in.
func carriers(t testing.TB) []carrier {
	t.Helper()
	form := url.Values{"email": {ownID}, "password": {ownPassword}, "remember": {"1"}}.Encode()
	object, err := json.Marshal(map[string]any{"user": map[string]any{"login": ownID, "credentials": []any{map[string]string{"password": ownPassword}}}})
	if err != nil {
		t.Fatal(err)
	}
	graph, err := json.Marshal(map[string]any{"query": "mutation($e:String!,$p:String!){signIn(email:$e,password:$p){id}}", "variables": map[string]string{"e": ownID, "p": ownPassword}})
	if err != nil {
		t.Fatal(err)
	}
	var parts bytes.Buffer
	mw := multipart.NewWriter(&parts)
	for k, v := range map[string]string{"email": ownID, "password": ownPassword} {
		if err := mw.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := mw.Close(); err != nil {
		t.Fatal(err)
	}
	sjis, err := japanese.ShiftJIS.NewEncoder().String("高尾山店")
	if err != nil {
		t.Fatal(err)
	}
	var wide bytes.Buffer
	wide.Write([]byte{0xff, 0xfe})
	for _, u := range utf16.Encode([]rune(string(object))) {
		wide.Write([]byte{byte(u), byte(u >> 8)})
	}
	const formType, jsonType = "application/x-www-form-urlencoded", "application/json"
	return []carrier{
		{name: "form", body: []byte(form), contentType: formType},
		{name: "JSON", body: object, contentType: jsonType},
		{name: "JSON as text", body: object, contentType: "text/plain;charset=UTF-8"},
		{name: "no type", body: []byte(form)},
		{name: "GraphQL", body: graph, contentType: jsonType},
		{name: "multipart", body: parts.Bytes(), contentType: mw.FormDataContentType()},
		{name: "PUT", method: http.MethodPut, body: object, contentType: jsonType},
		{name: "PATCH", method: http.MethodPatch, body: []byte(form), contentType: formType},
		{name: "query", method: http.MethodGet, path: "?" + form},
		{name: "Basic", method: http.MethodGet, header: map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(ownID+":"+ownPassword))}},
		{name: "base64", body: []byte("data=" + url.QueryEscape(base64.StdEncoding.EncodeToString(object))), contentType: formType},
		{name: "Shift_JIS", body: []byte(url.Values{"email": {ownID}, "password": {ownPassword}, "shop": {sjis}}.Encode()), contentType: formType + ";charset=Shift_JIS"},
		{name: "UTF-16", body: wide.Bytes(), contentType: jsonType + ";charset=utf-16"},
		{name: "gzip", coding: "gzip", contentType: jsonType, body: packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, object)},
		{name: "deflate", coding: "deflate", contentType: jsonType, body: packed(t, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, object)},
		{name: "br", coding: "br", contentType: jsonType, body: packed(t, func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }, object)},
		{name: "zstd", coding: "zstd", contentType: jsonType, body: packed(t, func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return z
		}, object)},
		{name: "in single quotes", body: []byte(`{'e':'` + ownID + `','k':'` + ownPassword + `'}`), contentType: "text/plain"},
		{name: "UTF-32", body: wider(string(object)), contentType: jsonType},
		{name: "behind decoys", body: []byte("e=" + url.QueryEscape(ownID) + decoys(12) + "&k=" + url.QueryEscape(ownPassword)), contentType: formType},
		{name: "behind padding", contentType: formType, body: []byte("pad=" + strings.Repeat("x", 900<<10) + "&" + form)},
	}
}

// wider is s in UTF-32.
func wider(s string) (b []byte) {
	for _, c := range s {
		b = binary.LittleEndian.AppendUint32(b, uint32(c))
	}
	return b
}

// decoys are n fields without a meaning, with values that could be passwords.
func decoys(n int) (form string) {
	for i := range n {
		form += fmt.Sprintf("&f%d=decoyvalue%d", i, i)
	}
	return form
}

// send makes the request that c is. chunked leaves its length unsaid.
func (c carrier) send(t *testing.T, d door, kind map[string]string, chunked bool) answer {
	t.Helper()
	header := withHeader(kind, "Content-Type", c.contentType, "Content-Encoding", c.coding)
	for k, v := range c.header {
		header[k] = v
	}
	for k, v := range header {
		if v == "" {
			delete(header, k)
		}
	}
	method := c.method
	if method == "" {
		method = http.MethodPost
	}
	var body io.Reader
	if c.body != nil {
		body = bytes.NewReader(c.body)
		if chunked {
			body = io.MultiReader(body) // a reader of which net/http knows no length
		}
	}
	return do(t, d.client, method, d.base+"/sign-in"+c.path, header, body)
}

// TestHeldSignIn: the protected sign-in leaves in no encoding, over no protocol.
func TestHeldSignIn(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	s := new(sink)
	all := carriers(t)
	l.each(t, s, func(t *testing.T, d door) {
		for _, c := range all {
			for name, kind := range map[string]map[string]string{"navigation": navigation, "fetch": fetch} {
				for _, chunked := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s %s chunked %t", c.name, name, chunked), func(t *testing.T) {
						a := c.send(t, d, kind, chunked)
						l.checkHeld(t, a, kind)
					})
				}
			}
		}
	})
	if n, b := s.requests.Load(), s.bytes.Load(); n != 0 || b != 0 {
		t.Errorf("the sink got %d requests with %d bytes; want none", n, b)
	}
	for _, e := range l.events(journal.Filter{Host: shop}) {
		if e.Door != journal.DoorGuard || e.Action != journal.ActionHold || e.Severity != journal.SeverityRed || e.Technique != "protected-sign-in" ||
			e.Account != ownLabel || e.Sent == nil || *e.Sent || len(e.Fields) == 0 || e.Incident == "" {
			t.Fatalf("event = %+v; want a red hold with account and fields, nothing sent", e)
		}
	}
}

// checkHeld checks the answer to a request that was stopped.
func (l *lab) checkHeld(t *testing.T, a answer, kind map[string]string) {
	t.Helper()
	if a.Header.Get("Sekisho-Incident") == "" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers = %v; want an incident, not to be stored", a.Header)
	}
	if kind["Sec-Fetch-Dest"] == "document" {
		if loc := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(loc, internalOrigin+"i/") {
			t.Errorf("answer = %d to %q; want 303 to the warning", a.StatusCode, loc)
		}
		return
	}
	if a.StatusCode != http.StatusForbidden || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("answer = %d %s; want 403 problem+json", a.StatusCode, a.Header.Get("Content-Type"))
	}
}

// TestUnchangedUpload: what is let through reaches the origin as it was sent.
func TestUnchangedUpload(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		for _, size := range []int{0, 1, 70_000, 1 << 20, 1<<20 + 1, 5 << 20} {
			for _, chunked := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d chunked %t", size, chunked), func(t *testing.T) {
					body := bytes.Repeat([]byte("nothing to see "), size/15+1)[:size]
					c := carrier{method: http.MethodPut, body: body, contentType: "application/octet-stream"}
					req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, d.base+"/upload", bytes.NewReader(c.body))
					if err != nil {
						t.Fatal(err)
					}
					if chunked {
						req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(c.body)), -1
						req.Trailer = http.Header{"X-Sum": {"later"}}
					}
					resp, err := d.client.Do(req)
					if err != nil {
						t.Fatal(err)
					}
					e := read(t, resp).echo(t)
					if e.Size != int64(size) || e.Sum != fmt.Sprintf("%x", sha256.Sum256(body)) {
						t.Errorf("the origin got %d bytes; want the %d that were sent", e.Size, size)
					}
					if got := e.Header.Get("Content-Length"); !chunked && size > 0 && got != fmt.Sprint(size) {
						t.Errorf("Content-Length = %q; want %d", got, size)
					}
					if chunked && e.Trailer.Get("X-Sum") != "later" {
						t.Errorf("trailer = %v; want it to follow", e.Trailer)
					}
				})
			}
		}
	})
}
