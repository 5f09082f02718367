package hostname

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The limits of RFC 1035, section 2.3.4, for the text form: 255 octets on the
// wire are 253 characters without the root.
const (
	maxName  = 253
	maxLabel = 63
)

// maxInput bounds what is decoded and mapped. A name of 253 octets, written
// in the longest sensible way, stays below it.
const maxInput = 1024

// Parse reads s as a host alone: no port, no userinfo, no path, no space.
//
// It accepts any case, one trailing dot, U-labels and A-labels, full-width
// letters and ideographic dots, percent-encoding, IPv4 in every spelling that
// a browser takes (0x7f.1, 2130706433, 0177.0.0.1), and IPv6 with or without
// brackets. It refuses an address with a zone, a name in brackets, a name
// whose last label is a number but which is no IPv4 address, an A-label that
// is not the encoding of a valid U-label (RFC 5891, section 5.4; one that
// decodes to pure ASCII would give a name two spellings), and what is
// percent-encoded twice. Underscores and hyphens are allowed anywhere, as
// browsers and the DNS do; other ASCII punctuation is not.
//
// Parse(n.String()) is n for every n that Parse returns; [ParseRecorded] takes
// those of [FromWire] besides. The
// error is an [*Error]. A plain lower-case name costs no allocation; the
// Name then shares the memory of s.
func Parse(s string) (Name, error) {
	if isPlain(s) {
		return Name{ascii: s}, nil
	}
	n, reason := parse(s)
	if reason != "" {
		return Name{}, invalid(s, reason)
	}
	return n, nil
}

// isPlain reports whether s already is the String of a Name that is neither
// an address nor internationalized: nearly all traffic.
func isPlain(s string) bool {
	if len(s) > maxName {
		return false // before reading it all
	}
	flaw, _ := findFlaw(s)
	return flaw == "" && !isNumeric(lastLabel(s)) && !strings.Contains(s, acePrefix)
}

// parse is Parse without the fast path. reason is empty on success.
func parse(s string) (n Name, reason string) {
	if s == "" {
		return Name{}, "it is empty"
	}
	if len(s) > maxInput {
		return Name{}, "it is too long"
	}
	if s[0] == '[' || strings.Contains(s, ":") {
		return parseIPv6(s)
	}
	if strings.Contains(s, "%") {
		if s, reason = percentDecode(s); reason != "" {
			return Name{}, reason
		}
	}
	if s, reason = lower(trimDot(s)); reason != "" {
		return Name{}, reason
	}
	// The order matters: a number may be written in full-width digits.
	if isNumeric(lastLabel(s)) {
		return parseIPv4(s)
	}
	if flaw, at := findFlaw(s); flaw != "" {
		if flaw == flawCharacter {
			r, _ := utf8.DecodeRuneInString(s[at:])
			flaw = fmt.Sprintf("%s: %q", flaw, r)
		}
		return Name{}, flaw
	}
	return Name{ascii: s}, ""
}

// percentDecode decodes s once, as section 3.5 of the URL Standard has it,
// and refuses what would need decoding again.
func percentDecode(s string) (decoded, reason string) {
	decoded, err := url.PathUnescape(s)
	if err != nil {
		return "", "it has a malformed percent-encoding"
	}
	if strings.Contains(decoded, "%") {
		return "", "it is percent-encoded twice"
	}
	return decoded, ""
}

// trimDot removes one trailing dot, of those that UTS #46 takes for a label
// separator. This comes before the mapping, which can leave an empty label
// behind (of "xn--", say) that would then look like a trailing dot.
func trimDot(s string) string {
	for _, dot := range [...]string{".", "。", "．", "｡"} {
		if rest, ok := strings.CutSuffix(s, dot); ok {
			return rest
		}
	}
	return s
}

// lower returns s in lower-case ASCII with A-labels.
func lower(s string) (ascii, reason string) {
	ascii = s
	plain := isASCII(s)
	if plain {
		ascii = strings.ToLower(s)
		if !strings.Contains(ascii, acePrefix) {
			return ascii, ""
		}
	} else if !utf8.ValidString(s) {
		return "", "it is not valid UTF-8"
	}
	ascii, ok := toASCII(ascii)
	if !ok {
		return "", "it is not a valid internationalized name"
	}
	return ascii, ""
}

// What findFlaw finds.
const (
	flawEmpty     = "it has an empty label"
	flawLabel     = "it has a label of more than 63 octets"
	flawLong      = "it has more than 253 octets"
	flawCharacter = "it has a character that is not allowed"
)

// findFlaw returns why s, which is to be lower-case ASCII, is not a sequence
// of well-formed labels, and where; or "" when it is one.
func findFlaw(s string) (flaw string, at int) {
	start := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c != '.':
			if !isLabelByte(c) {
				return flawCharacter, i
			}
		case i == start:
			return flawEmpty, i
		case i-start > maxLabel:
			return flawLabel, start
		default:
			start = i + 1
		}
	}
	switch {
	case start == len(s):
		return flawEmpty, start
	case len(s)-start > maxLabel:
		return flawLabel, start
	case len(s) > maxName:
		return flawLong, maxName
	}
	return "", 0
}

// isLabelByte reports whether c may stand in a label as it is.
func isLabelByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func lastLabel(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }
