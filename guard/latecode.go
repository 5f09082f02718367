package guard

import (
	"bytes"
	"slices"
	"strings"
)

// lateDigits is the length of Amazon's one-time codes.
const lateDigits = 6

// lateCodes gathers what may be a one-time code after a copy of the sign-in.
type lateCodes struct {
	found []value
	boxes []byte // of a code with a box for each digit
}

// late notes six digits, in one field or in six.
func (r *reader) late(name []byte, w word, v []byte, k kind) {
	if !r.hints.AfterCopy || w.class == place || w.class == registerCue || w.class == card || k == literal {
		return
	}
	coded := w.class == code || w.class == codeWeak || w.class == otpCue
	says := !coded && speaks(name)
	switch v = bytes.TrimSpace(v); {
	case (coded || k == text && !says) && len(v) == lateDigits+1 && (v[3] == ' ' || v[3] == '-') && whole(v[:3]) && whole(v[4:]):
		r.lateCodes.found = append(r.lateCodes.found, value{v: slices.Concat(v[:3], v[4:]), at: r.at})
	case len(v) == 1 && isDigit(v[0]) && (k == text || coded) && len(r.lateCodes.boxes) <= lateDigits:
		r.lateCodes.boxes = append(r.lateCodes.boxes, v[0])
	case len(v) == lateDigits && whole(v):
		// Searches send no numbers; and a message is no size of a picture.
		if (k == text || !says || len(name) == 1 && bytes.Contains([]byte("kqs"), name)) && len(r.lateCodes.found) < maxCodes {
			r.lateCodes.found = append(r.lateCodes.found, value{v: v, at: r.at, said: says && !written(name)})
		}
	case k == text && len(v) <= lateDigits+3 && len(v) > lateDigits+1 && parts(v[len(v)-lateDigits-1]) && whole(v[len(v)-lateDigits:]) && !isDigit(v[0]):
		// k=483920, in one value
		r.lateCodes.found = append(r.lateCodes.found, value{v: v[len(v)-lateDigits:], at: r.at})
	case k == text && saysCode(v):
		r.lateText(v)
	}
}

// written reports whether a name is that of a message.
func written(name []byte) bool {
	switch string(bytes.ToLower(leafOf(name))) {
	case "text", "message", "msg", "content", "body", "caption":
		return true
	}
	return false
}

// saysCode reports whether a text has a word for a one-time code.
func saysCode(v []byte) bool {
	if len(v) > 2*maxScrap {
		return false
	}
	v = bytes.ToLower(v)
	for _, word := range [...]string{"コード", "認証", "code", "otp", "代码", "验证码", "驗證碼", "인증"} {
		if bytes.Contains(v, []byte(word)) {
			return true
		}
	}
	return false
}

// lateText takes the only digits of a short text.
func (r *reader) lateText(b []byte) {
	if !r.hints.AfterCopy || len(b) > 2*maxScrap || len(r.lateCodes.found) > 0 {
		return
	}
	runs := bytes.FieldsFunc(b, func(c rune) bool { return c < '0' || c > '9' })
	if len(runs) == 1 && len(runs[0]) == lateDigits && bytes.IndexByte(b, '=') < 0 && bytes.IndexByte(b, '"') < 0 {
		r.lateCodes.found = append(r.lateCodes.found, value{v: runs[0], at: r.at})
	}
}

// latePath takes a segment behind one that says code.
func (r *reader) latePath(path string) {
	before := ""
	for segment := range strings.SplitSeq(path, "/") {
		if len(segment) == lateDigits && whole([]byte(segment)) && before != "" {
			if c := words.lookup([]byte(before)).class; c == code || c == codeWeak || c == otpCue {
				r.lateCodes.found = append(r.lateCodes.found, value{v: []byte(segment), at: r.at})
			}
		}
		before = segment
	}
}

// isLateCode reports whether the request holds a code and little else, and files it.
func (r *reader) isLateCode(h Head) bool {
	if r.posts() || r.cues[card] > 0 || r.at > 10 {
		return false
	}
	found := r.lateCodes.found
	if h.Method == "GET" || h.Method == "HEAD" { // sizes and versions of pictures
		found = slices.DeleteFunc(slices.Clone(found), func(v value) bool { return v.said })
	}
	if len(r.lateCodes.boxes) == lateDigits {
		found = append(found, value{v: slices.Clone(r.lateCodes.boxes), at: r.at})
	}
	for _, v := range found {
		r.keep(&r.codes, v)
	}
	return len(found) > 0
}
