package accounts

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Limits on what names an account, in octets of UTF-8.
const (
	maxID    = 254 // the longest e-mail address (RFC 3696, erratum 1690)
	maxLabel = 128
)

// canonical returns the form under which IDs are compared, and whether s can be a
// sign-in ID of Amazon's at all: an e-mail address or a telephone number.
//
// Width and case do not count (NFKC and full case folding), nor do spaces around
// it. A telephone number is its digits; Japan's are brought to the form with a
// leading zero, whether they are written +81 90…, 81-90…, +81 (0)90…, 090… or,
// next to a box that holds the country, 90….
func canonical(s string) (string, bool) {
	s = trim(s)
	if s == "" || len(s) > maxID*3 || !utf8.ValidString(s) {
		return "", false
	}
	if ascii(s) {
		s = strings.ToLower(s)
	} else {
		s = trim(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))))
	}
	if len(s) > maxID {
		return "", false
	}
	if local, domain, ok := strings.Cut(s, "@"); ok {
		return s, local != "" && domain != "" && !strings.ContainsFunc(s, unicodeSpaceOrControl)
	}
	return telephone(s)
}

// IsID reports whether s can be a sign-in ID of Amazon's, in any of the forms in which it
// may be typed: of somebody who gave no label, the label is one.
func IsID(s string) bool {
	_, ok := canonical(s)
	return ok
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func trim(s string) string { return strings.TrimFunc(s, unicodeSpaceOrControl) }

func unicodeSpaceOrControl(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf)
}

// Digits of a telephone number with its country (ITU-T E.164), and without.
const (
	minDigits = 9
	maxDigits = 15
)

// telephone returns the digits of a number, in the form canonical tells.
func telephone(s string) (string, bool) {
	plus := strings.HasPrefix(s, "+")
	var b strings.Builder
	for _, r := range strings.TrimPrefix(s, "+") {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" -().\u2010\u2011\u2012\u2013\u2212\u30fc", r):
		default:
			return "", false
		}
	}
	d := b.String()
	if len(d) < minDigits || len(d) > maxDigits {
		return "", false
	}
	national, japan := strings.CutPrefix(d, "81")
	switch {
	case japan && (plus || len(d) == 11 || len(d) == 12 || strings.HasPrefix(national, "0")):
		d = "0" + strings.TrimPrefix(national, "0")
	case len(d) == 10 && strings.Contains("70 80 90", d[:2]):
		d = "0" + d
	}
	return d, len(d) >= minDigits
}

// checkLabel returns label without spaces around it, or says why it is no label.
// It is printed on terminals and pages, so nothing invisible is let in.
func checkLabel(label string) (string, error) {
	label = trim(norm.NFC.String(label))
	switch {
	case label == "":
		return "", fmt.Errorf("an empty label is %w", ErrInput)
	case len(label) > maxLabel:
		return "", fmt.Errorf("a label of more than %d bytes is %w", maxLabel, ErrInput)
	case !utf8.ValidString(label) || strings.ContainsFunc(label, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u3000' }):
		return "", fmt.Errorf("a label with characters that cannot be seen is %w", ErrInput)
	}
	return label, nil
}

// sameLabel reports whether people would take a and b for the same.
func sameLabel(a, b string) bool {
	fold := func(s string) string { return cases.Fold().String(norm.NFKC.String(s)) }
	return fold(a) == fold(b)
}
