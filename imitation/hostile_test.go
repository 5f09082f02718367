package imitation

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"sekisho/hostname"
)

func watch(tb testing.TB, contentType, coding string) *Scanner {
	tb.Helper()
	host, err := hostname.Parse("site.example")
	if err != nil {
		tb.Fatal(err)
	}
	h := http.Header{"Content-Type": {contentType}}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	return Watch(Response{Host: host, Target: "/", Status: 200, Header: h})
}

// bomb is many zeros in a coding.
func bomb(tb testing.TB, coding string) []byte {
	tb.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w, err = flate.NewWriter(&b, flate.BestSpeed)
	case "br":
		w = brotli.NewWriterLevel(&b, 2)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	}
	if err != nil {
		tb.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 32 {
		if _, err := w.Write(zeros); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestBombs(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		t.Run(coding, func(t *testing.T) {
			t.Parallel()
			s := watch(t, "text/html", coding)
			_, _ = s.Write(bomb(t, coding)) // never fails
			if !s.Done() {
				t.Error("it reads on")
			}
			s.Close()
			if s.plain > maxDocument {
				t.Errorf("read %d bytes; want %d at the most", s.plain, maxDocument)
			}
		})
	}
}

// kept returns about how many bytes a document holds on to.
func (d *document) kept() int {
	n := cap(d.lex.buf) + cap(d.lex.tag.bytes) + cap(d.lex.raw.held) + cap(d.plain) + cap(d.title) + cap(d.fields)*40 +
		cap(d.script.block) + cap(d.script.plain) + cap(d.script.spare) + cap(d.script.pack.data) + cap(d.script.vault.data)
	for _, in := range []*document{d.inside, d.shadow} {
		if in != nil {
			n += in.kept()
		}
	}
	return n
}

// TestHostile reads what is made to never end. What is kept stays small, and
// the reader says when it has had enough.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, contentType, start, again string }{
		{"attributes", "text/html", "<p ", `a="b" `},
		{"data attributes", "text/html", "<p ", `data-a="` + strings.Repeat("b", 150) + `" `},
		{"labels", "text/html", "", `<p aria-label="amazon" style="unicode-bidi:bidi-override;direction:rtl">`},
		{"turned", "text/html", "", "<bdo dir=rtl><wbr>a"},
		{"encodings", "text/html", "あ", "<meta charset=utf-7>"},
		{"bytes that are all one", "text/javascript", "", `"` + strings.Repeat("QUFB", 2000) + `";`},
		{"base64 all one", "text/javascript", "", `"` + strings.Repeat("4241", 8000) + `";`},
		{"escapes of style", "text/css", `a{content:"`, `\30ed \1`},
		{"one attribute", "text/html", `<p src="`, "aaaaaaaaaaaaaaaa"},
		{"references", "text/html", `<p class="`, "&amp;&#65;&notin;"},
		{"srcdoc", "text/html", `<iframe srcdoc="`, "<p>a</p>"},
		{"tag name", "text/html", "<", "aaaaaaaaaaaaaaaa"},
		{"unclosed elements", "text/html", "", "<div><span hidden>"},
		{"templates", "text/html", "", "<template><svg><style>"},
		{"comment", "text/html", "<!--", "- -! -- "},
		{"text", "text/html", "", "&#x41"},
		{"NUL", "text/html", "", "\x00<\x00p\x00"},
		{"title", "text/html", "<title>", "Amazon <"},
		{"inputs", "text/html", "", "<input type=password name=a>"},
		{"script", "text/html", "<script>", "</scrip<!--<script"},
		{"quotes", "text/javascript", "", `"'+"'`},
		{"packed", "text/javascript", `x="`, "PCFETUNUWVBFIGh0bWw+"},
		{"packed again and again", "text/javascript", "", `"<p>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"`},
		{"base64 in pieces", "text/javascript", "", `"SGVsbG8gd29ybGQgc29t",`},
		{"base64 that is none", "text/javascript", "", `"SGVsbG8gd29ybGQgc29tSGVsbG8gd29ybGQ";`},
		{"base64 of base64", "text/javascript", `x="`, "VmxkV2JHVkhiRzFhVlhCM1ZtMD"},
		{"numbers", "text/javascript", "[", "60,33,"},
		{"lists of numbers", "text/javascript", "", "[201,87,43,104,101,54,57,43,55,102,117,62,107,41,30,228,148,250,228,148,231,228,148,240]"},
		{"keys", "text/javascript", "", "[1,2,3];"},
		{"no UTF-8", "text/javascript", strings.Repeat("あ", 100), "\xff\xfe\xfd"},
		{"half characters", "text/html", "", "\xe3\x81<"},
		{"escapes", "text/javascript", "", `\u30ed\x41\`},
		{"kana", "text/javascript", "", "ﾊﾞｶﾞ"},
		{"cdata", "image/svg+xml", "<![CDATA[", "]] >]"},
		{"shift_jis", "text/html; charset=shift_jis", "", "\x83\x83\x83<"},
		{"iso-2022-jp", "text/html; charset=iso-2022-jp", "", "\x1b$B\x1b(B\x1b"},
		{"utf-16", "text/html; charset=utf-16le", "", "<\x00\xd8\xd8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := watch(t, test.contentType, "")
			_, _ = s.Write([]byte(test.start)) // never fails
			chunk := []byte(strings.Repeat(test.again, 64<<10/len(test.again)))
			most := 0
			for range 2 * maxScript / len(chunk) {
				_, _ = s.Write(chunk)
				if s.page != nil {
					most = max(most, s.page.kept())
				}
			}
			if !s.Done() {
				t.Error("it reads on")
			}
			if most > 4*maxPacked {
				t.Errorf("it kept %d bytes; want %d at the most", most, 4*maxPacked)
			}
			s.Close()
		})
	}
}
