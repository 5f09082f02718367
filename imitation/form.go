package imitation

import (
	"bytes"
	"html"
	"strings"
)

// purpose is what a field asks for.
type purpose uint8

const (
	nothing purpose = iota
	username
	password    // not said which
	oldPassword // said to be the current one
	newPassword
	oneTimeCode
	card // number or code of one
)

// maxFields bounds the fields of a response that are told of.
const maxFields = 64

// field is a field that asks for a credential.
type field struct {
	form int // number of the form
	name string
	asks purpose
}

// maxFieldName is far beyond any name in use.
const maxFieldName = 128

func unescape(p []byte) string {
	if bytes.IndexByte(p, '&') < 0 {
		return string(p)
	}
	return html.UnescapeString(string(p))
}

// fieldOf reads an input. What the page says in autocomplete goes before the
// type, and the type before the name.
func fieldOf(t *tag, form int) field {
	f := field{form: form}
	n := t.get(attrName)
	if len(n) == 0 { // a script sends it, as often as not by its id
		n = t.get(attrID)
	}
	if len(n) <= maxFieldName {
		f.name = string(n)
	}
	kind := string(bytes.ToLower(t.get(attrType)))
	switch kind {
	case "hidden", "submit", "button", "checkbox", "radio", "file", "image", "reset", "search", "range", "color", "date":
		return f
	}
	f.asks = completes(t.get(attrAutocomplete))
	name, id := letters(t.get(attrName)), letters(t.get(attrID))
	masked := kind == "password" || bytes.Contains(bytes.ToLower(t.get(attrStyle)), []byte("text-security"))
	switch {
	case f.asks != nothing:
	case codeNames[name] || codeNames[id]:
		f.asks = oneTimeCode
	case masked && (strings.Contains(name, "new") || strings.Contains(name, "confirm") || strings.Contains(name, "retype") ||
		name == "password2" || name == "pwdcheck"):
		f.asks = newPassword
	case masked:
		f.asks = password
	case cardNames[name] || cardNames[id]:
		f.asks = card
	case kind == "email" || userNames[name] || userNames[id]:
		f.asks = username
	}
	return f
}

// completes reads autocomplete: the last of its words that names a credential
// (HTML, section 4.10.18.7).
func completes(value []byte) (p purpose) {
	for word := range bytes.FieldsSeq(bytes.ToLower(value)) {
		switch string(word) {
		case "username":
			p = username
		case "current-password":
			p = oldPassword
		case "new-password":
			p = newPassword
		case "one-time-code":
			p = oneTimeCode
		case "cc-number", "cc-csc":
			p = card
		}
	}
	return p
}

// open reports whether an input that says nothing of a credential may be for one
// all the same. Boxes for a search are everywhere.
func open(t *tag) bool {
	switch string(bytes.ToLower(t.get(attrType))) {
	case "", "text", "tel", "number":
	default:
		return false
	}
	name, id := letters(t.get(attrName)), letters(t.get(attrID))
	return !searchNames[name] && !searchNames[id] && !strings.Contains(name, "search") && !strings.Contains(id, "search")
}

var searchNames = index("q s query keyword keywords kw wd find")

// letters returns the name of a field as it is compared: lower case, without
// the signs that frameworks put into it.
func letters(name []byte) string {
	var room [maxFieldName]byte
	out := room[:0]
	for _, b := range name[:min(len(name), maxFieldName)] {
		if b != '_' && b != '-' && b != '.' && b != '[' && b != ']' {
			out = lower(out, b, maxFieldName)
		}
	}
	return string(out)
}

// codeNames are names that mean a one-time code and nothing else. "code" and
// "pin" mean other things as often.
var codeNames = index("otp otpcode otc otccode onetimecode onetimepassword totp totpcode twofactorcode twofactor twofa 2facode " +
	"mfa mfacode approvalscode verificationcode vcode verifycode smscode smsotp emailcode ninshocode ninsyo authcode authmfaotpcode")

// cardNames are names of the number and the code of a card.
var cardNames = index("cardnumber cardno cardnum ccnumber ccnum ccno creditcard creditcardnumber cvv cvc cvv2 cvc2 csc cardcvv cardcvc cardcode")

// userNames are names of the field for who signs in.
var userNames = index("username user userid login loginid loginname loginemail loginmail email mail mailaddress mailtel account accountid " +
	"accountname membername memberid uid uname umail identifier useremail useremail userlogin log emaillo apemail apemaillogin")

func index(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// settle decides which passwords of a form are new: two that nothing is said
// of are a password and its repetition, and of three the first is the old one.
func settle(fields []field) {
	for i := 0; i < len(fields); {
		end, open := i, 0
		for end < len(fields) && fields[end].form == fields[i].form {
			if fields[end].asks == password || fields[end].asks == newPassword {
				open++
			}
			end++
		}
		first := true
		for ; i < end; i++ {
			if fields[i].asks != password {
				continue
			}
			fields[i].asks = newPassword
			if open == 1 || first && open > 2 {
				fields[i].asks = oldPassword
			}
			first = false
		}
	}
}

// purposes puts the fields into the result, and their signs into found.
func (r *Result) purposes(fields []field, found *set) {
	for _, f := range fields[:min(len(fields), maxFields)] {
		var token string
		r.Drawn = r.Drawn || f.asks == oldPassword || f.asks == newPassword
		switch f.asks {
		case username:
			token, r.Form.Username = "username", true
			found.add(nameField)
		case oldPassword:
			token, r.Form.Password = "current-password", true
			found.add(passwordField)
		case newPassword:
			token, r.Form.NewPassword = "new-password", true
			found.add(newPasswordField)
		case oneTimeCode:
			token, r.Form.Code = "one-time-code", true
			found.add(codeField)
		case card:
			found.add(cardField)
		}
		r.calls(f.name, token)
	}
}

// calls puts what a field is called into the result.
func (r *Result) calls(name, token string) {
	if name == "" || token == "" {
		return
	}
	if r.Purposes == nil {
		r.Purposes = map[string]string{}
	}
	r.Purposes[name] = Both(r.Purposes[name], token)
}

// Both returns what a name is for, in the words of [Result.Purposes], that one form uses for
// one thing and a later one for another. Any page can have a form that nobody sees, so that
// one for a registration excuses no sign-in: what is for a new password in some forms only
// is a password, and what is for a new password in one and for a name in another that name.
func Both(one, later string) string {
	switch a, b := standing(one), standing(later); {
	case one == "" || one == later:
		return later
	case a == toSignIn && b != toTell || b == toSignIn && a == toRenew:
		return "password"
	case a > b:
		return one
	}
	return later
}

// The standing of what a field is for, against another form's word for the same name.
const (
	toRenew = iota
	toTell
	toSignIn
)

func standing(token string) int {
	switch token {
	case "current-password", "password":
		return toSignIn
	case "new-password":
		return toRenew
	}
	return toTell
}

var (
	passwordField, newPasswordField = known("password-field"), known("new-password-field")
	codeField, cardField, openField = known("code-field"), known("card-field"), known("open-field")
)
