package console

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"sekisho/interstitial"
	"sekisho/journal"
)

//go:embed details.tsv
var detailFile string

// detailForm is a line of details.tsv.
type detailForm struct {
	english  *regexp.Regexp
	holes    []string // of english, in order
	japanese string
}

// maxNested bounds how deep details are within details.
const maxNested = 4

var hole = regexp.MustCompile(`\{[w~*]?\}`)

// detailForms parses on first use. The file is part of the binary and held sound by
// the tests, so an error in it is a bug in this repository.
var detailForms = sync.OnceValue(func() (forms []detailForm) {
	pattern := map[string]string{"{}": `([^\s,;]+)`, "{w}": `(.+)`, "{~}": `(.+?)`, "{*}": `(.+)`}
	for line := range strings.Lines(detailFile) {
		english, japanese, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			continue // a comment, or empty
		}
		f := detailForm{holes: hole.FindAllString(english, -1), japanese: japanese}
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

// Sentence is the detail of an event in the language of w, as far as it is one of
// sekisho's own sentences; else as it stands. What a visitor wrote is none.
func (w words) Sentence(technique, detail string) string {
	if w.Lang != interstitial.Japanese || technique == journal.TechniqueAppeal {
		return detail
	}
	if s, ok := inJapanese(detail, maxNested); ok {
		return s
	}
	return detail
}

// inJapanese translates a detail, and the details within it down to a depth.
func inJapanese(detail string, depth int) (string, bool) {
	if depth == 0 {
		return "", false
	}
	for _, f := range detailForms() {
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
func (f *detailForm) fill(found []string, depth int) (string, bool) {
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
