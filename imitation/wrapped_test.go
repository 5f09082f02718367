package imitation_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/imitation"
)

// ways are how a document is packed as a whole.
func ways(page string) map[string]string {
	b64 := base64.StdEncoding.EncodeToString([]byte(page))
	var lines, pieces []string
	for rest := b64; rest != ""; {
		n := min(len(rest), 76)
		lines, rest = append(lines, rest[:n]), rest[n:]
	}
	for rest := page; rest != ""; {
		n := min(len(rest), 100)
		pieces, rest = append(pieces, base64.StdEncoding.EncodeToString([]byte(rest[:n]))), rest[n:]
	}
	return map[string]string{
		"base64":                   b64,
		"base64 in lines":          strings.Join(lines, "\r\n"),
		"base64 for addresses":     base64.RawURLEncoding.EncodeToString([]byte(page)),
		"base64 in padded pieces":  strings.Join(pieces, ""),
		"base64 of percent":        base64.StdEncoding.EncodeToString([]byte(url.PathEscape(page))),
		"base64 behind a mark":     base64.StdEncoding.EncodeToString([]byte("\ufeff" + page)),
		"percent":                  url.PathEscape(page),
		"hexadecimal":              hex.EncodeToString([]byte(page)),
		"hexadecimal in uppercase": strings.ToUpper(hex.EncodeToString([]byte(page))),
	}
}

// TestWrapped: what a script fetches, or is sent, is undone when it is a packed
// document as a whole.
func TestWrapped(t *testing.T) {
	t.Parallel()
	copied := "<!doctype html><meta charset=utf-8>" + signIn
	honest := "<!doctype html><meta charset=utf-8><title>lamps</title><form><input name=q></form>" + strings.Repeat("<p>lamps as on Amazon", 50)
	for page, want := range map[string]bool{copied: true, honest: false} {
		for way, packed := range ways(page) {
			for _, kind := range []string{"text/html; charset=UTF-8", "text/plain", "application/octet-stream", "", "text/event-stream"} {
				body := packed
				if kind == "text/event-stream" {
					body = "retry: 10\n\nevent: page\ndata: soon\n\ndata: " + strings.ReplaceAll(packed, "\r\n", "\ndata: ") + "\n\n"
				}
				r := response(kind)
				if kind == "" {
					r.Header.Del("Content-Type")
				}
				r.Dest = "empty"
				for _, size := range []int{len(body), 7, 1} {
					if got := scan(r, []byte(body), size); (got.Grade == imitation.Copy) != want {
						t.Errorf("%s as %q in pieces of %d: %v, %q; want a copy: %t", way, kind, size, got.Grade, got.Signs, want)
					}
				}
			}
			if got := socket(t, "ready", packed); (got.Grade == imitation.Copy) != want {
				t.Errorf("%s in a message: %v, %q; want a copy: %t", way, got.Grade, got.Signs, want)
			}
		}
	}
	r := response("text/html")
	r.Dest = "document"
	if got := scan(r, []byte(base64.StdEncoding.EncodeToString([]byte(copied))), 100); got.Grade != imitation.None {
		t.Errorf("letters in a tab: %v, %q; want nothing", got.Grade, got.Signs)
	}
}

// socket reads messages of a server.
func socket(t *testing.T, messages ...string) imitation.Result {
	t.Helper()
	host, err := hostname.Parse("shop.example")
	if err != nil {
		t.Fatal(err)
	}
	s := imitation.Messages(host)
	for _, m := range messages {
		_, _ = s.Write([]byte(m))
		s.Next()
	}
	return s.Close()
}

// TestKept: a packed document that an element keeps, which shows nothing, is undone.
func TestKept(t *testing.T) {
	t.Parallel()
	copied := "<!doctype html><meta charset=utf-8>" + strings.Repeat("<!-- lamps and teapots -->", 300) + signIn
	honest := "<p>" + strings.Repeat("lamps ", 100) + "<form><input type=password></form>"
	for name, element := range map[string]string{
		"a script of another type": "<script type=text/plain id=x>%s</script>",
		"a hidden input":           "<input type=hidden id=x value='%s'>",
		"a hidden block":           "<div hidden id=x>%s</div>",
		"a block by a class":       "<style>.d{display:none}</style><div class=d>\n  %s\n</div>",
		"an inline element":        "<p>lamps<span style='display:none'>%s</span>",
		"meta":                     `<meta name=x content="%s">`,
		"a comment":                "<!--%s-->",
		"a template":               "<template id=x>%s</template>",
		"a text area":              "<textarea id=x style='display:none'>%s</textarea>",
		"a text area that is seen": "<textarea id=x>%s</textarea>",
		"a listing":                "<pre>%s</pre>",
	} {
		for page, want := range map[string]bool{copied: !strings.HasSuffix(name, "seen") && name != "a listing", honest: false} {
			for _, way := range []string{"base64", "percent"} {
				body := fmt.Sprintf("<!doctype html><title>one moment</title>"+element+"<script>z.innerHTML=decodeURIComponent(escape(atob(x.value)))</script>", ways(page)[way])
				for _, size := range []int{len(body), 5} {
					if got := scan(response("text/html"), []byte(body), size); (got.Grade == imitation.Copy) != want {
						t.Errorf("%s, %s, in pieces of %d: %v, %q; want a copy: %t", name, way, size, got.Grade, got.Signs, want)
					}
				}
			}
		}
	}
}

// TestMoreCarriers: other ways in which a script is given a page.
func TestMoreCarriers(t *testing.T) {
	t.Parallel()
	var numbers []string
	for _, c := range signIn {
		numbers = append(numbers, strconv.Itoa(int(c)))
	}
	words := map[string]string{"t": "Amazonサインイン", "e": "Eメールまたは携帯電話番号", "n": "Amazonの新しいお客様ですか？", "k": "<input type=password>"}
	inner, err := json.Marshal(words)
	if err != nil {
		t.Fatal(err)
	}
	ascii := strings.ReplaceAll(strconv.QuoteToASCII(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(inner))), "\x00", "")
	twice, err := json.Marshal(strings.NewReplacer(`\"`, `"`).Replace(ascii[1 : len(ascii)-1]))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		kind, body, dest string
		want             bool
	}{
		"numbers that are mapped":   {"text/html", "<div id=z></div><script>z.innerHTML=[" + strings.Join(numbers, ",") + `].map(c=>String.fromCharCode(c)).join("")</script>`, "document", true},
		"JSON in a string":          {"text/html", "<div id=z></div><script>var m=JSON.parse(" + string(twice) + ");render(m)</script>", "document", true},
		"CDATA that is fetched":     {"text/xml", `<?xml version="1.0"?><r><code>0</code><html><![CDATA[` + signIn + `]]></html></r>`, "empty", true},
		"CDATA in a tab":            {"text/xml", `<?xml version="1.0"?><r><code>0</code><p><![CDATA[<input type=password> is a field]]></p></r>`, "document", false},
		"an article that is loaded": {"text/xml", `<rss><item><![CDATA[<p>How to sign in to Amazon</p>]]></item></rss>`, "empty", false},
	} {
		r := response(tt.kind)
		r.Dest = tt.dest
		for _, size := range []int{len(tt.body), 9} {
			if got := scan(r, []byte(tt.body), size); (got.Grade == imitation.Copy) != tt.want {
				t.Errorf("%s in pieces of %d: %v, %q; want a copy: %t", name, size, got.Grade, got.Signs, tt.want)
			}
		}
	}
}
