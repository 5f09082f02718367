package guard

import (
	"bytes"
	"strings"
)

// named files a value under what its name says.
func (r *reader) named(w word, v []byte, k kind, page bool) {
	r.cues[w.class]++
	if w.class == registerCue && locates(w.spelling) {
		r.cues[place]++
	}
	if (w.class == code || w.class == codeWeak) && len(v) == 1 && '0' <= v[0] && v[0] <= '9' && len(r.digits) < 16 {
		r.digits = append(r.digits, v[0]) // of a code with a box for each
		r.digitsOf = value{word: w.spelling, class: w.class, at: r.at, page: page}
		r.loud++
		return
	}
	if blank(v) || len(v) > maxValue || k == literal || !writable(v, w.class == password || page) {
		return
	}
	f := value{v: v, word: w.spelling, class: w.class, at: r.at, page: page}
	switch w.class {
	case password:
		if !sealed(v) {
			r.keep(&r.passwords, f)
		}
	case passwordWeak:
		if k == text && len(v) >= leastWeak(w.spelling) && !sealed(v) {
			r.keep(&r.passwords, f)
			if strings.Contains(w.spelling, "pin") && otp(v) {
				f.class = codeWeak
				r.keep(&r.codes, f)
			}
		}
	case newPassword:
		r.keep(&r.news, f)
	case confirmPassword:
		r.keep(&r.confirms, f)
	case oldPassword:
		r.keep(&r.olds, f)
	case id, idWeak, mail:
		r.nameID(f)
	case code:
		if len(v) <= 32 {
			r.keep(&r.codes, f)
		}
	case codeWeak:
		if k == text && otp(v) {
			r.keep(&r.codes, f)
		}
	}
}

// nameID files a value whose name says sign-in ID.
func (r *reader) nameID(f value) {
	f.v = bytes.TrimSpace(f.v)
	if len(f.v) > maxID || sealed(f.v) {
		return
	}
	if r.isKnown(f.v) {
		r.keep(&r.knownIDs, f)
	}
	if f.class == mail && !email(f.v) && !phone(f.v) && len(f.v) > 64 {
		return
	}
	r.keep(&r.ids, f)
}
