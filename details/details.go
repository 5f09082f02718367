// Package details says the details of events, which are English sentences of
// sekisho's own, in Japanese: for the console, the warning page and the problem
// documents alike. The wordings are in details.tsv.
package details

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

//go:embed details.tsv
var file string

// form is a line of details.tsv.
type form struct {
	english  *regexp.Regexp
	holes    []string // of english, in order
	japanese string
}

// maxNested bounds how deep details are within details.
const maxNested = 4

var hole = regexp.MustCompile(`\{[w~*]?\}`)

// detailForms parses on first use. The file is part of the binary and held sound by
// the tests, so an error in it is a bug in this repository.
var parsed = sync.OnceValue(func() (forms []form) {
	pattern := map[string]string{"{}": `([^\s,;]+)`, "{w}": `(.+)`, "{~}": `(.+?)`, "{*}": `(.+)`}
	for line := range strings.Lines(file) {
		english, japanese, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			continue // a comment, or empty
		}
		f := form{holes: hole.FindAllString(english, -1), japanese: japanese}
		var b strings.Builder
		for i, text := range hole.Split(english, -1) {
			if b.WriteString(regexp.QuoteMeta(text)); i < len(f.holes) {
				b.WriteString(pattern[f.holes[i]])
			}
		}
		f.english = regexp.MustCompile("^" + b.String() + "$")
		forms = append(forms, f)
	}
	return forms
})

// Japanese returns detail in Japanese, and reports whether it is one of sekisho's own
// sentences: what is not has to be shown as it stands. Parts of detail may be hostile, and are
// in the result as they were.
func Japanese(detail string) (string, bool) { return inJapanese(detail, maxNested) }

// inJapanese translates a detail, and the details within it down to a depth.
func inJapanese(detail string, depth int) (string, bool) {
	if depth == 0 {
		return "", false
	}
	for _, f := range parsed() {
		if found := f.english.FindStringSubmatch(detail); found != nil {
			if s, ok := f.fill(found[1:], depth); ok {
				return s, true
			}
		}
	}
	return "", false
}

// fill puts what was found into the Japanese sentence. What was found is put in
// once, so that braces in it stay what they are.
func (f *form) fill(found []string, depth int) (string, bool) {
	var pairs []string
	for i, text := range found {
		switch f.holes[i] {
		case "{*}":
			s, ok := inJapanese(text, depth-1)
			if !ok {
				return "", false
			}
			text = s
		case "{w}":
			text = "「" + strings.Join(strings.FieldsFunc(strings.ReplaceAll(text, " and ", ", "), func(c rune) bool { return c == ',' || c == ' ' }), "」「") + "」"
		}
		pairs = append(pairs, fmt.Sprintf("{%d}", i+1), text)
	}
	return strings.NewReplacer(pairs...).Replace(f.japanese), true
}
