package guard_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode/utf32"

	"sekisho/guard"
)

// TestCR05Kin holds near relations of the common encodings, which a page's own
// server can read as easily.
func TestCR05Kin(t *testing.T) {
	t.Parallel()
	quote := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	silent := fmt.Sprintf(`{"e":%s,"k":%s}`, quote(typedID), quote(typedPass))
	named := fmt.Sprintf(`{"email":%s,"password":%s}`, quote(typedID), quote(typedPass))
	wide := func(e encoding.Encoding, s string) string { out, _ := e.NewEncoder().String(s); return out }
	var attr strings.Builder
	_ = xml.EscapeText(&attr, []byte(typedPass))
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	url64 := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, c := range []struct {
		name, headers, body string
		named               bool // a sign-in by its names
	}{
		{"single quotes, no names", "text/plain", `{'e':'` + typedID + `','k':'` + typedPass + `'}`, false},
		{"single quotes, names", "text/plain", `{'email':'` + typedID + `','password':'` + typedPass + `'}`, true},
		{"single quotes as JSON", "application/json", `{'email': '` + typedID + `', 'password': '` + typedPass + `'}`, true},
		{"bare keys", "text/plain", `{email: "` + typedID + `", password: "` + typedPass + `"}`, true},
		{"bare keys, single quotes, no names", "text/plain", `{e: '` + typedID + `', k: '` + typedPass + `'}`, false},
		{"back quotes", "text/plain", "{e: `" + typedID + "`, k: `" + typedPass + "`}", false},
		{"Python tuple", "text/plain", `('` + typedID + `', '` + typedPass + `')`, false},
		{"PHP serialize", "text/plain", fmt.Sprintf(`a:2:{s:5:"email";s:%d:"%s";s:8:"password";s:%d:"%s";}`, len(typedID), typedID, len(typedPass), typedPass), false},
		{"PHP serialize, no names", "text/plain", fmt.Sprintf(`a:2:{s:1:"e";s:%d:"%s";s:1:"k";s:%d:"%s";}`, len(typedID), typedID, len(typedPass), typedPass), false},
		{"YAML", "text/yaml", "email: " + typedID + "\npassword: " + typedPass + "\n", true},
		{"YAML, no names", "text/yaml", "e: " + typedID + "\nk: " + typedPass + "\n", false},
		{"YAML list, no names", "text/yaml", "- " + typedID + "\n- " + typedPass + "\n", false},
		{"YAML flow", "text/yaml", "{e: " + typedID + ", k: " + typedPass + "}", false},
		{"INI", "text/plain", "[login]\ne=" + typedID + "\nk=" + typedPass + "\n", false},
		{"TOML", "application/toml", "e = \"" + typedID + "\"\nk = \"" + typedPass + "\"\n", false},
		{"CSV", "text/csv", "a,b\n\"" + typedID + "\",\"" + typedPass + "\"\n", false},
		{"UTF-32 with mark", "application/json", wide(utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), named), true},
		{"UTF-32LE", "application/json", wide(utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), named), true},
		{"UTF-32BE", "application/json", wide(utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), silent), false},
		{"UTF-32 form", form + "; charset=utf-32", wide(utf32.UTF32(utf32.BigEndian, utf32.UseBOM), pairs), true},
		{"XML attributes", "text/xml", `<l email="` + typedID + `" password="` + attr.String() + `"/>`, true},
		{"XML attributes, no names", "text/xml", `<l e="` + typedID + `" k="` + attr.String() + `"/>`, false},
		{"XML attributes, single quotes", "text/xml", `<l e='` + typedID + `' k='` + attr.String() + `'/>`, false},
		{"JSON in a form", form, "d=" + percentAll(silent), false},
		{"JSON in a form in JSON", "application/json", `{"q":` + quote("d="+percentAll(silent)) + `}`, false},
		{"JSON in JSON in JSON", "application/json", quote(map[string]string{"a": quote(map[string]string{"b": silent})}), false},
		{"base64url in a form", form, "d=" + url64(silent), false},
		{"base64 of base64", "text/plain", b64(b64(silent)), false},
		{"base64 of base64 in a form", form, "d=" + percentAll(b64(b64(silent))), false},
		{"base64 in quotes", "text/plain", `"` + b64(silent) + `"`, false},
		{"percent twice", form, "e=" + percentAll(percentAll(typedID)) + "&k=" + percentAll(percentAll(typedPass)), false},
		{"percent three times", form, "e=" + percentAll(percentAll(percentAll(typedID))) + "&k=" + percentAll(percentAll(percentAll(typedPass))), false},
		{"percent around JSON", "text/plain", percentAll(silent), false},
		{"HTML entities in a form", form, "e=" + strings.ReplaceAll(typedID, "@", "%26%2364%3B") + "&k=" + percentAll(typedPass), false},
		{"backslash x", "text/plain", `{"e":"` + strings.ReplaceAll(typedID, "@", `\x40`) + `","k":"` + typedPass + `"}`, false},
		{"JSON5 with comments", "application/json5", "// a\n{e:'" + typedID + "', /* b */ k:'" + typedPass + "',}", false},
		{"JavaScript", "text/plain", "var d = {e: '" + typedID + "', k: '" + typedPass + "'};", false},
		{"call", "text/plain", "login('" + typedID + "','" + typedPass + "')", false},
		{"Markdown", "text/plain", "**ID** `" + typedID + "`\n**PW** `" + typedPass + "`", false},
		{"Discord embed", "application/json", `{"embeds":[{"fields":[{"name":"E","value":"` + typedID + `"},{"name":"P","value":` + quote(typedPass) + `}]}]}`, false},
		{"NUL between", "application/octet-stream", typedID + "\x00" + typedPass, false},
		{"MessagePack", "application/octet-stream", "\x82\xa1e" + msgpackText(typedID) + "\xa1k" + msgpackText(typedPass), false},
		{"CBOR", "application/octet-stream", "\xa2\x61e" + cborText(typedID) + "\x61k" + cborText(typedPass), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := guard.Hints{Known: known}
			act := guard.SignIn
			if !c.named {
				act = guard.Identify
			}
			f := request{headers: c.headers, body: c.body}.inspect(t, x)
			check(t, testCase{act: act, id: typedID, password: typedPass}, f)
		})
	}
}

// TestCR13Escaped: a password in letters of Japan is found as the form of a page in an older
// charset sends it, named or not.
func TestCR13Escaped(t *testing.T) {
	t.Parallel()
	const secret = "ぱすわーど１２３"
	for name, e := range map[string]encoding.Encoding{"Shift_JIS": japanese.ShiftJIS, "EUC-JP": japanese.EUCJP} {
		v := percentAll(encoded(e, secret))
		for _, label := range []string{"", "; charset=" + name} {
			for _, pair := range []string{"email=%s&password=%s", "a=%s&b=%s", "email=%s&password=%s&_charset_=" + name} {
				q := request{headers: form + label, body: fmt.Sprintf(pair, typedID, v)}
				if f := q.inspect(t, guard.Hints{Known: known}); !slices.Contains(texts(f.Passwords), secret) || f.More {
					t.Errorf("%s %s %s: passwords %q, more %v; want %q", name, label, pair, texts(f.Passwords), f.More, secret)
				}
			}
		}
	}
}

func msgpackText(s string) string { return "\xd9" + string(rune(len(s))) + s }

func cborText(s string) string { return "\x78" + string(rune(len(s))) + s }
