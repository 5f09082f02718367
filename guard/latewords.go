package guard

import (
	"bytes"
	"strings"

	"sekisho/guard/vocabulary"
)

// Words for a one-time code in texts and names. Where one stands, digits are a code
// whatever they look like: a page may draw 250000 as well as any other.

// maxCodeNote is the longest value that is asked whether it says code for the fields beside
// it: step=otp, a title, the name of an action.
const maxCodeNote = 32

// codeParts say so within a word, in small letters: their languages set no blanks, or they
// come in compounds.
var codeParts = []string{"コード", "認証", "暗証", "ワンタイム", "代码", "验证码", "驗證碼", "校验码", "인증", "código"}

// codeTerms are words of their own for it that the vocabulary does not have, or has as weak
// ones.
var codeTerms = wordSet(`code codes codigo codice kod kodu pin mfa tfa 2fa otc sms vcode passcode verify verification ninsho ninsyo`)

// saysCode reports whether a text has a word for a one-time code.
func saysCode(s string) bool {
	s = strings.ToLower(s)
	if has(s, codeParts...) {
		return true
	}
	for word := range strings.FieldsFuncSeq(s, func(c rune) bool { return c >= 0x80 || !alphanumeric(byte(c)) }) {
		if codeTerms[strings.TrimRight(word, "0123456789")] || vocabulary.Lookup([]byte(word)).Class == vocabulary.Code {
			return true
		}
	}
	return false
}

// pathSaysCode reports whether a segment of a path is called after a one-time code:
// /api/otp, /verify_code.php. Things have codes too: /promo-code.
func pathSaysCode(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		segment, _, _ = strings.Cut(segment, ".")
		if nameSaysCode([]byte(segment)) {
			return true
		}
		for word := range strings.FieldsFuncSeq(segment, func(c rune) bool { return c == '-' || c == '_' }) {
			if word != "code" && word != "codes" && saysCode(word) {
				return true
			}
		}
	}
	return false
}

// nameSaysCode reports whether a name, or a part of its path, is one for a one-time code or
// for a digit of it: pin, otp_3, codeDigit1, mfa[x].
func nameSaysCode(name []byte) bool {
	if len(name) > vocabulary.MaxName {
		return false
	}
	for part := range bytes.FieldsFuncSeq(name, func(c rune) bool { return strings.ContainsRune("[].:$/|", c) }) {
		var buf [vocabulary.MaxName]byte
		n := bytes.TrimRight(vocabulary.Normalise(buf[:0], part), "0123456789")
		for _, box := range digitBoxes {
			if rest, ok := bytes.CutSuffix(n, []byte(box)); ok && len(rest) > 0 {
				n = rest
				break
			}
		}
		// Surveys have answers.
		w := vocabulary.Lookup(n)
		if w.Class.IsCode() && w.Spelling != "answer" || w.Class == vocabulary.OTPCue || w.Class == vocabulary.PasswordWeak && strings.Contains(w.Spelling, "pin") {
			return true
		}
	}
	return false
}

// digitBoxes are what the fields of single digits are called.
var digitBoxes = []string{"digit", "box", "input", "field", "cell", "char", "part", "num"}
