package proxy_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"sekisho/journal"
)

// copied is a page with the marks of Amazon's sign-in.
func copied(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "copied.html"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// serves answers everything with one page.
type serves struct {
	contentType, coding string
	pieces              [][]byte
	pause               time.Duration // between pieces
	chunked             bool
}

// ServeHTTP implements [http.Handler].
func (s serves) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Content-Type"] = nil
	if s.contentType != "" {
		h.Set("Content-Type", s.contentType)
	}
	if s.coding != "" {
		h.Set("Content-Encoding", s.coding)
	}
	h.Set("Set-Cookie", "theirs=1")
	if !s.chunked {
		h.Set("Content-Length", fmt.Sprint(len(bytes.Join(s.pieces, nil))))
	}
	for i, p := range s.pieces {
		if i > 0 && s.pause > 0 {
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(s.pause):
			case <-r.Context().Done():
				return
			}
		}
		if _, err := w.Write(p); err != nil {
			return
		}
	}
}

// kinds are the requests that a page may answer.
var kinds = []struct {
	name   string
	header map[string]string
}{{"navigation", navigation}, {"fetch", fetch}, {"frame", frame}}

// TestCopiedPage: a copy of the sign-in is replaced before a byte of it is shown,
// in every coding, over every protocol.
func TestCopiedPage(t *testing.T) {
	t.Parallel()
	page := copied(t)
	const html = "text/html; charset=utf-8"
	for name, h := range map[string]serves{
		"as it is":      {contentType: html, pieces: [][]byte{page}},
		"chunked":       {contentType: html, pieces: [][]byte{page[:300], page[300:700], page[700:]}, chunked: true},
		"slowly":        {contentType: html, pieces: [][]byte{page[:300], page[300:700], page[700:]}, chunked: true, pause: 50 * time.Millisecond},
		"gzip":          {contentType: html, coding: "gzip", pieces: [][]byte{packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, page)}},
		"br":            {contentType: html, coding: "br", pieces: [][]byte{packed(t, func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }, page)}},
		"without type":  {pieces: [][]byte{page}},
		"much before":   {contentType: html, pieces: [][]byte{[]byte("<!doctype html><!--" + strings.Repeat("x", 300<<10) + "-->"), page}},
		"as XHTML":      {contentType: "application/xhtml+xml", pieces: [][]byte{page}},
		"other status":  {contentType: html, pieces: [][]byte{page}},
		"until the end": {contentType: html, pieces: [][]byte{page}, chunked: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			l.each(t, h, func(t *testing.T, d door) {
				for _, k := range kinds {
					a := get(t, d.client, d.base+"/", k.header)
					l.checkReplaced(t, a, k.name)
				}
			})
			l.checkPageEvents(t)
		})
	}
}

// checkReplaced checks an answer in place of a page.
func (l *lab) checkReplaced(t *testing.T, a answer, kind string) {
	t.Helper()
	if strings.Contains(a.body, "appActionToken") || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("%s: something of the site came through: %v %.100s", kind, a.Header, a.body)
	}
	if a.Header.Get("Sekisho-Incident") == "" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: headers = %v; want an incident, not to be stored", kind, a.Header)
	}
	want := map[string]string{"navigation": "303 text/plain; charset=utf-8", "fetch": "403 application/problem+json", "frame": "403 text/html; charset=utf-8"}[kind]
	if got := fmt.Sprintf("%d %s", a.StatusCode, a.Header.Get("Content-Type")); got != want {
		t.Errorf("%s: answer = %s; want %s", kind, got, want)
	}
}

func (l *lab) checkPageEvents(t *testing.T) {
	t.Helper()
	events := l.events(journal.Filter{Host: shop})
	if len(events) != 15 {
		t.Errorf("%d events; want one a request", len(events))
	}
	for _, e := range events {
		if e.Door != journal.DoorPage || e.Action != journal.ActionBlock || e.Severity != journal.SeverityRed || e.Technique != "sign-in-copy" || len(e.Signs) < 2 {
			t.Fatalf("event = %+v; want a red block of the page with its signs", e)
		}
	}
}

// TestGivenAway: a bundle that gives its site away is cut before the piece that
// does, and from then on nothing of the site is shown.
func TestGivenAway(t *testing.T) {
	t.Parallel()
	bundle := []byte("(()=>{" + strings.Repeat("var a=1;", 20_000))
	bundle = append(bundle, []byte("const page=`"+string(copied(t))+"`;document.body.innerHTML=page})()"+strings.Repeat(";var b=2", 40_000))...)
	eachAlone(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/app.js" {
			serves{contentType: "text/javascript", pieces: [][]byte{bundle[:1000], bundle[1000:]}, chunked: true}.ServeHTTP(w, r)
			return
		}
		serves{contentType: "text/html", pieces: [][]byte{[]byte(`<!doctype html><div id=app></div><script src=/app.js></script>`)}}.ServeHTTP(w, r)
	}), func(t *testing.T, l *lab, d door) {
		if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK {
			t.Fatalf("the empty page = %d; want it shown", a.StatusCode)
		}
		script := map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script", "Sec-Fetch-Site": "same-origin", "Referer": d.base + "/"}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.base+"/app.js", nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range script {
			req.Header.Set(k, v)
		}
		resp, err := d.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err == nil || len(b) == 0 || strings.Contains(string(b), "appActionToken") {
			t.Errorf("the bundle = %d, %d bytes, %v; want it cut in the middle", resp.StatusCode, len(b), err)
		}
		for _, k := range kinds {
			l.checkReplaced(t, get(t, d.client, d.base+"/", k.header), k.name)
		}
	})
}

