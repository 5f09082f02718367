package accounts

import "bytes"

const (
	codeDigits = 6

	// maxAround is how much may surround a password: a code, blanks, a line end.
	maxAround = 64
)

// variants returns the passwords worth comparing, each once and none that could
// not have been stored, and whether some were left out for their number: whole of
// them as they are, then without what was put around them. The result shares the
// memory of passwords.
//
// A page can take off again whatever it adds. These are what people add without
// noticing, and what some sites ask to be added.
func variants(passwords [][]byte) (out [][]byte, whole int, cut bool) {
	add := func(p []byte) {
		if len(p) < minPassword || len(p) > maxPassword {
			return
		}
		for _, have := range out {
			if bytes.Equal(have, p) {
				return
			}
		}
		out = append(out, p)
	}
	var asSent [][]byte
	for _, p := range passwords {
		bare := trimBytes(p)
		if len(bare) < minPassword || len(bare) > maxPassword+maxAround {
			// What consists of blanks could have been stored all the same.
			if len(p) < minPassword || len(p) > maxPassword {
				continue
			}
		}
		if len(asSent) == maxPasswords {
			cut = true
			break
		}
		asSent = append(asSent, p)
		add(p)
	}
	whole = len(out)
	for _, p := range asSent {
		add(trimBytes(p))
		// A password may have blanks of its own at its ends.
		for _, p := range [2][]byte{p, trimBytes(p)} {
			n := len(p) - codeDigits
			if n > 0 && digits(p[n:]) {
				add(p[:n])
				add(trimBytes(p[:n]))
			}
			if n > 0 && digits(p[:codeDigits]) {
				add(p[codeDigits:])
				add(trimBytes(p[codeDigits:]))
			}
		}
	}
	return out, whole, cut
}

// trimBytes is trim without a copy.
func trimBytes(p []byte) []byte { return bytes.TrimFunc(p, unicodeSpaceOrControl) }

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
