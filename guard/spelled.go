package guard

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"sekisho/hostname"
)

const (
	// minSpelled is how long a password or a code is that is looked for in a name.
	// Shorter ones are parts of words.
	minSpelled = 6
	// minSpelledCoded is how many characters of an encoding are.
	minSpelledCoded = 8
)

// SpelledIn reports whether labels of host spell a password, a code or an e-mail address that f has, as it is
// or in hexadecimal, base32 or base64, be it with more around it: then whoever has the
// name has that. Names have one case, marks no place, and labels an end, so the comparison
// knows none of them. As they are, values whose name does not say what they are do not
// count: many a form has the label of its tenant. Call it before [Finding.Wipe].
func (f *Finding) SpelledIn(host hostname.Name) bool {
	if _, ip := host.Addr(); ip || len(f.Passwords)+len(f.Codes)+len(f.IDs) == 0 {
		return false
	}
	name := strings.ReplaceAll(host.String(), ".", "")
	for _, id := range f.IDs {
		if v := id.Bytes(); email(v) && (strings.Contains(name, oneCase(bytes.ReplaceAll(v, []byte("@"), nil))) || codedIn(name, v)) {
			return true
		}
	}
	for i, s := range slices.Concat(f.Codes, f.Passwords) {
		v := s.Bytes()
		said := i < len(f.Codes)+f.Typed
		if len(v) >= minSpelled && (said && strings.Contains(name, oneCase(v)) || codedIn(name, v)) {
			return true
		}
	}
	return false
}

// oneCase is v as the labels of a name have it.
func oneCase(v []byte) string { return string(bytes.ToLower(bytes.ReplaceAll(v, []byte("."), nil))) }

// codedIn reports whether name holds an encoding of v.
func codedIn(name string, v []byte) bool {
	if strings.Contains(name, hex.EncodeToString(v)) {
		return true
	}
	for _, e := range []struct {
		encode      func([]byte) string
		bits, group int
	}{
		{base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString, 5, 5},
		{base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString, 5, 5},
		{base64.RawURLEncoding.EncodeToString, 6, 3},
	} {
		// What stands before v decides at which bit of a character v begins; the first
		// and the last one may hold bits of its neighbours.
		for before := range e.group {
			all := e.encode(append(make([]byte, before), v...))
			coded := all[(before*8+e.bits-1)/e.bits : (before+len(v))*8/e.bits]
			if len(coded) >= minSpelledCoded-2 && strings.Contains(name, strings.ToLower(coded)) {
				return true
			}
		}
	}
	return false
}
