package interstitial

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"sekisho/hostname"
)

// payloads are things that have no business in a page.
var payloads = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`</style><script>alert(1)</script>`,
	`</title><svg onload=alert(1)>`,
	"javascript:alert(1)",
	"https://evil.example/?x=\"><base href=//evil.example>",
	"{{.Token}} {{template \"x\"}} %s %!d(string=x) ${7*7}",
	"<!--", "-->", "]]>", "&lt;b&gt;", "\x00\x01\x1b[31m\r\n\r\nHTTP/1.1 200 OK",
	"\xff\xfe\xc3\x28\xed\xa0\x80", "\u202Emoc.nozama\u202C", "a\u200Bb\u00ADc\u2066d\uFEFF", "שלום.عربي",
	"a" + strings.Repeat("\u0301", 500), strings.Repeat("𝕬", 4000), strings.Repeat("<", 100_000),
	strings.Repeat("x", 253), "```` `code` `", "\u2028\u2029", "\U000E0041\uFE0F\u3164",
}

// hostileDocuments fills every free field of every page with s.
func hostileDocuments(s string) map[string]document {
	n, _ := hostname.Parse(s)
	if wire, ok := wireName(s); ok && n.IsZero() {
		n, _, _ = hostname.FromWire(wire)
	}
	w := Warning{
		Lang: Lang(s), Severity: s, Host: n, Target: s, SellerCentral: s, Ground: s, Technique: s, Detail: s,
		Incident: s, EventID: 1, Time: when, Client: s, FirstVisit: true, Page: s,
		Door: s, Signs: []string{s, s}, Fields: []string{s}, Account: s, CertAge: 1<<63 - 1,
	}
	amber := w
	amber.Severity, amber.Proceed = "amber", &Proceed{Action: "/go", For: time.Hour}
	if plain(s) && len(s) <= maxToken {
		amber.Proceed.Token = s
	}
	guard := w
	guard.Door, guard.Technique, guard.FirstVisit, guard.FirstSeen = "guard", "protected-sign-in", false, when.Add(-1<<62)
	guard.Signs, guard.Appeal = strings.SplitN(s, "x", 500), &Appeal{Action: "/appeal", Token: amber.Proceed.Token, Reader: s}
	guard.Proceed = &Proceed{Action: "/go", For: time.Hour, Confirm: true, Mistyped: true}
	frame := w
	frame.Frame = true
	return map[string]document{
		"warning": w, "amber": amber, "guard": guard, "frame": frame,
		"appeal":  AppealSent{Lang: Lang(s), Host: n, Reader: s, Incident: s, SellerCentral: s},
		"failure": Failure{Lang: Lang(s), Code: Code(s), Host: s, Port: 1, Detail: s, Time: when, ClockSkew: 1<<63 - 1},
		"past":    Failure{Code: CodeTLSExpired, Host: s, Detail: s, ClockSkew: -1 << 63},
		"status": Status{
			Lang: Lang(s), Client: s, Mode: s, Version: s, Resolver: s, CAFingerprint: s, ConsoleURL: s, SellerCentral: s,
		},
		"notice": Notice{Lang: Lang(s), Severity: s, Host: n, Incident: s, Page: s},
		"gone":   Gone{Lang: Lang(s), SellerCentral: s},
	}
}

// wireName makes a DNS name of one label that holds the first octets of s.
func wireName(s string) ([]byte, bool) {
	s = s[:min(len(s), 63)]
	if s == "" {
		return nil, false
	}
	return append(append([]byte{byte(len(s))}, s...), 0), true
}

func TestHostileInput(t *testing.T) {
	t.Parallel()
	for _, p := range payloads {
		for name, d := range hostileDocuments(p) {
			b := mustRender(t, d)
			if !utf8.Valid(b) {
				t.Errorf("%s with %q: not UTF-8", name, shorten(p))
			}
			if len(b) > 64<<10 {
				t.Errorf("%s with %q: %d bytes", name, shorten(p), len(b))
			}
			doc := parse(t, b)
			checkInert(t, doc)
			checkOutline(t, doc)
			for _, a := range elements(doc, atom.A) {
				href := attr(a, "href")
				if !strings.HasPrefix(href, "https://") && href != "?lang=ja" && href != "?lang=en" && href != "/" && href != "/drill" {
					t.Errorf("%s with %q: link %q", name, shorten(p), href)
				}
			}
			for i, r := range text(elements(doc, atom.Body)[0]) {
				if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) && r != '\n' {
					t.Errorf("%s with %q: %U at %d", name, shorten(p), r, i)
					break
				}
			}
			h := http.Header{}
			d.SetHeaders(h)
			for key, values := range h {
				if strings.ContainsAny(strings.Join(values, ""), "\r\n\x00<") {
					t.Errorf("%s with %q: header %s: %q", name, shorten(p), key, values)
				}
			}
		}
	}
}

