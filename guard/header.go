package guard

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
)

// header reads Authorization: Basic, the same under a name of a page's own, and headers
// that say password (X-Password). Cookies and other names are left alone: whole
// sessions lie there, and a page that hides a password among them is caught by
// what it is.
func (r *reader) header(h http.Header) {
	for _, v := range h["Authorization"] {
		if user, pass, ok := basic(v); ok {
			r.sign("basic")
			r.add([]byte("username"), user, text)
			r.add([]byte("password"), pass, text)
		}
	}
	for name, values := range h {
		if !ownHeader(name) {
			for _, v := range values {
				if user, pass, ok := basicOwn(name, v); ok {
					r.sign("basic")
					r.add([]byte("username"), user, text)
					r.add([]byte("password"), pass, text)
				}
			}
			continue
		}
		for _, v := range values {
			if len(v) <= maxValue {
				r.sign("header")
				r.add([]byte(strings.TrimPrefix(name, "X-")), []byte(v), text)
			}
		}
	}
}

// basic takes RFC 7617 credentials apart, of which a script may leave out the scheme. Keys
// of programs come so, too; people's IDs are addresses or telephone numbers.
func basic(v string) (user, pass []byte, ok bool) {
	scheme := isBasic(v)
	if scheme {
		v = v[len("basic "):]
	}
	raw := strings.TrimRight(strings.TrimSpace(v), "=")
	if len(raw) > 4*maxValue {
		return nil, nil, false
	}
	b, err := base64.RawStdEncoding.DecodeString(raw)
	if err != nil {
		return nil, nil, false
	}
	user, pass, ok = bytes.Cut(b, []byte{':'})
	return user, pass, ok && (scheme || email(user) || phone(user) && (user[0] == '0' || user[0] == '+'))
}

// basicOwn is basic for a header of any other name, with the scheme in front. What comes for a proxy
// on the way is not for the site.
func basicOwn(name, v string) (user, pass []byte, ok bool) {
	if !isBasic(v) || name == "Authorization" || name == "Proxy-Authorization" {
		return nil, nil, false
	}
	return basic(v)
}

func isBasic(v string) bool { return len(v) > 6 && strings.EqualFold(v[:6], "basic ") }

// ownHeader reports whether a header's name is one of a password, ID or code.
// It does not allocate.
func ownHeader(name string) bool {
	name, own := strings.CutPrefix(name, "X-")
	if len(name) > 40 {
		return false
	}
	switch name {
	case "Pass", "Passwd", "Password", "Pwd", "User-Password", "Login-Password", "Otp", "Otp-Code", "Totp", "Passcode":
		return true
	case "User", "Username", "Email", "User-Email", "Login", "Login-Id":
		return own
	}
	return false
}
