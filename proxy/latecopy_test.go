package proxy_test

import (
	"compress/gzip"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// filler is longer than what is held of a document.
var filler = `<!doctype html><meta charset=utf-8><title>one moment</title><p hidden>` + strings.Repeat("wait ", 130<<10) + `</p>`

// lateAnswer gets a page that a site ends late, with what came of it and how it ended.
func lateAnswer(t *testing.T, d door, header map[string]string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.base+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := d.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

// led is where the last tag of a page leads the tab.
func led(page string) string {
	_, to, _ := strings.Cut(page, `<meta http-equiv=refresh content="0;url=`)
	to, _, _ = strings.Cut(to, `"`)
	return to
}

// TestLateCopy: a copy of which the start is in a tab already ends there, and leads
// the tab to the warning.
func TestLateCopy(t *testing.T) {
	t.Parallel()
	for _, chunked := range []bool{false, true} {
		h := serves{contentType: "text/html; charset=utf-8", pieces: [][]byte{[]byte(filler), []byte(handmade)}, pause: 100 * time.Millisecond, chunked: chunked}
		eachAlone(t, h, func(t *testing.T, l *lab, d door) {
			page, err := lateAnswer(t, d, navigation)
			if err != nil || !strings.HasPrefix(page, filler[:600<<10]) || strings.Contains(page, "name=u") {
				t.Fatalf("the page is %.800q, %v; want the start alone", page[min(len(page), len(filler)):], err)
			}
			next := led(page)
			if !strings.HasPrefix(next, "https://sekisho.internal/i/") {
				t.Fatalf("the tab is led to %q", next)
			}
			w := get(t, l.client(), next, withHeader(navigation, "Accept-Language", "en"))
			if w.StatusCode != http.StatusOK || !strings.Contains(w.body, "part of this site was shown") {
				t.Errorf("the warning = %d: %s", w.StatusCode, w.body)
			}
		})
	}
}

// TestLateCopyAtTheEnd: the last bytes of a page of a known length give it away.
func TestLateCopyAtTheEnd(t *testing.T) {
	t.Parallel()
	i := strings.Index(handmade, "<p>続行")
	h := serves{contentType: "text/html", pieces: [][]byte{[]byte(filler), []byte(handmade[:i]), []byte(handmade[i:])}, pause: 100 * time.Millisecond}
	eachAlone(t, h, func(t *testing.T, _ *lab, d door) {
		page, err := lateAnswer(t, d, navigation)
		if next := led(page); err != nil || !strings.HasPrefix(next, "https://sekisho.internal/i/") {
			t.Errorf("the tab is led to %q, %v", next, err)
		}
	})
}

// TestLateCopyElsewhere: what is no page in a tab, or cannot be written into, is
// cut.
func TestLateCopyElsewhere(t *testing.T) {
	t.Parallel()
	noise := strings.Builder{} // does not compress below what is held
	for n := uint64(1); noise.Len() < 2<<20; n = n*6364136223846793005 + 1442695040888963407 {
		noise.WriteByte('a' + byte(n>>59)%26)
	}
	packedPage := packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, []byte(filler+"<p hidden>"+noise.String()+"</p>"+handmade))
	for name, tt := range map[string]struct {
		serves
		header map[string]string
	}{
		"a script's": {serves{contentType: "text/html", pieces: [][]byte{[]byte(filler), []byte(handmade)}}, fetch},
		"a frame's":  {serves{contentType: "text/html", pieces: [][]byte{[]byte(filler), []byte(handmade)}}, frame},
		"XHTML":      {serves{contentType: "application/xhtml+xml", pieces: [][]byte{[]byte(filler), []byte(handmade)}}, navigation},
		"coded":      {serves{contentType: "text/html", coding: "gzip", pieces: [][]byte{packedPage}}, navigation},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.chunked, tt.pause = true, 100*time.Millisecond
			eachAlone(t, tt.serves, func(t *testing.T, _ *lab, d door) {
				page, err := lateAnswer(t, d, withHeader(tt.header, "Accept-Encoding", "gzip"))
				if err == nil || strings.Contains(page, "sekisho") {
					t.Errorf("%d bytes, %v; want a cut", len(page), err)
				}
			})
		})
	}
}

// TestOpenBlock: a copy whose compressed block does not end, which browsers show all the
// same, is replaced like one that came whole.
func TestOpenBlock(t *testing.T) {
	t.Parallel()
	body := packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, []byte(handmade+"<p hidden>"+strings.Repeat("0123456789", 3)))
	h := serves{contentType: "text/html; charset=utf-8", coding: "gzip", pieces: [][]byte{body[:len(body)-20], body[len(body)-20:]}, pause: 5 * time.Second, chunked: true}
	eachAlone(t, h, func(t *testing.T, _ *lab, d door) {
		resp := get(t, d.client, d.base+"/", withHeader(navigation, "Accept-Encoding", "gzip"))
		if resp.StatusCode != http.StatusSeeOther || !strings.HasPrefix(resp.Header.Get("Location"), "https://sekisho.internal/i/") {
			t.Errorf("%d, %d bytes; want the warning", resp.StatusCode, len(resp.body))
		}
	})
}

// TestLargePage: a large page that is none comes as it was.
func TestLargePage(t *testing.T) {
	t.Parallel()
	end := strings.Repeat("<p>lamps and teapots</p>", 4<<10)
	for _, chunked := range []bool{false, true} {
		h := serves{contentType: "text/html", pieces: [][]byte{[]byte(filler), []byte(end), []byte("<p>end</p>")}, pause: 100 * time.Millisecond, chunked: chunked}
		eachAlone(t, h, func(t *testing.T, _ *lab, d door) {
			if page, err := lateAnswer(t, d, navigation); err != nil || page != filler+end+"<p>end</p>" {
				t.Errorf("chunked %t: %d bytes, %v; want all of it", chunked, len(page), err)
			}
		})
	}
}

// TestHeadCopy: a document that comes in a header is held before the header is there
// to be read, whatever its body is.
func TestHeadCopy(t *testing.T) {
	t.Parallel()
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<!doctype html><script src=/a.js></script>")
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Page", base64.StdEncoding.EncodeToString([]byte("<meta charset=utf-8>"+handmade)))
		_ = http.NewResponseController(w).Flush()
		time.Sleep(50 * time.Millisecond)
		_, _ = io.WriteString(w, "{}")
	})
	eachAlone(t, answer, func(t *testing.T, l *lab, d door) {
		if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK {
			t.Fatalf("the shell = %d", a.StatusCode)
		}
		a := get(t, d.client, d.base+"/data", withHeader(fetch, "Referer", d.base+"/"))
		l.checkReplaced(t, a, "fetch")
		if a.Header.Get("X-Page") != "" {
			t.Error("the header came through")
		}
	})
}