// shorten keeps failure messages readable.
func shorten(s string) string { return s[:min(len(s), 40)] }

func TestHostileProblem(t *testing.T) {
	t.Parallel()
	for _, p := range payloads {
		for name, b := range map[string][]byte{
			"warning": Warning{Lang: Lang(p), Severity: p, Ground: p, Technique: p, Incident: p, Page: p}.Problem(),
			"failure": Failure{Lang: Lang(p), Code: Code(p), Host: p, Detail: p}.Problem(),
		} {
			var got map[string]any
			if err := json.Unmarshal(b, &got); err != nil {
				t.Errorf("%s with %q: %v", name, shorten(p), err)
			}
			if len(b) > 16<<10 || strings.ContainsAny(string(b), "<>\x00") {
				t.Errorf("%s with %q: %d bytes: %.200s", name, shorten(p), len(b), b)
			}
		}
	}
}

func TestProceedIsChecked(t *testing.T) {
	t.Parallel()
	for _, action := range []string{
		"", "incident/x", "//evil.example/", `/\evil.example/`, "https://evil.example/", "/a b", "/a#b", "/\u202e", "javascript:alert(1)",
		"/" + strings.Repeat("a", 3000),
	} {
		w := asking(English)
		w.Proceed.Action = action
		if _, err := w.Render(); err == nil {
			t.Errorf("action %q is taken", shorten(action))
		}
	}
	for _, token := range []string{"a\nb", "\xff", "日", strings.Repeat("a", maxToken+1)} {
		w := asking(English)
		w.Proceed.Token = token
		if _, err := w.Render(); err == nil {
			t.Errorf("token %q is taken", shorten(token))
		}
	}
	w := asking(English)
	w.Proceed.For = 0
	if _, err := w.Render(); err == nil {
		t.Error("a leave of no time is offered")
	}
}

// Names at the limits: the page shows all of them and stays of bounded size.
func TestLongNames(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", 63)
	long := label + "." + label + "." + label + "." + strings.Repeat("b", 53) + ".example"
	w := imitation(Japanese)
	w.Host = host(long)
	doc := parse(t, mustRender(t, w))
	name := elements(doc, atom.Dd)[0]
	if got := text(name); got != long {
		t.Errorf("name shown as %q", got)
	}
	strong := elements(name, atom.Strong)
	if len(strong) != 1 || text(strong[0]) != strings.Repeat("b", 53)+".example" {
		t.Errorf("emphasised: %v", strong)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		limit    int
		want     string
	}{
		{"plain", "amazon.example", 20, "amazon.example"},
		{"empty", "", 20, ""},
		{"cut", "abcdef", 3, "abc…"},
		{"just fits", "abc", 3, "abc"},
		{"runes, not bytes", "日本語", 3, "日本語"},
		{"lines become spaces", "a\r\nb\tc", 20, "a  b c"},
		{"override", "a\u202Eb", 20, "a<U+202E>b"},
		{"isolate", "\u2066x\u2069", 20, "<U+2066>x<U+2069>"},
		{"zero width", "a\u200Bb\u200Dc\uFEFF", 20, "a<U+200B>b<U+200D>c<U+FEFF>"},
		{"escape", "\x1b[0m", 20, "<U+001B>[0m"},
		{"invalid", "a\xffb", 20, "a\uFFFDb"},
		{"filler", "a\u3164b", 20, "a<U+3164>b"},
		{"marks", "e\u0301\u0301\u0301\u0301x\u0301", 20, "e\u0301\u0301x\u0301"},
		{"line separator", "a\u2028b", 20, "a<U+2028>b"},
		{"japanese", "アマゾン ログイン", 20, "アマゾン ログイン"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := clean(tt.in, tt.limit); got != tt.want {
				t.Errorf("clean(%q, %d) = %q; want %q", tt.in, tt.limit, got, tt.want)
			}
		})
	}
}

// Whatever comes in, what comes out is valid, visible and short.
func FuzzClean(f *testing.F) {
	for _, p := range payloads {
		f.Add(shorten(p))
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s, 50)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 50*len("<U+10FFFF>")+50*maxMarks+1 {
			t.Errorf("clean(%q) = %q", s, got)
		}
		for _, r := range got {
			if invisible(r) {
				t.Errorf("clean(%q) keeps %U", s, r)
			}
		}
	})
}

// No document of hostile text may gain an element.
func FuzzWarning(f *testing.F) {
	for _, p := range payloads {
		f.Add(shorten(p))
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, d := range hostileDocuments(s) {
			checkInert(t, parse(t, mustRender(t, d)))
		}
	})
}
