package proxy

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sekisho/accounts"
)

const (
	// maxReason bounds what a visitor may say, in characters.
	maxReason = 500
	// maxStretches is how much of one word is compared: one comparison has room for that.
	maxStretches = 32
	// reasonTimeout bounds how long words are compared; what is left then is not written down.
	reasonTimeout = appealTimeout / 2
	// masked stands for what is not written down.
	masked = "[secret]"
)

var (
	// latin is what may be a password within a text: Japanese sets no blanks around it.
	latin = regexp.MustCompile("[!-~]{6,}")
	// site is the name of a site, of which people write here, and what stands behind it.
	site = regexp.MustCompile(`^(?i)((?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,})([/?#].+|[/.,]?)$`)
	// siteLabels are the parts of a name.
	siteLabels = regexp.MustCompile(`[0-9A-Za-z-]+`)
	// plainWords are words between marks, or numbers. What has both letters and figures is
	// none: a password with a letter right beside it is found by no comparing.
	plainWords = regexp.MustCompile(`^(?:[^A-Za-z]*|[^0-9A-Za-z]*(?:(?:(?:[A-Z]?[a-z]+){1,2}|[A-Z]+)(?:[^0-9A-Za-z]+|$))*)$`)
	// pieces are the words and the marks of a text without blanks.
	pieces    = regexp.MustCompile(`[0-9A-Za-z]+|[^0-9A-Za-z]+`)
	telephone = regexp.MustCompile(`\+?[0-9][0-9 ()-]{6,}[0-9]`)
	// number may be a one-time code, and apart is one as people set it.
	number = regexp.MustCompile(`[0-9]+`)
	apart  = regexp.MustCompile(`\b[0-9]{3}[ -][0-9]{3}\b|\b[0-9](?:[ -][0-9]){5}\b`)
)

// reason makes one bounded line of what was typed. A protected ID or password in it, which a
// person may well think is what is asked for, is taken out, and so are one-time codes: it
// goes into the journal, and on to wherever events go. Japanese stays as it is, and so do
// words, numbers and names of sites that were compared and are no secret; what is neither
// is not written down at all, since a secret may stand in it in another form.
func (s *Server) reason(ctx context.Context, typed string) string {
	ctx, cancel := context.WithTimeout(ctx, reasonTimeout)
	defer cancel()
	words := strings.Fields(legible(typed))
	for i, word := range words {
		if s.protects(ctx, word) {
			words[i] = masked
			continue
		}
		words[i] = latin.ReplaceAllStringFunc(word, func(part string) string { return s.written(ctx, part) })
	}
	line := []rune(s.withoutNumbers(strings.Join(words, " ")))
	if len(line) > maxReason {
		line = append(line[:maxReason-1], '…')
	}
	return string(line)
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
	if all := []rune(typed); len(all) > 2*maxReason {
		typed = string(all[:2*maxReason])
	}
	return typed
}

// withoutNumbers masks what may be a one-time code, and a telephone number that is an ID.
func (s *Server) withoutNumbers(line string) string {
	line = telephone.ReplaceAllStringFunc(line, func(n string) string {
		if _, ok := s.accounts.Knows([]byte(n)); ok {
			return masked
		}
		return n
	})
	line = apart.ReplaceAllString(line, masked)
	return number.ReplaceAllStringFunc(line, func(n string) string {
		if len(n) == 6 {
			return masked
		}
		return n
	})
}

// written returns what is written down of a word of ASCII: of an address the site, whose
// name may itself be a password that somebody set a full stop behind.
func (s *Server) written(ctx context.Context, word string) string {
	if at := site.FindStringSubmatch(word); at != nil && !s.protects(ctx, append(siteLabels.FindAllString(word, -1), word, at[1])...) {
		if len(at[2]) > 1 {
			return at[1] + at[2][:1] + masked
		}
		return word
	}
	if s.secret(ctx, word) {
		return masked
	}
	return word
}

// secret reports whether a word of ASCII is, or has in it, what must not be written down.
func (s *Server) secret(ctx context.Context, word string) bool {
	if strings.Contains(word, "@") || !plainWords.MatchString(word) {
		return true
	}
	all := stretches(word)
	return len(all) > maxStretches || s.protects(ctx, all...)
}

// stretches returns all that stands side by side in a word, with its marks and without, and
// the half of what stands there twice; hardly more than are compared.
func stretches(word string) (all []string) {
	at := pieces.FindAllStringIndex(word, -1)
	for i, from := range at {
		for _, to := range at[i:] {
			part := word[from[0]:to[1]]
			if half := part[:len(part)/2]; half+half == part {
				part = half
			}
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

// protects reports whether one of words may be a protected password: is one, or could not be
// compared.
func (s *Server) protects(ctx context.Context, words ...string) bool {
	if s.accounts.Empty() {
		return false
	}
	passwords := make([][]byte, len(words))
	for i, word := range words {
		passwords[i] = []byte(word)
	}
	m, err := s.accounts.Check(ctx, accounts.Asker{Familiar: true}, nil, passwords)
	return err != nil || m != (accounts.Match{})
}
