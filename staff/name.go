package staff

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// maxName is enough for an e-mail address or a name in any script, in octets.
const maxName = 64

// Name returns the form of a user's or token's name that is stored and compared:
// the UsernameCaseMapped profile of PRECIS (RFC 8265, section 3.3), so that two
// names that look alike in case or width are one. What it refuses is [ErrInput]:
// among others spaces, control characters and names of more than 64 octets.
func Name(s string) (string, error) {
	if s == "" {
		return "", fmt.Errorf("an empty name is %w", ErrInput)
	}
	if len(s) > maxName || !utf8.ValidString(s) {
		return "", fmt.Errorf("a name of more than %d bytes is %w", maxName, ErrInput)
	}
	n, err := precis.UsernameCaseMapped.String(s)
	if err != nil || n == "" || len(n) > maxName {
		return "", fmt.Errorf("a name with spaces or anything else than letters, digits and plain signs is %w", ErrInput)
	}
	if again, err := precis.UsernameCaseMapped.String(n); err != nil || again != n {
		return "", fmt.Errorf("a name that has no settled form is %w", ErrInput) // RFC 8265, section 3.3: rules applied twice
	}
	return n, nil
}

// Bounds of a password. NIST SP 800-63B-4, section 3.1.1.2, asks for eight
// characters at least, more where it is the only factor, and room for 64; length
// matters more than a mixture. The upper bound is of octets.
const (
	minPassword = 8
	maxPassword = 256
)

// prepare returns the form of a password that is hashed: the OpaqueString profile
// of PRECIS (RFC 8265, section 4.2), because keyboards differ in how they compose
// an accented or voiced character. The result shares no memory with p.
func prepare(p []byte) ([]byte, error) {
	if len(p) > maxPassword {
		return nil, fmt.Errorf("a password of more than %d bytes is %w", maxPassword, ErrInput)
	}
	if utf8.RuneCount(p) < minPassword {
		return nil, fmt.Errorf("a password of fewer than %d characters is %w", minPassword, ErrInput)
	}
	out, err := precis.OpaqueString.Bytes(p)
	if err != nil || len(out) > 2*maxPassword {
		return nil, fmt.Errorf("a password with control characters or what is no text is %w", ErrInput)
	}
	if &out[0] == &p[0] {
		out = append([]byte(nil), out...)
	}
	return out, nil
}

// hasControl reports whether s has characters that a terminal or a page would not
// just show.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029' })
}
