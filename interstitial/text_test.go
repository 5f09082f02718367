package interstitial

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// declaredCodes reads the constants of code.go, so that none can be forgotten.
func declaredCodes(t *testing.T) (codes []Code) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, v := range spec.Values {
			if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, _ := strconv.Unquote(lit.Value)
				codes = append(codes, Code(s))
			}
		}
		return true
	})
	return codes
}

// Every code has a complete page in both languages, and every page a code.
func TestFailureTexts(t *testing.T) {
	t.Parallel()
	codes := declaredCodes(t)
	if len(codes) < 27 {
		t.Fatalf("only %d codes found in code.go", len(codes))
	}
	for c, e := range failures() {
		if !slices.Contains(codes, c) {
			t.Errorf("failures.json has %q, which is no Code", c)
		}
		if http.StatusText(e.Status) == "" || e.Status < 400 {
			t.Errorf("%s: status %d", c, e.Status)
		}
	}
	for _, c := range codes {
		if c.known() != c {
			t.Errorf("failures.json lacks %q", c)
			continue
		}
		for l, text := range map[Lang]failureText{Japanese: failureFor(c).JA, English: failureFor(c).EN} {
			if len(text.You) == 0 || len(text.Owner) == 0 {
				t.Errorf("%s in %s: no advice", c, l)
			}
			checkProse(t, string(c)+" title", l, text.Title, false)
			checkProse(t, string(c)+" what", l, text.What, true)
			for _, s := range slices.Concat(text.You, text.Owner) {
				checkProse(t, string(c)+" advice", l, s, true)
			}
		}
		if strings.Contains(failureFor(c).EN.Title+failureFor(c).JA.Title, "`") {
			t.Errorf("%s: markup in the title", c)
		}
		for _, l := range []Lang{Japanese, English} {
			doc := parse(t, mustRender(t, Failure{Lang: l, Code: c, Host: "site.example", Port: 443}))
			checkInert(t, doc)
			checkLinks(t, doc)
			checkOutline(t, doc)
		}
	}
}

// A certificate, an address or a port is never something to click through.
func TestFailureHasNoWayRound(t *testing.T) {
	t.Parallel()
	for _, c := range declaredCodes(t) {
		b := mustRender(t, Failure{Code: c, Host: "site.example"})
		for _, bad := range []string{"<a ", "<form", "<button", "<input"} {
			if bytes.Contains(b, []byte(bad)) {
				t.Errorf("%s: the page has %s", c, bad)
			}
		}
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for c, want := range map[Code]int{
		CodeNoSuchName: 502, CodeNameFailed: 502, CodeRefused: 502, CodeTimeout: 502, CodeUnreachable: 502,
		CodeTLSExpired: 502, CodeTLSOwnCA: 502, CodeTLSHandshake: 502, CodeUpstreamClosed: 502, CodeUpstreamTimeout: 504,
		CodeAddress: 403, CodePort: 403, CodeSelf: 403, CodeClient: 403, CodeDecision: 403, CodeBadRequest: 400, CodeNotProxy: 400,
		CodeMisdirected: 421, CodeLimit: 503, CodeUnchecked: 503, CodeInternal: 500, "": 500, "no-such-code": 500,
	} {
		if got := c.Status(); got != want {
			t.Errorf("Code(%q).Status() = %d; want %d", c, got, want)
		}
	}
}

var (
	japanese    = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}]`)
	punctuation = regexp.MustCompile(`[!！…‼]`)
)

// checkProse holds one text to the house style: right language, no shouting,
// balanced markup and, for sentences, a full stop.
func checkProse(t *testing.T, what string, l Lang, s string, sentence bool) {
	t.Helper()
	switch {
	case strings.TrimSpace(s) == "" || s != strings.TrimSpace(s):
		t.Errorf("%s in %s is blank or padded: %q", what, l, s)
	case punctuation.MatchString(s):
		t.Errorf("%s in %s shouts: %q", what, l, s)
	case strings.Count(s, "`")%2 != 0:
		t.Errorf("%s in %s: unbalanced markup: %q", what, l, s)
	case l == English && japanese.MatchString(s):
		t.Errorf("%s in en is Japanese: %q", what, s)
	case strings.Contains(s, "動かしているパソコン"):
		t.Errorf("%s in ja: the console says 動いているパソコン: %q", what, s)
	case sentence && l == Japanese && (!japanese.MatchString(s) || !strings.HasSuffix(s, "。")):
		t.Errorf("%s in ja is no Japanese sentence: %q", what, s)
	case sentence && l == English && !strings.HasSuffix(s, "."):
		t.Errorf("%s in en is no sentence: %q", what, s)
	}
}

// Every text exists in both languages, has the same gaps in both, and is used
// somewhere; and every text that is asked for exists.
func TestTexts(t *testing.T) {
	t.Parallel()
	source := sources(t)
	gap := regexp.MustCompile(`%.`)
	for key, p := range phrases() {
		if len(p) != 2 {
			t.Errorf("%s: languages %v", key, p)
		}
		for _, l := range []Lang{Japanese, English} {
			if key != "failure.other" { // names the other language in that language
				checkProse(t, key, l, p[l], false)
			}
		}
		if ja, en := gap.FindAllString(p[Japanese], -1), gap.FindAllString(p[English], -1); !slices.Equal(ja, en) {
			t.Errorf("%s: gaps %v in ja, %v in en", key, ja, en)
		}
		if strings.Count(p[Japanese], "`") != strings.Count(p[English], "`") {
			t.Errorf("%s: marked up differently in the two languages", key)
		}
		prefix := key[:strings.LastIndexByte(key, '.')+1]
		if !strings.Contains(source, `"`+key+`"`) && !strings.Contains(source, `"`+prefix+`"`) && !strings.HasPrefix(key, "warning.title.") {
			t.Errorf("%s is used nowhere", key)
		}
	}
	for _, m := range regexp.MustCompile(`\.[TR] "([^"]+)"`).FindAllStringSubmatch(source, -1) {
		if !speak(English).Has(m[1]) {
			t.Errorf("a template asks for %q, which text.json lacks", m[1])
		}
	}
	var ordered map[string]json.RawMessage
	if err := json.Unmarshal(textFile, &ordered); err != nil || bytes.Count(textFile, []byte(`"ja":`)) != len(ordered) {
		t.Errorf("text.json has a key twice (%v)", err)
	}
}

// sources returns the templates and the Go files of this package, tests aside.
func sources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	read := func(fsys fs.FS, pattern string) {
		names, err := fs.Glob(fsys, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			content, err := fs.ReadFile(fsys, name)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(content)
		}
	}
	read(templateFiles, "templates/*.html")
	read(os.DirFS("."), "*.go")
	return b.String()
}

// Each combination that a warning can have leads to texts that exist, and
// claims that nothing was sent only when that is known.
func TestWarningTexts(t *testing.T) {
	t.Parallel()
	techniques := []string{"", "embedding", "combosquat", "swap", "edit", "homoglyph", "wrong-registry", "registry", "spoof", "bitsquat", "never-heard-of"}
	for _, ground := range []string{"", "lookalike", "blocklist", "feed", "default", "never-heard-of"} {
		for _, technique := range techniques {
			for _, severity := range []string{"red", "amber", ""} {
				for _, sent := range []*bool{nil, &no, &yes} {
					for _, l := range []Lang{Japanese, English} {
						w := Warning{Lang: l, Severity: severity, Ground: ground, Technique: technique, Sent: sent, Host: host("a.example")}
						b := string(mustRender(t, w))
						claim := phrases()["warning.sent.no"][l]
						if got, want := strings.Contains(b, claim), sent == &no; got != want {
							t.Errorf("%+v: says that nothing was sent: %v; want %v", w, got, want)
						}
						if got, want := strings.Contains(b, "<details open>"), sent != &no; got != want {
							t.Errorf("%+v: opens the steps: %v; want %v", w, got, want)
						}
					}
				}
			}
		}
	}
}

func TestReason(t *testing.T) {
	t.Parallel()
	tests := []struct{ ground, technique, want string }{
		{"lookalike", "homoglyph", "reason.homoglyph"},
		{"lookalike", "wrong-registry", "reason.wrong-registry"},
		{"lookalike", "registry", "reason.wrong-registry"},
		{"lookalike", "bitsquat", "reason.edit"},
		{"lookalike", "something-new", "reason.lookalike"},
		{"blocklist", "", "reason.blocklist"},
		{"feed", "something-new", "reason.feed"},
		{"default", "", "reason.unknown"},
		{"", "", "reason.unknown"},
		{"heading.red", "first-visit", "reason.unknown"},
	}
	for _, tt := range tests {
		w := Warning{Ground: tt.ground, Technique: tt.technique}
		if got := w.reason(); got != tt.want {
			t.Errorf("reason of %q, %q = %q; want %q", tt.ground, tt.technique, got, tt.want)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration][2]string{
		0:                  {"1 分", "1 minute"},
		time.Second:        {"1 分", "1 minute"},
		15 * time.Minute:   {"15 分", "15 minutes"},
		61 * time.Second:   {"2 分", "2 minutes"},
		time.Hour:          {"1 時間", "1 hour"},
		90 * time.Minute:   {"1 時間 30 分", "1 hour 30 minutes"},
		24 * time.Hour:     {"24 時間", "24 hours"},
		25 * time.Hour:     {"1 日 1 時間", "1 day 1 hour"},
		7 * 24 * time.Hour: {"7 日", "7 days"},
		1<<63 - 1:          {"106751 日 23 時間", "106751 days 23 hours"},
	} {
		for i, l := range []Lang{Japanese, English} {
			if got := speak(l).span(d); got != want[i] {
				t.Errorf("span(%v) in %s = %q; want %q", d, l, got, want[i])
			}
		}
	}
}
