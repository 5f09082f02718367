package lookalike

import (
	_ "embed"
	"fmt"
	"math/bits"
	"strings"
)

//go:embed lexicon.txt
var lexiconText string

// class is what a word says about the name it stands in.
type class uint8

const (
	unknown class = iota
	account
	common
	seller
	place
	glue
	trade
	nature
)

var classes = map[string]class{
	"account": account, "common": common, "seller": seller, "place": place, "glue": glue, "trade": trade, "nature": nature,
}

// maxWord is the length of the longest word that is looked for.
const maxWord = 15

// lexicon is lexicon.txt read once. It is not changed afterwards.
type lexicon struct {
	words     map[string]class
	first     lengths // by the first two characters
	last      lengths // by the last two
	innocent  stems
	similar   stems
	derived   map[string]bool
	nearest   stems
	signin    map[string]bool
	shared    map[string]bool
	hosting   map[string]bool
	vetted    map[string]bool
	registry  map[string]bool
	operators map[string]bool
	cheap     map[string]bool
	free      map[string]bool
	problem   map[string]bool
	cause     map[string]bool
	charity   map[string]bool
	lure      map[string]bool
	product   map[string]bool
}

var lex = readLexicon(lexiconText)

// readLexicon panics on a line it does not know: the text is part of the
// program.
func readLexicon(text string) *lexicon {
	l := &lexicon{
		words:     map[string]class{},
		derived:   map[string]bool{},
		signin:    map[string]bool{},
		shared:    map[string]bool{},
		hosting:   map[string]bool{},
		vetted:    map[string]bool{},
		registry:  map[string]bool{},
		operators: map[string]bool{},
		cheap:     map[string]bool{},
		free:      map[string]bool{},
		problem:   map[string]bool{},
		cause:     map[string]bool{},
		charity:   map[string]bool{},
		lure:      map[string]bool{},
		product:   map[string]bool{},
	}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		for _, w := range f[1:] {
			l.add(f[0], w)
		}
	}
	return l
}

// set returns the set that lines of kind fill, nil if they fill none.
func (l *lexicon) set(kind string) map[string]bool {
	switch kind {
	case "derived":
		return l.derived
	case "signin":
		return l.signin
	case "shared":
		return l.shared
	case "hosting":
		return l.hosting
	case "vetted":
		return l.vetted
	case "registry":
		return l.registry
	case "operator":
		return l.operators
	case "cheap":
		return l.cheap
	case "free":
		return l.free
	case "problem":
		return l.problem
	case "cause":
		return l.cause
	case "charity":
		return l.charity
	case "lure":
		return l.lure
	case "product":
		return l.product
	}
	return nil
}

func (l *lexicon) add(kind, word string) {
	if set := l.set(kind); set != nil {
		set[word] = true
		return
	}
	switch kind {
	case "innocent":
		l.innocent.add(word)
	case "similar":
		l.similar.add(word)
	case "nearest":
		l.nearest.add(word)
	default:
		c, ok := classes[kind]
		if !ok {
			panic(fmt.Sprintf("lookalike: lexicon.txt: unknown class %q", kind))
		}
		if _, ok := l.words[word]; !ok && len(word) <= maxWord {
			l.words[word] = c
			if n := len(word); n > 1 {
				l.first[twin(word[0], word[1])] |= 1 << n
				l.last[twin(word[n-2], word[n-1])] |= 1 << n
			}
		}
	}
}

// lengths are the lengths of words, a bit for each, by two characters of them
// as [twin] puts these together, so that few words are looked up for nothing.
type lengths [1 << 10]uint16

// twin tells most pairs of letters and digits apart.
func twin(a, b byte) int { return int(a&31)<<5 | int(b&31) }

// upTo returns the bits of lengths up to n.
func upTo(n int) uint16 { return 1<<(min(n, maxWord)+1) - 1 }

// front returns the class and length of the longest word that s begins with.
func (l *lexicon) front(s []byte) (class, int) {
	if len(s) < 2 {
		return unknown, 0
	}
	for set := l.first[twin(s[0], s[1])] & upTo(len(s)); set != 0; {
		n := bits.Len16(set) - 1
		if c, ok := l.words[string(s[:n])]; ok {
			return c, n
		}
		set &^= 1 << n
	}
	return unknown, 0
}

// back returns the class and length of the longest word that s ends with.
func (l *lexicon) back(s []byte) (class, int) {
	if len(s) < 2 {
		return unknown, 0
	}
	for set := l.last[twin(s[len(s)-2], s[len(s)-1])] & upTo(len(s)); set != 0; {
		n := bits.Len16(set) - 1
		if c, ok := l.words[string(s[len(s)-n:])]; ok {
			return c, n
		}
		set &^= 1 << n
	}
	return unknown, 0
}

// stems are beginnings of words, four letters at least, by their first letter
// and their fourth.
type stems ['z' - 'a' + 1][32][]string

func (t *stems) add(word string) {
	of := &t[word[0]-'a'][word[3]&31]
	*of = append(*of, word)
}

// stem returns the length of the longest of stems that s begins with.
func stem(s []byte, t *stems) int {
	n := 0
	if len(s) < 4 || s[0] < 'a' || s[0] > 'z' {
		return 0
	}
	for _, w := range t[s[0]-'a'][s[3]&31] {
		if len(w) > n && len(s) >= len(w) && string(s[:len(w)]) == w {
			n = len(w)
		}
	}
	return n
}
