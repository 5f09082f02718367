package guard

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"sekisho/guard/vocabulary"
)

// codeLabels are words for a one-time code that will do right before the digits in any
// text, in small letters.
var codeLabels = []string{"認証コード", "認証番号", "確認コード", "ワンタイムパスワード", "verification code", "security code", "otp", "sms", "验证码", "驗證碼", "인증번호"}

// calledCode reports whether a short text, in small letters, is one of a code's. A kit says
// whose code it is as often.
func calledCode(lower string) bool {
	return has(lower, "code", "otp", "sms", "amazon", "アマゾン") || saysCode(lower)
}

// maxCodeText is the longest text in which a code is looked for.
const maxCodeText = 512

// labelledCode takes six digits out of a text that says what they are, or has nothing
// else to say. called is whether its name says that it is a code.
func (r *reader) labelledCode(v []byte, called bool) {
	if len(v) > maxCodeText {
		return
	}
	lower := string(bytes.ToLower(v))
	if len(v) <= 2*maxScrap && (calledCode(lower) || !bytes.ContainsFunc(v, unicode.IsLetter)) {
		r.lateText(v, called)
	}
	r.codeLines(v)
	for _, label := range codeLabels {
		_, rest, _ := strings.Cut(lower, label)
		digits := strings.TrimLeftFunc(rest, func(c rune) bool { return setsApart(c) || c == 'は' })
		if len(digits) < lateDigits || len(rest)-len(digits) > vocabulary.MaxName || !whole([]byte(digits[:lateDigits])) || len(digits) > lateDigits && isDigit(digits[lateDigits]) {
			continue
		}
		r.lateFound([]byte(digits[:lateDigits]), true)
	}
}

// codeLines takes six digits out of lines that have a word for a code before them and no
// more: "[+] PIN: 483920" between others.
func (r *reader) codeLines(b []byte) {
	for line := range bytes.FieldsFuncSeq(b, lineEnd) {
		line = bytes.TrimFunc(line, setsApart)
		label := bytes.TrimRight(line, "0123456789")
		digits := line[len(label):]
		label = bytes.TrimFunc(label, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
		if len(digits) == lateDigits && nameSaysCode(label) {
			r.lateFound(digits, true)
		}
	}
}

// lateText takes the only digits of a short text. called is as of labelledCode.
func (r *reader) lateText(b []byte, called bool) {
	if !r.hints.AfterCopy || len(b) > 2*maxScrap || len(r.lateCodes.found) > 0 {
		return
	}
	b = bytes.Trim(b, "\" \r\n")
	if halved(b) {
		r.lateFound(slices.Concat(b[:3], b[4:]), called)
		return
	}
	called = called || calledCode(string(bytes.ToLower(b)))
	if len(b) == 2*lateDigits-1 && isDigit(b[0]) && !isDigit(b[1]) {
		if each := spaced(b); len(each) == lateDigits && whole(each) {
			r.lateFound(each, called) // 4 8 3 9 2 0
		}
		return
	}
	runs := bytes.FieldsFunc(b, func(c rune) bool { return c < '0' || c > '9' })
	if called { // 2FA: 483920
		runs = slices.DeleteFunc(runs, func(run []byte) bool { return len(run) == 1 })
	}
	if len(runs) == 1 && len(runs[0]) == lateDigits && bytes.IndexByte(b, '=') < 0 && bytes.IndexByte(b, '"') < 0 {
		r.lateFound(runs[0], called)
	}
}
