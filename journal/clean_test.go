package journal

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestCleanText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		limit    int
		want     string
	}{
		{"plain", "amazon.co.jp", 20, "amazon.co.jp"},
		{"empty", "", 20, ""},
		{"newline", "a\r\nid: 7", 50, `a\x0d\x0aid: 7`},
		{"terminal", "\x1b[31mred\x07", 50, `\x1b[31mred\x07`},
		{"C1 control", "a\u009b31m", 50, `a\x9b31m`},
		{"NUL", "a\x00b", 50, `a\x00b`},
		{"delete", "a\x7f", 50, `a\x7f`},
		{"right to left", "a\u202egpj.exe", 50, `a\u202egpj.exe`},
		{"isolates", "\u2066x\u2069", 50, `\u2066x\u2069`},
		{"zero width", "am\u200baz\ufeffon", 50, `am\u200baz\ufeffon`},
		{"line separator", "a\u2028b", 50, `a\u2028b`},
		{"tag characters", "a\U000e0041", 50, `a\U000e0041`},
		{"not UTF-8", "a\xffb\xc3", 50, `a\xffb\xc3`},
		{"Japanese", "受付　１番", 50, "受付　１番"},
		{"backslash", `a\046b`, 50, `a\046b`},
		{"replacement character", "a\ufffd", 50, "a\ufffd"},
		{"exactly full", "abcdef", 6, "abcdef"},
		{"cut", "abcdefg", 6, "abc…"},
		{"cut between characters", "aあいう", 8, "aあ…"},
		{"cut between escapes", "ab\x1b\x1b\x1b", 12, `ab\x1b…`},
		{"a megabyte", strings.Repeat("\x1b", 1<<20), 10, `\x1b…`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := cleanText(tt.in, tt.limit)
			if got != tt.want {
				t.Errorf("cleanText(%.40q, %d) = %q; want %q", tt.in, tt.limit, got, tt.want)
			}
			if again := cleanText(got, tt.limit); again != got {
				t.Errorf("cleanText(%q) = %q; want it unchanged", got, again)
			}
		})
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	sent := true
	many := make([]string, 100)
	for i := range many {
		many[i] = long
	}
	e := clean(Event{
		Door: long, Client: long, Device: long, Host: long, Action: long, Severity: long, Ground: long, Technique: long,
		Target: long, Score: math.NaN(), Detail: long, Signs: many, Fields: many, Account: long, Sent: &sent, Incident: long, CertIssuer: long,
	})
	size := len(e.Door) + len(e.Client) + len(e.Device) + len(e.Host) + len(e.Action) + len(e.Severity) + len(e.Ground) +
		len(e.Technique) + len(e.Target) + len(e.Detail) + len(e.Account) + len(e.Incident) + len(e.CertIssuer)
	for _, s := range append(e.Signs, e.Fields...) {
		size += len(s)
	}
	if size > maxEventSize {
		t.Errorf("a clean event has %d bytes; want at most %d", size, maxEventSize)
	}
	if len(e.Host) > 253 {
		t.Errorf("host has %d bytes; want at most 253", len(e.Host))
	}
	if e.Score != 0 {
		t.Errorf("score = %v; want 0 for NaN", e.Score)
	}
	sent = false
	if !*e.Sent {
		t.Error("the clean event shares Sent with its source")
	}
	if got := cleanList([]string{"", "a\nb", ""}, 10); !cmp.Equal(got, []string{`a\x0ab`}) {
		t.Errorf("cleanList = %q; want one entry without a newline", got)
	}
	for _, year := range []int{-5000, 1, 1969, 2026, 9999, 200000} {
		at := clean(Event{Time: time.Date(year, 5, 6, 7, 8, 9, 123456789, time.UTC)}).Time
		if _, err := at.MarshalJSON(); err != nil {
			t.Errorf("year %d: %v", year, err)
		}
	}
}

func FuzzCleanText(f *testing.F) {
	for _, s := range []string{"", "abc", "\x1b[0m", "\u202e", "\xff\xfe", "あいう", strings.Repeat("a", 300)} {
		f.Add(s, 64)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 10 + max(limit, -limit, 0)%1000 // every field has room for an escape and the ellipsis
		got := cleanText(s, limit)
		if len(got) > limit || !utf8.ValidString(got) {
			t.Fatalf("cleanText(%q, %d) = %q", s, limit, got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) && r != '\u3000' {
				t.Fatalf("cleanText(%q) keeps %U", s, r)
			}
		}
		if again := cleanText(got, limit); again != got {
			t.Fatalf("cleanText(%q) = %q; want it unchanged", got, again)
		}
	})
}
