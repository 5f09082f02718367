package guard

import (
	"bytes"
	"strings"

	"sekisho/guard/vocabulary"
)

// posts reports whether the fields are those of an address, where "pin" is the
// postal code of India: beside its city or street, not beside one place alone,
// which a page may know of its visitor, unless it is called a pincode; or beside
// a person's name and e-mail address.
func (r *reader) posts() bool {
	return r.cues[vocabulary.SignInCue] == 0 && (r.cues[vocabulary.Place] >= 2 || r.cues[vocabulary.Place] == 1 && r.pincode || r.person && r.postal && r.cues[vocabulary.Mail] > 0)
}

// notePostal notes what besides places makes a part of an address of "pin": its
// longer name, six digits in it, and a field for the name of a person.
func (r *reader) notePostal(name []byte, w vocabulary.Word, v []byte) {
	switch w.Class {
	case vocabulary.Other:
		if n := len(name); n >= 4 && !r.whose && (name[n-1] == 'e' || name[n-1] == 'E' || name[n-1] == ']') {
			r.whose = bytes.EqualFold(vocabulary.Leaf(name), []byte("name"))
			r.person = r.person || r.whose
		}
	case vocabulary.RegisterCue:
		r.person = r.person || strings.HasSuffix(w.Spelling, "name")
	case vocabulary.PasswordWeak:
		r.pincode = r.pincode || w.Spelling == "pincode"
		r.postal = r.postal || strings.HasPrefix(w.Spelling, "pin") && len(v) <= 8 && v0(v) > '0' && otp(v) && digits(v) == 6
	}
}

// v0 returns the first byte of v, or 0.
func v0(v []byte) byte {
	if len(v) == 0 {
		return 0
	}
	return v[0]
}

func digits(v []byte) (n int) {
	for _, c := range v {
		if '0' <= c && c <= '9' {
			n++
		}
	}
	return n
}

// locates reports whether a word of registrations is part of an address.
func locates(word string) bool {
	switch word {
	case "postalcode", "zip", "zipcode", "zip01", "zip02", "address", "address1", "address2", "addr01", "addr02", "pref", "todofuken", "郵便番号", "住所":
		return true
	}
	return false
}
