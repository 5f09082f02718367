package guard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// misnames are names of other things than passwords, one or more of each class
// of the vocabulary.
var misnames = strings.Fields(`token code mfa sms verify verification challenge answer digit otc vcode security_code captcha
	search query comment pan cvv cardnumber nameoncard city address zip phone company name01 terms agree rememberme otp smscode
	email username userid csrf_token id_token state nonce line1 password2 confirm newpassword oldpassword q x`)

// TestCR16Misnamed sends the password beside a protected ID, and in the step after it, under the name
// of something else.
func TestCR16Misnamed(t *testing.T) {
	t.Parallel()
	filler := func(n int) (s string) {
		for i := range n {
			s += fmt.Sprintf("&s%d=9f86d081884c7d65%04x&t%d=word%clike", i, i, i, 'a'+i)
		}
		return s
	}
	for _, name := range misnames {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range []struct {
				way string
				q   request
				x   guard.Hints
			}{
				{"form", request{headers: form, body: "a=" + typedID + "&" + name + "=" + typedPass}, guard.Hints{}},
				{"form, first", request{headers: form, body: name + "=" + typedPass + "&a=" + typedID}, guard.Hints{}},
				{"among others", request{headers: form, body: "a=" + typedID + filler(12) + "&" + name + "=" + typedPass}, guard.Hints{}},
				{"JSON", request{headers: "application/json", body: `{"u":{"e":"` + typedID + `"},"v":{"` + name + `":"` + typedPass + `"}}`}, guard.Hints{}},
				{"query", request{target: "/x?a=" + typedID + "&" + name + "=" + typedPass}, guard.Hints{}},
				{"second step", request{headers: form, body: name + "=" + typedPass}, guard.Hints{Follows: true, Thorough: true}},
				{"on a suspicious site", request{headers: form, body: name + "=" + typedPass}, guard.Hints{Suspicious: true, Thorough: true}},
			} {
				c.x.Known = known
				if f := c.q.inspect(t, c.x); !slices.Contains(texts(f.Passwords), typedPass) {
					t.Errorf("%s: passwords %q; want %q among them", c.way, texts(f.Passwords), typedPass)
				}
			}
		})
	}
}

// TestMisnamedElsewhere: without a protected ID names decide, and what a code or a card is
// called makes no candidate of it.
func TestMisnamedElsewhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"token", "code", "zip", "phone", "cardnumber", "company"} {
		q := request{headers: form, body: "a=hanako@example.net&" + name + "=" + typedPass}
		if f := q.inspect(t, guard.Hints{Known: known, Thorough: true}); len(f.Passwords) > 0 {
			t.Errorf("%s: passwords %q; want none", name, texts(f.Passwords))
		}
	}
}
