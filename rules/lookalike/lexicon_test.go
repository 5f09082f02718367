package lookalike

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"
)

func TestLexicon(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	line := 0
	for l := range strings.Lines(lexiconText) {
		line++
		f := strings.Fields(l)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		for _, w := range f[1:] {
			if w != strings.ToLower(w) || strings.ContainsAny(w, "-_") && f[0] != "operator" && f[0] != "free" && f[0] != "shared" {
				t.Errorf("line %d: %q is not in its plain form", line, w)
			}
			if _, isWord := classes[f[0]]; !isWord {
				continue
			}
			if len(w) > maxWord || len(w) < 1 {
				t.Errorf("line %d: %q is too long to be found", line, w)
			}
			if other := seen[w]; other != "" {
				t.Errorf("line %d: %q is %s and %s", line, w, other, f[0])
			}
			seen[w] = f[0]
		}
	}
	for w := range lex.operators {
		if suffix, icann := publicsuffix.PublicSuffix(w); icann && suffix == w && !strings.HasSuffix(w, ".arpa") {
			t.Errorf("operator %q is a public suffix: everybody is below it", w)
		}
	}
	for w := range lex.cheap {
		if suffix, icann := publicsuffix.PublicSuffix(w); !icann || suffix != w {
			t.Errorf("cheap suffix %q is none", w)
		}
	}
	if lex.words["login"] != account || lex.words["seller"] != seller || lex.words["river"] != nature {
		t.Error("the words are not in their classes")
	}
}

// Each suffix at which a name is judged otherwise has a name below it in
// verdicts.txt, so that none is lost or added unnoticed.
func TestSuffixesAreHeld(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../testdata/verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, suffixes := range []map[string]bool{lex.operators, lex.shared} {
		for w := range suffixes {
			if !strings.Contains(string(text), "."+w+" ") {
				t.Errorf("no name below %q in verdicts.txt", w)
			}
		}
	}
}

// Amazon's own words are not the beginning of another word by the lexicon.
func TestStems(t *testing.T) {
	t.Parallel()
	for _, b := range brands {
		if stem([]byte(b.text), &lex.innocent) > 0 || isSimilar([]byte(b.text), &lex.similar) {
			t.Errorf("%q is an innocent word", b.text)
		}
	}
	for s, want := range map[string]bool{
		"amanohashidate": true, "amazingly": true, "amazon": false, "amazonlogin": false, "amazonas": false, "amaozn": false,
	} {
		if got := stem([]byte(s), &lex.innocent) > 0; got != want {
			t.Errorf("%q is innocent: %v; want %v", s, got, want)
		}
	}
}

func TestUnknownClassPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if r, _ := recover().(string); !strings.Contains(r, "lexicon.txt") {
			t.Errorf("recovered %q; want a complaint", r)
		}
	}()
	readLexicon("acount login")
}
