package hostname

import (
	"strings"

	"golang.org/x/net/idna"
)

// acePrefix begins an A-label (RFC 5890, section 2.3.2.1).
const acePrefix = "xn--"

// lookup is the non-transitional processing of UTS #46 with the settings that
// the URL Standard gives in section 3.3: bidi and joiners are checked. The
// hyphens are not (content networks use names such as r3---sn-x), and
// neither is ASCII, which findFlaw does more strictly, underscores allowed.
var lookup = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.BidiRule(),
	idna.CheckHyphens(false),
	idna.StrictDomainName(false),
)

// maxRunes bounds a label before it is mapped, since the cost of punycode
// grows with its square. An A-label spends an octet at least on each
// character, of which decomposed spelling may have made two.
const maxRunes = 2 * maxLabel

// toASCII maps the labels of s, which is valid UTF-8, and encodes them. The
// result may still have the flaws that findFlaw finds (full-width punctuation
// maps to ASCII); if it has none, mapping it again changes nothing. For an s
// of ASCII, which is to be in lower case, the result is s.
func toASCII(s string) (ascii string, ok bool) {
	if longestRun(s) > maxRunes {
		return "", false
	}
	ascii, ok = mapLabels(s)
	return ascii, ok && !hidesALabel(ascii)
}

// hidesALabel reports whether a label of ascii decodes to one that itself
// begins like an A-label, which section 4.1, criterion 5 of UTS #46 forbids
// where hyphens are not checked.
func hidesALabel(ascii string) bool {
	if !strings.Contains(ascii, acePrefix+acePrefix) {
		return false
	}
	u, err := lookup.ToUnicode(ascii)
	return err == nil && misread(ascii, u)
}

// misread reports whether an A-label of ascii stands in u, which is decoded, as one
// that would be read as another name: as ASCII, or beginning like an A-label.
func misread(ascii, u string) bool {
	for label := range strings.SplitSeq(ascii, ".") {
		var decoded string
		decoded, u, _ = strings.Cut(u, ".")
		if strings.HasPrefix(label, acePrefix) && (isASCII(decoded) || strings.HasPrefix(decoded, acePrefix)) {
			return true
		}
	}
	return false
}

// mapLabels is toASCII before what the library lets through.
func mapLabels(s string) (ascii string, ok bool) {
	ascii, err := lookup.ToASCII(s)
	switch {
	case err != nil:
		return "", false
	case isASCII(s):
		return ascii, ascii == s
	case !strings.Contains(ascii, acePrefix):
		return ascii, true
	}
	if flaw, _ := findFlaw(ascii); flaw != "" {
		return ascii, true
	}
	// The library takes the direction of a character from before its mapping:
	// the left-to-right sign ℵ becomes a Hebrew letter, which the first pass
	// leaves beside Latin ones and the second refuses.
	again, err := lookup.ToASCII(ascii)
	return ascii, err == nil && again == ascii
}

// longestRun returns the number of characters in the longest label of s.
func longestRun(s string) (longest int) {
	run := 0
	for _, r := range s {
		switch r {
		case '.', '。', '．', '｡':
			run = 0
		default:
			run++
		}
		longest = max(longest, run)
	}
	return longest
}

// toUnicode decodes the A-labels of s, or returns s when one is broken.
func toUnicode(s string) string {
	if strings.Contains(s, `\`) {
		return s
	}
	u, err := lookup.ToUnicode(s)
	if err != nil || misread(s, u) {
		return s
	}
	return u
}
