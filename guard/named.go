package guard

import (
	"bytes"
	"strings"

	"sekisho/guard/vocabulary"
)

// named files a value under what its name says.
func (r *reader) named(w vocabulary.Word, v []byte, k kind, page bool) {
	r.cues[w.Class]++
	if w.Class == vocabulary.RegisterCue && locates(w.Spelling) {
		r.cues[vocabulary.Place]++
	}
	if w.Class.IsCode() && len(v) == 1 && '0' <= v[0] && v[0] <= '9' && len(r.digits) < 16 {
		r.digits = append(r.digits, v[0]) // of a code with a box for each
		r.digitsOf = value{word: w.Spelling, class: w.Class, at: r.at, page: page}
		r.loud++
		return
	}
	if blank(v) || len(v) > maxValue || k == literal || !writable(v, w.Class == vocabulary.Password || page) {
		return
	}
	f := value{v: v, word: w.Spelling, class: w.Class, at: r.at, page: page}
	switch w.Class {
	case vocabulary.Password:
		if !sealed(v) {
			r.keep(&r.passwords, f)
		}
	case vocabulary.PasswordWeak:
		if k == text && len(v) >= leastWeak(w.Spelling) && !sealed(v) {
			r.keep(&r.passwords, f)
			if strings.Contains(w.Spelling, "pin") && otp(v) {
				f.class = vocabulary.CodeWeak
				r.keep(&r.codes, f)
			}
		}
	case vocabulary.NewPassword:
		r.keep(&r.news, f)
	case vocabulary.ConfirmPassword:
		r.keep(&r.confirms, f)
	case vocabulary.OldPassword:
		r.keep(&r.olds, f)
	case vocabulary.KeptPassword:
		r.keep(&r.kept, f)
	case vocabulary.ID, vocabulary.IDWeak, vocabulary.Mail:
		r.nameID(f)
	case vocabulary.Code:
		switch {
		case email(bytes.TrimSpace(v)):
			f.class = vocabulary.ID // login_code is what some shops call the ID
			r.nameID(f)
		case short(v):
			r.keep(&r.codes, f)
		}
	case vocabulary.CodeWeak:
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
	if r.hints.Known != nil && email(f.v) {
		r.noteAddress(f.v)
	}
	if r.isKnown(f.v) {
		r.keep(&r.knownIDs, f)
	}
	if f.class == vocabulary.Mail && !email(f.v) && !phone(f.v) && len(f.v) > 64 {
		return
	}
	r.keep(&r.ids, f)
}
