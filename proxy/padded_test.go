package proxy_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/interstitial"
)

// TestPadded: a copy behind so much that is not seen that nothing more is read is not
// passed on where that cost nothing to send; data, downloads, and what a machine writes
// are, however well it compresses.
func TestPadded(t *testing.T) {
	t.Parallel()
	const long = 17 << 20
	blanks := strings.Repeat(" ", long)
	var rows strings.Builder
	for n := uint64(1); rows.Len() < long; n = n*6364136223846793005 + 1442695040888963407 {
		rows.WriteString("<tr><td>teapot</td><td>" + string(rune('a'+n>>60)) + string(rune('a'+n>>57&15)) + string(rune('a'+n>>52&15)) + "</td></tr>\n")
	}
	zip := func(text string) []byte {
		return packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, []byte(text))
	}
	script := map[string]string{"Sec-Fetch-Dest": "script", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin"}
	for name, tt := range map[string]struct {
		contentType, text string
		header            map[string]string
		cut               bool
	}{
		"a page":         {"text/html; charset=utf-8", "<!doctype html>" + blanks + handmade, navigation, true},
		"a comment":      {"text/html; charset=utf-8", "<!doctype html><!--" + blanks + "-->" + handmade, navigation, true},
		"zeros":          {"text/html; charset=utf-8", "<!doctype html><table>" + strings.Repeat("<tr><td>0</td><td>0</td></tr>\n", long/29) + "</table>", navigation, false},
		"a log":          {"text/html; charset=utf-8", "<pre>" + strings.Repeat("10:00:00 heartbeat ok\n", long/21) + "</pre>", navigation, false},
		"a feed":         {"text/xml", "<rows>" + strings.Repeat("<row><sku/><n>0</n></row>\n", long/25) + "</rows>", navigation, false},
		"rows":           {"text/html", strings.Repeat("<div class=empty></div>", long/22), fetch, false},
		"a grid":         {"text/javascript", "var grid=[" + strings.Repeat("0,", long/2) + "0]", script, false},
		"a page's grid":  {"text/html", "<!doctype html><p>x<script>var grid=[" + strings.Repeat("0,", long/2) + "0]</script>", navigation, false},
		"data":           {"application/json", `{"a":"` + blanks + `"}`, fetch, false},
		"an honest page": {"text/html; charset=utf-8", "<!doctype html><table>" + rows.String() + "</table>", navigation, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := zip(tt.text)
			h := serves{contentType: tt.contentType, coding: "gzip", pieces: [][]byte{body}}
			l := start(t)
			for _, d := range l.doors(h)[2:4] {
				got, err := lateAnswer(t, d, withHeader(tt.header, "Accept-Encoding", "gzip"))
				if whole := got == string(body) && err == nil; whole == tt.cut || strings.Contains(got, "sekisho") && tt.header["Sec-Fetch-Dest"] != "document" {
					t.Errorf("%d bytes of %d, %v; cut: %t", len(got), len(body), err, tt.cut)
				}
				if tt.cut {
					if a, ok := unbegun(t, d, withHeader(tt.header, "Accept-Encoding", "gzip")); ok {
						wantFailure(t, a, http.StatusBadGateway, interstitial.CodePageUnread)
					}
				}
			}
		})
	}
}

// unbegun is what a page is answered with of which nothing came before all was known. A
// machine that is busy for long does not read that much within the time that a document
// waits: then its start comes each time, and the rest is cut, as TestPaddedLate has it.
func unbegun(t *testing.T, d door, header map[string]string) (answer, bool) {
	t.Helper()
	for range 3 {
		resp := begin(t, d.client, http.MethodGet, d.base+"/", header, nil)
		b, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err == nil {
			return answer{resp, string(b)}, true
		}
		t.Logf("begun, and cut after %d bytes: %v", len(b), err)
	}
	return answer{}, false
}

// TestPaddedLate: the same where part of it is in the tab already.
func TestPaddedLate(t *testing.T) {
	t.Parallel()
	body := packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, []byte("<!doctype html>"+strings.Repeat(" ", 17<<20)+handmade))
	h := serves{contentType: "text/html", coding: "gzip", pieces: [][]byte{body[:1000], body[1000:]}, pause: 4 * time.Second, chunked: true}
	l := start(t)
	for _, d := range l.doors(h)[2:4] {
		if page, err := lateAnswer(t, d, withHeader(navigation, "Accept-Encoding", "gzip")); err == nil || len(page) > len(body)/17*16 {
			t.Errorf("%d bytes of %d, %v; want a cut", len(page), len(body), err)
		}
	}
}
