package guard

import (
	"bytes"
	"slices"
	"strings"

	"sekisho/guard/vocabulary"
)

// act is the table of acts, the first line that holds.
func (r *reader) act(h Head) Act {
	path := lowerPath(h.Target)
	pw, fresh := r.realPasswords(), len(r.news) > 0 || r.confirmed()
	switch {
	case len(r.olds) > 0 && (fresh || len(pw) > 0):
		return Change
	case len(r.news) > 0 && len(pw) > 0 && r.differs(pw):
		return Change
	case fresh && has(path, changing...):
		return Change
	case fresh:
		return Register
	case len(r.olds) > 0:
		return SignIn
	case r.shared(pw) && has(path, changing...):
		r.excused = true
		return Change
	case len(pw) > 0 && r.registers(pw, path):
		r.excused = true
		return Register
	case r.keeps(pw, path):
		r.excused = true
		return Keep
	case len(pw)+len(r.kept) > 0:
		return SignIn
	case len(r.realCodes(path)) > 0:
		return Code
	case r.suspected(), r.shaped(h):
		return SignIn
	case h.Method != "GET" && r.suspectedCode(): // a version number, in a GET
		return Code
	case r.identifies(path):
		return Identify
	}
	return Nothing
}

// changing are words of paths at which a password gets a new one.
var changing = []string{"change", "reset", "forgot", "recover", "update", "henko"}

// realPasswords leaves out values under short names that are more likely the
// number of a card or a one-time code.
func (r *reader) realPasswords() []value {
	return slices.DeleteFunc(slices.Clone(r.passwords), func(p value) bool {
		if p.class != vocabulary.PasswordWeak {
			return false
		}
		paying := r.cues[vocabulary.Card] > 0
		lone := len(r.ids) == 0 && len(r.knownIDs) == 0
		return paying || otp(p.v) && strings.Contains(p.word, "pin") && (lone || r.posts())
	})
}

// realCodes asks for a second cue where the name is one that postcodes,
// coupons and error codes have as well.
func (r *reader) realCodes(path string) []value {
	if len(r.codes) == 0 {
		return nil
	}
	cue := r.cues[vocabulary.OTPCue] > 0 || r.cues[vocabulary.Code] > 0 || r.cues[vocabulary.SignInCue] > 0 || r.action == mfaAction || len(r.amazon) >= 2 ||
		has(path, "otp", "mfa", "2fa", "verify", "login", "signin", "sign-in", "auth", "challenge", "ninsho", "factor", "token")
	paying := r.cues[vocabulary.Card] > 0 && r.cues[vocabulary.ID]+r.cues[vocabulary.Mail] == 0
	return slices.DeleteFunc(slices.Clone(r.codes), func(c value) bool {
		return !c.page && (c.class == vocabulary.CodeWeak && (!cue || r.cues[vocabulary.Card] > 0 || r.posts()) || paying)
	})
}

// confirmed reports whether a field for the second spelling of a password
// holds one.
func (r *reader) confirmed() bool {
	for _, c := range r.confirms {
		if strings.Contains(c.word, "pass") || strings.Contains(c.word, "pw") {
			return true
		}
		for _, p := range slices.Concat(r.passwords, r.news) {
			if bytes.Equal(p.v, c.v) {
				return true
			}
		}
	}
	return false
}

// differs reports whether a password is none of the new ones: the old one.
func (r *reader) differs(pw []value) bool {
	for _, p := range pw {
		same := func(n value) bool { return bytes.Equal(n.v, p.v) }
		if !slices.ContainsFunc(r.news, same) && !slices.ContainsFunc(r.confirms, same) {
			return true
		}
	}
	return false
}

// registers reports whether the form asks who one is rather than whether one
// is the same as before.
func (r *reader) registers(pw []value, path string) bool {
	if r.cues[vocabulary.SignInCue] > 0 || len(r.amazon) >= 2 {
		return false
	}
	joining := has(path, "register", "signup", "sign-up", "sign_up", "join", "touroku", "toroku", "entry", "create-account", "registration",
		"user-new", "new-user", "adduser", "add_user", "add-user", "createuser", "create_user", "create-user", "invite") || creates(path)
	asked, cards := r.cues[vocabulary.RegisterCue], r.cues[vocabulary.Card]
	colleague := r.whose && r.cues[vocabulary.Mail] > 0 && asked+r.cues[vocabulary.ID]+r.cues[vocabulary.IDWeak] > 0
	return asked >= 2 || cards >= 2 || asked > 0 && cards > 0 || colleague || joining || r.shared(pw) && r.ofTheOther(path)
}

// creates reports whether a path is where programs make accounts, by their habit to name it
// after what there are many of. Nobody signs in there.
func creates(path string) bool {
	path = strings.TrimRight(path, "/")
	for _, many := range [...]string{"/users", "/customers", "/members", "/employees"} {
		if strings.HasSuffix(path, many) {
			return true
		}
	}
	return false
}

// suspected reports whether a request to a suspicious site has an address and
// something that could go with it, whatever they are called.
func (r *reader) suspected() bool {
	if !r.hints.Suspicious || len(r.loose) == 0 {
		return false
	}
	return slices.ContainsFunc(slices.Concat(r.knownIDs, r.ids), func(v value) bool { return email(v.v) || phone(v.v) })
}

// suspectedCode reports whether a short request to a suspicious site has six
// digits or more of any name and no ID: the step after the password.
func (r *reader) suspectedCode() bool {
	if !r.hints.Suspicious || r.at > 8 || len(r.ids)+len(r.knownIDs) > 0 {
		return false
	}
	for _, v := range r.loose {
		if otp(v.v) {
			r.keep(&r.codes, v)
		}
	}
	return len(r.codes) > 0
}

// identifies reports whether an ID comes as the first step of a sign-in, not
// for a letter, a comment or statistics.
func (r *reader) identifies(path string) bool {
	if len(r.ids) == 0 {
		return false
	}
	if r.cues[vocabulary.NotSignIn] > 0 || r.cues[vocabulary.RegisterCue] >= 2 || r.cues[vocabulary.Card] > 0 || has(path, "newsletter", "subscribe", "search", "contact") {
		return false
	}
	cue := r.cues[vocabulary.SignInCue] > 0 || r.cues[vocabulary.Password] > 0 || len(r.amazon) >= 2 ||
		has(path, "login", "signin", "sign-in", "signon", "auth", "session", "identifier", "account/lookup", "/ap/", "claim")
	for _, v := range r.ids {
		switch {
		case v.page, cue && v.class != vocabulary.Other:
			return true
		case v.class == vocabulary.ID || v.class == vocabulary.Mail:
			// Few other fields and addresses: telemetry and lists of
			// people have both.
			return r.at <= 12 && len(r.ids) <= 2
		}
	}
	return false
}
