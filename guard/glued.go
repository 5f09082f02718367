package guard

import "bytes"

// maxGlued bounds the calls of Hints.Known for IDs that something is written
// right behind or before. They are apart from the others: a list of a thousand
// addresses must not use those up.
const maxGlued = 512

// glued looks for a protected ID in one word with its password, and nothing to
// part them: taro@example.jphunter2, either first. An address ends anywhere
// then, so that each place is tried.
func (r *reader) glued(v []byte) {
	if r.hints.Known == nil || len(v) < 2*minPassword || len(v) > maxID+maxPassword {
		return
	}
	v = bytes.TrimFunc(v, unseen)
	at := bytes.IndexByte(v, '@')
	if at < 0 {
		r.gluedNumber(v)
		return
	}
	start, end := addressAt(v, at)
	for cut := end; cut > at+3; cut-- {
		if len(v)-cut >= minPassword && r.gluedID(v[start:cut]) {
			r.candidate(v[cut:])
			return
		}
	}
	for cut := start; cut < at; cut++ {
		if cut >= minPassword && r.gluedID(v[cut:end]) {
			r.candidate(v[:cut])
			return
		}
	}
}

// gluedNumber is glued for a telephone number.
func (r *reader) gluedNumber(v []byte) {
	ahead, behind := 0, len(v)-1
	for ahead < len(v) && isDigit(v[ahead]) {
		ahead++
	}
	for behind >= 0 && isDigit(v[behind]) {
		behind--
	}
	if ahead < 9 && len(v)-1-behind < 9 {
		return
	}
	for n := 15; n >= 9; n-- {
		if n <= ahead && len(v)-n >= minPassword && r.gluedID(v[:n]) {
			r.candidate(v[n:])
			return
		}
		if at := len(v) - n; at >= minPassword && behind < at && r.gluedID(v[at:]) {
			r.candidate(v[:at])
			return
		}
	}
}

// gluedID asks whether id is protected, and notes it.
func (r *reader) gluedID(id []byte) bool {
	if r.triedGlued >= maxGlued || !email(id) && !phone(id) {
		return false
	}
	r.triedGlued++
	if !r.hints.Known(id) {
		return false
	}
	r.keep(&r.knownIDs, value{v: id, at: r.at})
	return true
}
