package guard_test

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"

	"sekisho/guard"
	"sekisho/hostname"
)

// TestSpelledIn: a name that spells what the request carries is known for it, and no other.
func TestSpelledIn(t *testing.T) {
	t.Parallel()
	const password = "Zx9-Tango!Quill88"
	both := "a@b.example:" + password
	plain := base32.StdEncoding.WithPadding(base32.NoPadding)
	typed := func(name, value string) string { return "email=a%40b.example&" + name + "=" + url.QueryEscape(value) }
	for name, c := range map[string]struct {
		label, body string
		want        bool
	}{
		"hexadecimal":            {hex.EncodeToString([]byte(password)), typed("password", password), true},
		"hexadecimal, in two":    {hex.EncodeToString([]byte(password))[:15] + "." + hex.EncodeToString([]byte(password))[15:], typed("password", password), true},
		"hexadecimal, with more": {hex.EncodeToString([]byte(both)), typed("password", password), true},
		"base32":                 {plain.EncodeToString([]byte(password)), typed("password", password), true},
		"base32, with more":      {plain.EncodeToString([]byte(both)), typed("password", password), true},
		"base32hex":              {base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(password)), typed("password", password), true},
		"base64":                 {base64.RawURLEncoding.EncodeToString([]byte(password)), typed("password", password), true},
		"base64, with more":      {base64.RawURLEncoding.EncodeToString([]byte(both)), typed("password", password), true},
		"as it is":               {"tanuki-himitsu-77", typed("password", "Tanuki-Himitsu-77"), true},
		"as it is, with points":  {"tanuki.himitsu.77", typed("password", "tanuki.himitsu.77"), true},
		"a code":                 {"x482915y", "otp=482915", true},
		"a code, hexadecimal":    {hex.EncodeToString([]byte("482915")), "otp=482915", true},
		"another password":       {hex.EncodeToString([]byte("Tango-Quill-9!")), typed("password", password), false},
		"the ID":                 {"zebrauser42.kumo-mail.test", "email=zebraUser42%40kumo-mail.test&password=" + url.QueryEscape(password), true},
		"the ID, in hexadecimal": {hex.EncodeToString([]byte("zebraUser42@kumo-mail.test")), "email=zebraUser42%40kumo-mail.test&password=" + url.QueryEscape(password), true},
		"another ID":             {"kumouser42.kumo-mail.test", "email=zebraUser42%40kumo-mail.test&password=" + url.QueryEscape(password), false},
		"a name for an ID":       {"acme-corporation", "login=acme-corporation&password=" + url.QueryEscape(password), false},
		"a tenant":               {"acme-corporation", typed("password", password) + "&tenant=acme-corporation", false},
		"a short one":            {"shop", typed("password", "shop"), false},
		"nothing":                {"www", typed("password", password), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host, err := hostname.Parse(strings.ToLower(c.label) + ".kx-quoll.org")
			if err != nil {
				t.Fatal(err)
			}
			f := request{headers: form, body: c.body}.inspect(t, guard.Hints{Thorough: true})
			defer f.Wipe()
			if got := f.SpelledIn(host); got != c.want {
				t.Errorf("spelled in %s = %t; want %t", host, got, c.want)
			}
		})
	}
}
