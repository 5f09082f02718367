package guard_test

import (
	"encoding/ascii85"
	"encoding/base32"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// turn returns s from its end.
func turn(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// wide returns s in full-width letters.
func wide(s string) string {
	return strings.Map(func(c rune) rune { return c - '!' + '！' }, s)
}

// base85 writes s in an alphabet.
func base85(alphabet, s string) string {
	b := make([]byte, ascii85.MaxEncodedLen(len(s)))
	b = b[:ascii85.Encode(b, []byte(s))]
	if alphabet != "" {
		for i, c := range b {
			b[i] = alphabet[c-'!']
		}
	}
	return string(b)
}

const (
	git85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
	zmq85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
)

// TestDisguises sends the protected sign-in under names that say nothing, in
// what a script makes of it in a line or two.
func TestDisguises(t *testing.T) {
	t.Parallel()
	pair := typedID + "|" + typedPass
	object := `{"a":"` + typedID + `","b":"` + typedPass + `"}`
	enc := func(kv ...string) string {
		v := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	b32 := base32.StdEncoding.EncodeToString
	n := len(typedPass)
	for _, c := range []struct{ name, headers, target, body string }{
		{"full-width ID", form, "", enc("a", wide(typedID), "b", typedPass)},
		{"full-width both", form, "", enc("a", wide(typedID), "b", wide(typedPass))},
		{"full-width password by name", form, "", enc("email", typedID, "password", wide(typedPass))},
		{"zero-width spaces in the ID", form, "", enc("a", strings.ReplaceAll(typedID, "@", "\u200b@"), "b", typedPass)},
		{"base32 fields", form, "", enc("a", b32([]byte(typedID)), "b", b32([]byte(typedPass)))},
		{"base32 without padding, lower case", form, "", enc("a", strings.ToLower(strings.TrimRight(b32([]byte(typedID)), "=")), "b", strings.ToLower(strings.TrimRight(b32([]byte(typedPass)), "=")))},
		{"base32 of both", form, "", enc("d", b32([]byte(pair)))},
		{"base32 of JSON as the body", "text/plain", "", b32([]byte(object))},
		{"ascii85 fields", form, "", enc("a", base85("", typedID), "b", base85("", typedPass))},
		{"ascii85 of both", "application/json", "", `{"d":` + quote(base85("", pair)) + `}`},
		{"ascii85 of JSON as the body", "text/plain", "", base85("", object)},
		{"base85 of RFC 1924", form, "", enc("d", base85(git85, pair))},
		{"Z85", form, "", enc("d", base85(zmq85, pair))},
		{"password turned round", form, "", enc("a", typedID, "b", turn(typedPass))},
		{"both turned round", form, "", enc("a", turn(typedID), "b", turn(typedPass))},
		{"turned round in one", form, "", enc("d", turn(pair))},
		{"JSON turned round as the body", "text/plain", "", turn(object)},
		{"base64 turned round as the body", "text/plain", "", turn(base64Std(object))},
		{"base64 of JSON turned round", "text/plain", "", base64Std(turn(object))},
		{"base85 of JSON as the body", "text/plain", "", base85(git85, object)},
		{"password in base64 turned round", form, "", enc("a", typedID, "b", turn(base64Std(typedPass)))},
		{"hex with blanks", form, "", enc("a", typedID, "b", strings.TrimSpace(hexWith(" ", typedPass)))},
		{"hex with colons", form, "", enc("a", typedID, "b", strings.Trim(hexWith(":", typedPass), ":"))},
		{"two sides of the ID", form, "", enc("a", strings.Split(typedID, "@")[0], "b", strings.Split(typedID, "@")[1], "c", typedPass)},
		{"the domain in a list", form, "", enc("a", strings.Split(typedID, "@")[0], "b", "@"+strings.Split(typedID, "@")[1], "c", typedPass)},
		{"the domain first", form, "", enc("a", strings.Split(typedID, "@")[1], "b", strings.Split(typedID, "@")[0], "c", typedPass)},
		{"hex of both", form, "", enc("a", hex.EncodeToString([]byte(typedID)), "b", hex.EncodeToString([]byte(typedPass)))},
		{"ID and password in one word", form, "", enc("d", typedID+typedPass)},
		{"password and ID in one word", form, "", enc("d", typedPass+typedID)},
		{"one word in JSON", "application/json", "", `{"d":` + quote(typedID+typedPass) + `}`},
		{"base64 of one word", form, "", enc("d", base64Std(typedID+typedPass))},
		{"in two fields", form, "", enc("a", typedID, "b", typedPass[:5], "c", typedPass[5:])},
		{"in three fields", form, "", enc("a", typedID, "b", typedPass[:3], "c", typedPass[3:9], "d", typedPass[9:])},
		{"in two fields before the ID", form, "", enc("a", typedPass[:n/2], "b", typedPass[n/2:], "c", typedID)},
		{"in two items", "application/json", "", `["` + typedID + `","` + typedPass[:7] + `","` + typedPass[7:] + `"]`},
		{"base64 of percent of JSON", form, "", enc("d", base64Std(percentAll(object)))},
		{"percent of base64 of JSON", form, "", enc("d", url.QueryEscape(base64Std(object)))},
		{"base64 of base64 of JSON", "text/plain", "", base64Std(base64Std(object))},
		{"base64 of hex of a form", form, "", enc("d", base64Std(hex.EncodeToString([]byte(enc("a", typedID, "b", typedPass)))))},
		{"JSON in JSON in base64", "application/json", "", `{"d":` + quote(base64Std(`{"e":`+quote(object)+`}`)) + `}`},
		{"header of a page's own", form + "\nX-Auth: " + pair, "", "k=v"},
		{"header in base64", form + "\nX-Data: " + base64Std(pair), "", "k=v"},
		{"ID in the body, password in a header", form + "\nX-Meta: " + typedPass, "", enc("a", typedID)},
		{"bearer", form + "\nAuthorization: Bearer " + pair, "", "k=v"},
		{"one cookie", form + "\nCookie: theme=dark; d=" + url.QueryEscape(pair), "", "k=v"},
		{"two cookies", form + "\nCookie: a=" + url.QueryEscape(typedID) + "; b=" + url.QueryEscape(typedPass), "", "k=v"},
		{"one cookie of a GET", "Cookie: d=" + url.QueryEscape(pair), "/", ""},
		{"ID in the query, password in a cookie", "Cookie: d=" + typedPass, "/x?a=" + typedID, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := request{headers: c.headers, target: c.target, body: c.body}
			f := q.inspect(t, guard.Hints{Known: known, Thorough: true})
			if !slices.Contains(texts(f.Passwords), typedPass) || !slices.Contains(append(texts(f.IDs), texts(f.Beside)...), typedID) {
				t.Errorf("%q:\nIDs %q, beside %q, passwords %q; want the protected ones among them", c.body, texts(f.IDs), texts(f.Beside), texts(f.Passwords))
			}
			if c.body == "" && guard.Bare(q.head(t)) {
				t.Error("bare")
			}
			if len(f.Passwords) > 32 {
				t.Errorf("%d candidates", len(f.Passwords))
			}
			// Where people sign in there are few.
			if f := q.inspect(t, guard.Hints{Known: known}); len(f.Passwords) > 8 {
				t.Errorf("%d candidates where something speaks for the site", len(f.Passwords))
			}
			// Of somebody else there is nothing to try.
			stranger := guard.Hints{Known: func([]byte) bool { return false }, Thorough: true}
			if f := q.inspect(t, stranger); f.Act == guard.Nothing && len(f.Passwords) > 0 {
				t.Errorf("candidates %q beside nobody's ID", texts(f.Passwords))
			}
		})
	}
}

// hexWith returns s in hexadecimal with a mark behind each byte.
func hexWith(mark, s string) (out string) {
	for _, c := range []byte(s) {
		out += hex.EncodeToString([]byte{c}) + mark
	}
	return out
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// TestFollows: after an ID every value is a candidate, and nothing else is made
// of the request.
func TestFollows(t *testing.T) {
	t.Parallel()
	x := guard.Hints{Known: known, Thorough: true, Follows: true}
	for _, c := range []struct {
		name string
		q    request
		want bool
	}{
		{"form", request{headers: form, body: "k=" + url.QueryEscape(typedPass)}, true},
		{"JSON", request{headers: "application/json", body: `{"x":{"y":` + quote(typedPass) + `}}`}, true},
		{"text", request{headers: "text/plain", body: typedPass}, true},
		{"base64", request{headers: form, body: "k=" + url.QueryEscape(base64Std(typedPass))}, true},
		{"query", request{target: "/n?p=" + url.QueryEscape(typedPass)}, true},
		{"cookie", request{target: "/n", headers: "Cookie: k=" + typedPass}, true},
		{"header", request{target: "/n", headers: "X-K: " + typedPass}, true},
		{"turned round", request{headers: form, body: "k=" + url.QueryEscape(turn(typedPass))}, true},
		{"two fields", request{headers: form, body: "k=" + url.QueryEscape(typedPass[:6]) + "&l=" + url.QueryEscape(typedPass[6:])}, true},
		{"path", request{target: "/n/" + url.QueryEscape(typedPass)}, true},
		{"picture by its name", request{target: "/n?img=" + url.QueryEscape(typedPass)}, true},
		{"what looks like a password", request{target: "/n?q=" + url.QueryEscape(typedPass)}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := c.q.inspect(t, x)
			if got := slices.Contains(texts(f.Passwords), typedPass); got != c.want {
				t.Errorf("carried = %v; want %v (%q)", got, c.want, texts(f.Passwords))
			}
			if f.Act != guard.Nothing || len(f.IDs)+len(f.Codes) > 0 || len(f.Passwords) > 0 && !f.Followed {
				t.Errorf("finding = %+v; want candidates that follow alone", f)
			}
			if f := c.q.inspect(t, guard.Hints{Known: known, Thorough: true}); len(f.Passwords) > 0 {
				t.Errorf("candidates without an ID before: %q", texts(f.Passwords))
			}
		})
	}
	var many strings.Builder
	for i := range 100 {
		many.WriteString("&f" + string(rune('a'+i%26)) + "=sparrow" + hex.EncodeToString([]byte{byte(i)}))
	}
	if f := (request{headers: form, body: many.String()[1:]}).inspect(t, x); len(f.Passwords) > 20 {
		t.Errorf("%d candidates; want 20 at most", len(f.Passwords))
	}
}