// eachAlone runs f for every door, each to a proxy that knows nothing yet.
func eachAlone(t *testing.T, h http.Handler, f func(t *testing.T, l *lab, d door)) {
	for i, name := range []string{"h2 to h2", "h2 to h1", "h1 to h2", "h1 to h1", "clear"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			f(t, l, l.doors(h)[i])
		})
	}
}

// TestOrdinaryPages: nothing of an ordinary page changes, whatever its coding.
func TestOrdinaryPages(t *testing.T) {
	t.Parallel()
	l := start(t)
	text := []byte("<!doctype html><title>lamps</title><h1>lamps</h1>" + strings.Repeat("<p>a lamp as on Amazon</p>", 40_000))
	for name, h := range map[string]serves{
		"large":      {contentType: "text/html", pieces: [][]byte{text}},
		"in pieces":  {contentType: "text/html", pieces: [][]byte{text[:10], text[10:20000], text[20000:]}, chunked: true, pause: 10 * time.Millisecond},
		"with pause": {contentType: "text/html", pieces: [][]byte{text[:10], text[10:]}, chunked: true, pause: 700 * time.Millisecond},
		"script":     {contentType: "text/javascript", pieces: [][]byte{text}},
		"image":      {contentType: "image/png", pieces: [][]byte{text}},
	} {
		l.each(t, h, func(t *testing.T, d door) {
			for _, k := range kinds {
				if a := get(t, d.client, d.base+"/", k.header); a.StatusCode != http.StatusOK || a.body != string(bytes.Join(h.pieces, nil)) || a.Header.Get("Set-Cookie") != "theirs=1" {
					t.Errorf("%s %s: %d, %d bytes; want it as it was", name, k.name, a.StatusCode, len(a.body))
				}
			}
		})
	}
	if n := len(l.events(journal.Filter{})); n != 0 {
		t.Errorf("%d events; want none", n)
	}
}

// TestStreamedPage: a page that pauses is shown up to there, and is still read.
func TestStreamedPage(t *testing.T) {
	t.Parallel()
	head := []byte("<!doctype html><title>one moment</title><p>one moment</p>")
	filling := []byte("<!doctype html><title>one moment</title><!--" + strings.Repeat("x", 700<<10) + "-->")
	for _, tt := range []struct {
		name       string
		head, rest []byte
		pause      time.Duration
	}{
		{"copied", head, copied(t), 1500 * time.Millisecond},
		{"made by hand", head, []byte(handmade), 1500 * time.Millisecond},
		{"behind much else", filling, []byte(handmade), 100 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) { t.Parallel(); streamed(t, tt.head, tt.rest, tt.pause) })
	}
}

// handmade is a small copy without anything of Amazon's own making.
const handmade = `<title>アマゾン ログイン</title><h1>Amazon サインイン</h1><form action=next.php method=post>` +
	`<p>Eメールまたは携帯電話番号</p><input name=u><p>パスワード</p><input type=password name=p><button>ログイン</button></form>` +
	`<p>続行することで、Amazonの利用規約およびプライバシー規約に同意するものとみなされます。</p><a href=#>Amazonの新しいお客様ですか?</a></body></html>`

func streamed(t *testing.T, head, rest []byte, pause time.Duration) {
	eachAlone(t, serves{contentType: "text/html; charset=utf-8", pieces: [][]byte{head, rest}, chunked: true, pause: pause}, func(t *testing.T, l *lab, d door) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.base+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range frame {
			req.Header.Set(name, value)
		}
		resp, err := d.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err == nil || string(b) != string(head) {
			t.Errorf("%d bytes, %v; want the beginning alone, and a cut", len(b), err)
		}
		a := get(t, d.client, d.base+"/", navigation)
		l.checkReplaced(t, a, "navigation")
		page := get(t, l.client(), a.Header.Get("Location"), withHeader(navigation, "Accept-Language", "en"))
		if strings.Contains(page.body, "before it was shown") || !strings.Contains(page.body, "part of this site was shown") {
			t.Error("the warning does not say that part of the site was shown")
		}
	})
}

// TestTellingAddress: a request for one of Amazon's own files counts against the
// page that makes it, though what it brings is not read.
func TestTellingAddress(t *testing.T) {
	t.Parallel()
	eachAlone(t, serves{contentType: "image/png", pieces: [][]byte{[]byte("png")}}, func(t *testing.T, l *lab, d door) {
		client := netip.MustParseAddr("127.0.0.1")
		for _, tt := range []struct {
			path string
			want bool
		}{{"/i/lamp.png?ref=x", false}, {"/images/AuthenticationPortalAssets/sprite.png", true}} {
			if a := get(t, d.client, d.base+tt.path, withHeader(image, "Referer", d.base+"/")); a.body != "png" {
				t.Fatalf("%s = %d", tt.path, a.StatusCode)
			}
			if got := l.dossier.Hints(name(t, shop), client).Suspicious; got != tt.want {
				t.Errorf("after %s the site is suspicious = %t; want %t", tt.path, got, tt.want)
			}
		}
	})
}
