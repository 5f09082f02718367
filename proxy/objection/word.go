package objection

import (
	"context"
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// maxStretches is how much of one word is compared: one comparison has room for that.
const maxStretches = 32

//go:embed words.txt
var commonText string

// common is the words of words.txt. They tell nobody a secret.
var common = readCommon(commonText)

func readCommon(text string) map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			all[word] = true
		}
	}
	return all
}

// isCommon reports whether a word in any case is one of words.txt, or such a one with an
// ending.
func isCommon(word string) bool {
	word = strings.ToLower(word)
	if common[word] {
		return true
	}
	for _, ending := range []string{"s", "es", "d", "ed", "ing", "ly", "r"} {
		stem, ok := strings.CutSuffix(word, ending)
		if !ok || len(stem) < 3 {
			continue
		}
		// trying, closing, stopping
		doubled := len(stem) > 3 && stem[len(stem)-1] == stem[len(stem)-2] && common[stem[:len(stem)-1]]
		if common[stem] || doubled || ending == "ing" && common[stem+"e"] || ending == "es" && common[strings.TrimSuffix(stem, "i")+"y"] {
			return true
		}
	}
	return false
}

var (
	// site is the name of a site, of which people write here, and what stands behind it.
	site = regexp.MustCompile(`^(?i)((?:https?://)?)((?:[a-z0-9-]+\.)+[a-z]{2,})(/?|[/?#].+)$`)
	// ends are the marks of a sentence around a word, which stay.
	ends = regexp.MustCompile(`^([("'<]*)(.*?)([.,:;!?)"'>]*)$`)
	// siteLabels are the parts of a name.
	siteLabels = regexp.MustCompile(`[0-9A-Za-z-]+`)
	// pieces are the words and the marks of a text without blanks.
	pieces = regexp.MustCompile(`[\pL\pM\pN]+|[^\pL\pM\pN]+`)
	words  = regexp.MustCompile(`[\pL\pM\pN]+`)
	digits = regexp.MustCompile(`^[0-9]+$`)

	// numbers are figures with what stands between them where people set them apart; those of
	// wellFormed are of a form that everybody knows: an order of Amazon's, a telephone number,
	// a day, a time, an amount, an address of the network.
	numbers    = regexp.MustCompile(`\+?[0-9](?:[ ().,/:_-]*[0-9])*`)
	wellFormed = regexp.MustCompile(`\b(?:[0-9]{3}-[0-9]{7}-[0-9]{7}|20[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9]|[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{1,3}){3})\b|` +
		`(?:\+[0-9]{1,3}[ -]|\(?\b0)[0-9]{1,4}\)?[ -][0-9]{2,4}[ -][0-9]{3,4}\b`)
	notDigits = regexp.MustCompile(`[^0-9]+`)

	// kanjiFigures are six and more of them, as somebody reads a code out.
	kanjiFigures = regexp.MustCompile(`[〇○◯零一二三四五六七八九](?:[ ・、_-]*[〇○◯零一二三四五六七八九]){5,}`)
)

// maxFigures is how many figures of a number stay. A one-time code has six, and a password
// six at least.
const maxFigures = 5

// withoutNumbers hides numbers that may be a one-time code, an ID or a password.
func (w writer) withoutNumbers(ctx context.Context, line string) string {
	line = kanjiFigures.ReplaceAllString(line, hidden)
	return numbers.ReplaceAllStringFunc(line, func(n string) string {
		if figures(n) <= maxFigures {
			return n
		}
		if figures(wellFormed.ReplaceAllString(n, "")) > maxFigures {
			return hidden
		}
		return wellFormed.ReplaceAllStringFunc(n, func(known string) string {
			if _, id := w.accounts.Knows([]byte(known)); id || w.protects(ctx, known, notDigits.ReplaceAllString(known, "")) {
				return hidden
			}
			return known
		})
	})
}

func figures(s string) int { return len(notDigits.ReplaceAllString(s, "")) }

// written returns what is written down of what stands side by side, with the marks of the
// sentence around it: of an address the site, whose name may itself be a password that
// somebody set a full stop behind.
func (w writer) written(ctx context.Context, word string) string {
	around := ends.FindStringSubmatch(word)
	if at := site.FindStringSubmatch(around[2]); at != nil {
		name, behind := at[2], at[3]
		_, official := publicsuffix.PublicSuffix(strings.ToLower(name))
		if official && !w.protects(ctx, append(siteLabels.FindAllString(name, -1), word, name)...) {
			if len(behind) > 1 {
				behind = behind[:1] + hidden
			}
			return around[1] + at[1] + name + behind + around[3]
		}
	}
	if w.secret(ctx, word) {
		return around[1] + hidden + around[3]
	}
	return word
}

// secret reports whether what stands side by side may be, or have in it, what must not be
// written down. One common word is compared as far as the time goes: it is a secret to few.
func (w writer) secret(ctx context.Context, word string) bool {
	if strings.Contains(word, "@") {
		return true
	}
	n := 0
	for _, piece := range words.FindAllString(word, -1) {
		if n++; !digits.MatchString(piece) && !isCommon(piece) {
			return true
		}
	}
	all := stretches(word)
	if n == 1 {
		hit, _ := w.compared(ctx, all)
		return hit
	}
	return len(all) > maxStretches || w.protects(ctx, all...)
}

// stretches returns all that stands side by side in a word, with its marks and without;
// hardly more than are compared.
func stretches(word string) (all []string) {
	at := pieces.FindAllStringIndex(word, -1)
	for i, from := range at {
		for _, to := range at[i:] {
			part := word[from[0]:to[1]]
			if len(part) >= 6 && !slices.Contains(all, part) {
				all = append(all, part)
			}
		}
		if len(all) > maxStretches {
			break
		}
	}
	return all
}
