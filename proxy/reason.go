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
	// maxReasonParts bounds the parts of a word between its marks: of all that stand side
	// by side in it, one comparison has room for those of five.
	maxReasonParts = 5
	// reasonTimeout bounds how long words are compared; what is left then is not written down.
	reasonTimeout = appealTimeout / 2
	// masked stands for what is not written down.
	masked = "[secret]"
)

var (
	// latin is what may be a password within a text: Japanese sets no blanks around it.
	latin = regexp.MustCompile("[!-~]{6,}")
	// oneTimeCode is a code as people write it.
	oneTimeCode = regexp.MustCompile(`[0-9]{7,}|[0-9]{6}|\b[0-9]{3}[ -][0-9]{3}\b|\b(?:[0-9][ -]){5}[0-9]\b`)
	// saysPassword finds a word for one: what stands in that text may be of letters alone.
	saysPassword = regexp.MustCompile(`(?i)pass|\bpwd?\b|パス|暗証|密码|密碼`)
	// reasonMarks part a word: an ID from a password, and both from what they are called.
	reasonMarks = regexp.MustCompile("[]:=/|,;\"'`()<>{}[]+")
)

// reason makes one bounded line of what was typed. A protected ID or password in it, which a
// person may well think is what is asked for, is taken out, and so is what looks like a
// password or a one-time code: it goes into the journal, and on to wherever events go.
func (s *Server) reason(ctx context.Context, typed string) string {
	ctx, cancel := context.WithTimeout(ctx, reasonTimeout)
	defer cancel()
	typed = norm.NFKC.String(strings.ToValidUTF8(typed, "\uFFFD"))
	if all := []rune(typed); len(all) > 2*maxReason {
		typed = string(all[:2*maxReason])
	}
	letters := saysPassword.MatchString(typed)
	words := strings.FieldsFunc(typed, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	for i, word := range words {
		if s.protects(ctx, letters, word) {
			words[i] = masked
			continue
		}
		words[i] = latin.ReplaceAllStringFunc(word, func(part string) string {
			if thoughtUp(part) || s.protects(ctx, letters, besideMarks(part)...) {
				return masked
			}
			return part
		})
	}
	line := []rune(oneTimeCode.ReplaceAllStringFunc(strings.Join(words, " "), func(code string) string {
		if len(code) > 6 && !strings.ContainsAny(code, " -") { // a longer number
			return code
		}
		return masked
	}))
	if len(line) > maxReason {
		line = append(line[:maxReason-1], '…')
	}
	return string(line)
}

// thoughtUp reports whether a word looks like a password, in clear, percent encoding or
// base64, or has more parts than can be compared. Names of hosts and programs do not.
func thoughtUp(word string) bool {
	var small, capital, digit, mark int
	for i, c := range word {
		switch {
		case unicode.IsLower(c):
			small = 1
		case unicode.IsUpper(c) && i > 0:
			capital = 1
		case unicode.IsDigit(c):
			digit = 1
		case strings.ContainsRune("!#$%&*+=?@^~\\", c) && i < len(word)-1:
			mark = 1
		}
	}
	return small+capital+digit+mark >= 3 || len(reasonMarks.Split(word, -1)) > maxReasonParts
}

// besideMarks returns a word and its parts between marks, alone and with their neighbours.
func besideMarks(word string) []string {
	all := []string{word}
	cuts := append([][]int{{0, 0}}, reasonMarks.FindAllStringIndex(word, -1)...)
	cuts = append(cuts, []int{len(word), len(word)})
	for i, from := range cuts {
		for _, to := range cuts[i+1:] {
			for _, part := range []string{word[from[1]:max(from[1], to[0])], strings.Trim(word[from[1]:max(from[1], to[0])], ".!?")} {
				if !slices.Contains(all, part) {
					all = append(all, part)
				}
			}
		}
	}
	return all
}

// protects reports whether one of words is a protected ID, or may be a protected password.
// Words of letters alone are compared if letters says so; when the comparison cannot be made,
// what looks like one counts.
func (s *Server) protects(ctx context.Context, letters bool, words ...string) bool {
	if s.accounts.Empty() {
		return false
	}
	var passwords [][]byte
	for _, word := range words {
		if _, ok := s.accounts.Knows([]byte(word)); ok {
			return true
		}
		if len(word) >= 6 && (letters || strings.ContainsFunc(word, unicode.IsDigit) || strings.ContainsFunc(word, unicode.IsPunct)) {
			passwords = append(passwords, []byte(word))
		}
	}
	if len(passwords) == 0 {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	m, err := s.accounts.Check(ctx, accounts.Asker{Familiar: true}, nil, passwords)
	return err != nil || m != (accounts.Match{})
}
