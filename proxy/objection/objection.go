// Package objection decides what is written down of what visitors say to a warning that
// they think is wrong.
//
// Somebody may well think that a password, an ID or a code is asked for, and write one
// right beside other letters, or change it a little, so that no comparing finds it. So it
// is the other way round: of what is not Japanese only common words (words.txt), names of
// sites, short numbers and those of a form that everybody knows stay, and of these none
// that is, or has in it, a protected ID or password.
//
// Japanese stays, but for what is a protected password between blanks or quotation marks.
package objection

import (
	"context"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sekisho/accounts"
)

const (
	// maxText bounds what a visitor may say, in characters.
	maxText = 500
	// masked stands for what is not written down, and hidden for that until all is read:
	// nobody can type it, and it is no part of a word.
	masked = "[…]"
	hidden = "\x00"
)

var (
	// foreign is what stands side by side between Japanese letters and marks, or blanks.
	foreign = regexp.MustCompile(`[^\s\p{Han}\p{Hiragana}\p{Katakana}ー・\x{3000}-\x{303f}\x00]+`)
	quoted  = regexp.MustCompile(`[「『“"][^「」『』“”"]+[」』”"]`)
	// atSign is the sign of an address as people spell it where programs look for addresses, with what
	// stands for a full stop in dotSign.
	atSign  = regexp.MustCompile(`(?i)\s*(?:@|[\[({<]\s*(?:at|@|アット(?:マーク)?)\s*[\])}>]|アットマーク)\s*`)
	dotSign = regexp.MustCompile(`(?i)\s*(?:[\[({<]\s*(?:dot|\.|ドット)\s*[\])}>]|ドット)\s*`)
)

// Text makes one line of at most 500 characters of what was typed, for the journal and
// wherever its events go, in which […] stands for what is left out. It compares with the
// passwords in store until ctx ends; what needs that and is left then is left out too.
func Text(ctx context.Context, store *accounts.Store, typed string) string {
	return writer{store}.text(ctx, typed)
}

// writer writes down what may be.
type writer struct{ accounts *accounts.Store }

func (w writer) text(ctx context.Context, typed string) string {
	line := atSign.ReplaceAllString(legible(typed), "@")
	line = w.withoutNumbers(ctx, w.withoutIDs(dotSign.ReplaceAllString(line, ".")))
	line = quoted.ReplaceAllStringFunc(line, func(q string) string {
		if inside := string([]rune(q)[1 : len([]rune(q))-1]); japanese(inside) && w.protects(ctx, inside) {
			return hidden
		}
		return q
	})
	parts := strings.Fields(line)
	for i, word := range parts {
		if japanese(word) && w.protects(ctx, word) {
			parts[i] = hidden
			continue
		}
		parts[i] = foreign.ReplaceAllStringFunc(word, func(part string) string { return w.written(ctx, part) })
	}
	kept := []rune(strings.ReplaceAll(strings.Join(parts, " "), hidden, masked))
	if len(kept) > maxText {
		kept = append(kept[:maxText-1], '…')
	}
	return string(kept)
}

// legible returns the start of what was typed, in the letters that are compared.
func legible(typed string) string {
	typed = norm.NFKC.String(strings.ToValidUTF8(typed, "\uFFFD"))
	typed = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsControl(c):
			return ' '
		case unicode.Is(unicode.Cf, c): // nobody sees it between two letters
			return -1
		}
		return c
	}, typed)
	if all := []rune(typed); len(all) > 2*maxText {
		typed = string(all[:2*maxText])
	}
	return typed
}

// japanese reports whether s has letters that are kept whatever they spell.
func japanese(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) })
}

// withoutIDs hides protected IDs whose sign is a word: "info at shop dot example". Those with
// the sign itself are left out in any case.
func (w writer) withoutIDs(line string) string {
	at := foreign.FindAllStringIndex(line, -1)
	word := func(i int) string { return strings.Trim(line[at[i][0]:at[i][1]], `.,;:!?()[]<>"'`) }
	is := func(i int, sign string) bool { return i < len(at) && strings.EqualFold(word(i), sign) }
	for i := len(at) - 2; i > 0; i-- {
		if !is(i, "at") {
			continue
		}
		id, last := word(i-1)+"@"+word(i+1), i+1
		for is(last+1, "dot") && last+2 < len(at) {
			last += 2
			id += "." + word(last)
		}
		if _, ok := w.accounts.Knows([]byte(id)); ok {
			line = line[:at[i-1][0]] + hidden + line[at[last][1]:]
			at = at[:i-1]
			i = len(at) - 1
		}
	}
	return line
}

// protects reports whether one of words may be a protected password: is one, or could not be
// compared.
func (w writer) protects(ctx context.Context, words ...string) bool {
	hit, err := w.compared(ctx, words)
	return hit || err != nil
}

func (w writer) compared(ctx context.Context, words []string) (hit bool, err error) {
	if w.accounts.Empty() {
		return false, nil
	}
	passwords := make([][]byte, len(words))
	for i, word := range words {
		passwords[i] = []byte(word)
	}
	m, err := w.accounts.Check(ctx, accounts.Asker{Familiar: true}, nil, passwords)
	return m.Password, err
}
