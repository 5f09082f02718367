package proxy_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"sekisho/guard"
	"sekisho/internal/labnet"
	"sekisho/journal"
)

// door is one way through the proxy: what the client speaks, what the origin
// speaks, and with or without TLS.
type door struct {
	name   string
	client *http.Client
	origin *labnet.Origin
	base   string // URL without a path
}

// doors starts an origin for each way through the proxy.
func (l *lab) doors(h http.Handler) []door {
	h2 := l.Origin([]string{shop}, h)
	h1 := l.Origin([]string{shop}, h, labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, h, labnet.Plain())
	return []door{
		{"h2 to h2", l.client(), h2, https(shop, h2, "")},
		{"h2 to h1", l.client(), h1, https(shop, h1, "")},
		{"h1 to h2", l.client1(), h2, https(shop, h2, "")},
		{"h1 to h1", l.client1(), h1, https(shop, h1, "")},
		{"clear", l.client1(), clear, plain(shop, clear, "")},
	}
}

// each runs f for every door to an origin with h.
func (l *lab) each(t *testing.T, h http.Handler, f func(t *testing.T, d door)) {
	for _, d := range l.doors(h) {
		t.Run(d.name, func(t *testing.T) { f(t, d) })
	}
}

func TestOrdinary(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		a := do(t, d.client, "POST", d.base+"/echo/path?q=1", map[string]string{"X-Mine": "kept", "Cookie": "a=b"}, strings.NewReader("hello"))
		e := a.echo(t)
		if e.Method != "POST" || e.URI != "/echo/path?q=1" || e.Header.Get("X-Mine") != "kept" || e.Header.Get("Cookie") != "a=b" ||
			e.Sum != fmt.Sprintf("%x", sha256.Sum256([]byte("hello"))) || "http://"+e.Host != strings.Replace(d.base, "https", "http", 1) {
			t.Errorf("the origin saw %+v", e)
		}
		for key := range a.Header {
			if strings.HasPrefix(key, "Sekisho") || key == "Via" {
				t.Errorf("the answer has got %s", key)
			}
		}
	})
	if got := len(l.events(journal.Filter{})); got != 0 {
		t.Errorf("%d events; want none for ordinary traffic", got)
	}
}

// TestHP31HP32HP33HP34AC22Headers covers what may and may not change on the way.
func TestHP31HP32HP33HP34AC22Headers(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		t.Run("HP-31 named by Connection", func(t *testing.T) {
			// Over HTTP/2 the client's own transport drops Connection
			// (RFC 9113, section 8.2.2), and X-Hop is an ordinary header.
			if strings.HasPrefix(d.name, "h2") {
				return
			}
			e := get(t, d.client, d.base+"/echo", map[string]string{"Connection": "X-Hop", "X-Hop": "1", "X-Stay": "1"}).echo(t)
			if e.Header.Get("X-Hop") != "" || e.Header.Get("X-Stay") != "1" {
				t.Errorf("the origin saw %v; want no X-Hop", e.Header)
			}
		})
		t.Run("HP-31 of another protocol", func(t *testing.T) {
			e := get(t, d.client, d.base+"/echo", map[string]string{"Http2-Settings": "AAMAAABkAAQAAP__"}).echo(t)
			if e.Header["Http2-Settings"] != nil {
				t.Errorf("the origin saw %v; want nothing of HTTP/2", e.Header)
			}
		})
		t.Run("HP-32 Accept-Encoding", func(t *testing.T) {
			for sent, want := range map[string]string{
				"br;q=0.5,zstd , gzip": "br;q=0.5,zstd , gzip", // as it was sent
				"":                     "",
				// An answer has to be read: no coding that sekisho does not know.
				"br;q=0.5, zstd, x-odd": "br;q=0.5, zstd", "dcb, gzip, br": "gzip, br", "x-odd": "identity",
				"*": "gzip, deflate, br, zstd",
			} {
				e := get(t, d.client, d.base+"/echo", map[string]string{"Accept-Encoding": sent}).echo(t)
				if got := e.Header.Get("Accept-Encoding"); got != want {
					t.Errorf("Accept-Encoding %q became %q; want %q", sent, got, want)
				}
			}
			if e := get(t, d.client, d.base+"/echo", nil).echo(t); e.Header["Accept-Encoding"] != nil {
				t.Errorf("Accept-Encoding = %q; want none", e.Header["Accept-Encoding"])
			}
		})
		t.Run("HP-33 User-Agent", func(t *testing.T) {
			if e := get(t, d.client, d.base+"/echo", map[string]string{"User-Agent": ""}).echo(t); e.Header["User-Agent"] != nil {
				t.Errorf("User-Agent = %q; want none", e.Header["User-Agent"])
			}
		})
		t.Run("HP-34 forwarding headers", func(t *testing.T) {
			mine := map[string]string{"X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7", "Via": "1.1 mine", "X-Forwarded-Host": "h", "X-Forwarded-Proto": "p"}
			e := get(t, d.client, d.base+"/echo", mine).echo(t)
			for key, want := range mine {
				if got := e.Header[http.CanonicalHeaderKey(key)]; len(got) != 1 || got[0] != want {
					t.Errorf("%s = %q; want %q alone", key, got, want)
				}
			}
			e = get(t, d.client, d.base+"/echo", nil).echo(t)
			for key := range mine {
				if got := e.Header[http.CanonicalHeaderKey(key)]; got != nil {
					t.Errorf("%s = %q; want none", key, got)
				}
			}
		})
		t.Run("AC-22 Proxy-Authorization", func(t *testing.T) {
			e := get(t, d.client, d.base+"/echo", map[string]string{"Proxy-Authorization": "Basic eA==", "Proxy-Connection": "keep-alive"}).echo(t)
			if e.Header["Proxy-Authorization"] != nil || e.Header["Proxy-Connection"] != nil {
				t.Errorf("the origin saw %v", e.Header)
			}
		})
	})
}

