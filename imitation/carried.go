package imitation

import (
	"net/url"
	"strings"
)

// minCarried is how long a value must be to be looked at outside of the body, in bytes:
// a page with a form has no less. How many there are is bounded by the head, whose
// bytes are read once each, and by nothing else: decoys would hide the one that counts.
const minCarried = 256

// carried returns the values of a response's head and address that may be a document
// for a script to show: in a header, a cookie, a query, or the fragment that a
// redirect leads to.
func carried(r Response) (values []string) {
	add := func(v string) {
		if len(v) < minCarried {
			return
		}
		if plain, err := url.PathUnescape(v); err == nil {
			v = plain
		}
		if _, ok := packed([]byte(v[:min(len(v), maxPackHead)])); ok || inAlphabetAll(v) {
			values = append(values, v)
		}
	}
	for name, list := range r.Header {
		for _, v := range list {
			switch {
			case len(v) < minCarried:
			case name == "Set-Cookie":
				_, v, _ = strings.Cut(v, "=")
				v, _, _ = strings.Cut(v, ";")
				add(v)
			case name == "Location", name == "Content-Location", name == "Refresh":
				parts(v, add)
			default:
				add(v)
				for part := range strings.SplitSeq(v, `"`) { // of Server-Timing, Link and the like
					if len(part) < len(v) {
						add(part)
					}
				}
			}
		}
	}
	if len(r.Target) >= minCarried {
		parts(r.Target, add)
	}
	return values
}

// parts calls add with the values of the query and fragment of an address.
func parts(address string, add func(string)) {
	i := strings.IndexAny(address, "?#")
	if i < 0 {
		return
	}
	for part := range strings.FieldsFuncSeq(address[i:], func(r rune) bool { return r == '?' || r == '#' || r == '&' }) {
		if name, v, ok := strings.Cut(part, "="); ok && len(name) <= maxIdent {
			part = v
		}
		add(part)
	}
}

// inAlphabetAll reports whether v begins with letters and digits alone.
func inAlphabetAll(v string) bool {
	for i := range maxPackHead {
		if !inAlphabet[v[i]] {
			return false
		}
	}
	return true
}

// carry reads them.
func (s *Scanner) carry(r Response) {
	for _, v := range carried(r) {
		if s.outside == nil {
			s.outside = newDocument(&s.found, 0, false)
		}
		s.outside.own([]byte(v))
	}
}

// Early reports whether something was found before the body, which is worth
// a judgement before the head is passed on.
func (s *Scanner) Early() bool { return s.outside != nil && s.outside.inside != nil }