// TestHP25Bodyless is HP-25: no phantom bodies.
func TestHP25Bodyless(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		a := do(t, d.client, "HEAD", d.base+"/download?bytes=1000", nil, nil)
		if a.StatusCode != 200 || a.ContentLength != 1000 || a.body != "" {
			t.Errorf("HEAD = %d, length %d, body %q; want 200, 1000, none", a.StatusCode, a.ContentLength, a.body)
		}
		for _, code := range []int{204, 205, 304, 404, 500} {
			a := get(t, d.client, d.base+fmt.Sprintf("/status/%d", code), nil)
			if bodyless := code < 400 && code != 205; a.StatusCode != code || bodyless && a.body != "" {
				t.Errorf("GET status %d = %d, body %q", code, a.StatusCode, a.body)
			}
		}
		if a := get(t, d.client, d.base+"/echo", nil); a.StatusCode != 200 {
			t.Errorf("the next request = %d; want 200", a.StatusCode)
		}
	})
}

func TestHP21EarlyHints(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		t.Run("HP-21", func(t *testing.T) {
			var code int
			var link string
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				Got1xxResponse: func(c int, h textproto.MIMEHeader) error { code, link = c, h.Get("Link"); return nil },
			})
			req, err := http.NewRequestWithContext(ctx, "GET", d.base+"/early-hints", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := d.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if a := read(t, resp); a.body != "after hints" || code != 103 || !strings.Contains(link, "preload") {
				t.Errorf("got %d %q before %q; want 103 with a Link", code, link, a.body)
			}
		})
	})
}

func TestHP22HP23Trailers(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		t.Run("HP-22 response", func(t *testing.T) {
			a := get(t, d.client, d.base+"/trailers", map[string]string{"TE": "trailers"})
			want := fmt.Sprintf("%x", sha256.Sum256([]byte(a.body)))
			if got := a.Trailer.Get("X-Sum"); got != want || a.Trailer.Get("X-Late") != "unannounced" {
				t.Errorf("trailers = %v; want X-Sum %s and X-Late", a.Trailer, want)
			}
		})
		for what, body := range map[string]string{"held": "body", "longer than is held": strings.Repeat("body", guard.MaxBody/3)} {
			for _, sized := range []bool{false, true} {
				if sized && d.name != "h2 to h2" {
					continue // in HTTP/1.1 a length excludes trailers
				}
				t.Run(fmt.Sprintf("HP-23 request, %s, with a length %t", what, sized), func(t *testing.T) {
					e := withTrailer(t, d, body, sized)
					if e.Trailer.Get("X-Checksum") != "of the body" || e.Size != int64(len(body)) {
						t.Errorf("the origin saw %d bytes and the trailers %v; want %d and X-Checksum", e.Size, e.Trailer, len(body))
					}
					if got := e.Header.Get("Content-Length") != ""; got != sized {
						t.Errorf("the origin saw a length: %t", got)
					}
				})
			}
		}
	})
}

// withTrailer sends body with a trailer, which is known behind it.
func withTrailer(t *testing.T, d door, body string, sized bool) labnet.Echo {
	t.Helper()
	pr, pw := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), "POST", d.base+"/echo", pr)
	if err != nil {
		t.Fatal(err)
	}
	req.Trailer = http.Header{"X-Checksum": nil}
	if sized {
		req.ContentLength = int64(len(body))
	}
	go func() {
		_, _ = io.WriteString(pw, body)
		req.Trailer.Set("X-Checksum", "of the body")
		_ = pw.Close()
	}()
	resp, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, resp).echo(t)
}
