package guard_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"sekisho/guard"
)

// around are the ways in which kits write an ID and a password into one text.
var around = map[string]string{
	"tags":             "<b>Email</b>: <code>%id</code>\n<b>Password</b>: <code>%pw</code>",
	"tags, no colon":   "<b>Mail</b> <code>%id</code>\n<b>PW</b> <code>%pw</code>",
	"labels":           "🔥 JP 🔥\nEmail: %id\nPassword: %pw\nIP: 192.0.2.7",
	"label no blank":   "login=%id\npw=%pw",
	"hyphens":          "%id----%pw",
	"hyphens, more":    "1----%id----%pw----192.0.2.7",
	"tildes":           "%id~~~%pw~~~192.0.2.7",
	"bar":              "JP|%id|%pw|Mozilla",
	"colon":            "%id:%pw",
	"NUL":              "%id\x00%pw",
	"wide colons":      "ID：%id　PW：%pw",
	"Chinese labels":   "账号：%id\n密码：%pw",
	"corner brackets":  "メール「%id」パスワード「%pw」",
	"lenticular":       "【%id】【%pw】",
	"backticks":        "Login: `%id`\nPassword: `%pw`",
	"spoilers":         "**Login** ||%id||\n**P** ||%pw||",
	"banner":           "new log %id %pw",
	"arrow":            "%id → %pw",
	"symbols":          "📧%id🔑%pw",
	"Chinese, no gap":  "账号%id密码%pw",
	"password first":   "%pw----%id",
	"brackets":         "(%id) <%pw>",
	"zero-width space": "%id\u200b%pw",
}

// TestCR16Around sends them in a value and as the body.
func TestCR16Around(t *testing.T) {
	t.Parallel()
	for name, text := range around {
		text = strings.NewReplacer("%id", typedID, "%pw", typedPass).Replace(text)
		quoted, err := json.Marshal(map[string]any{"chat_id": 1, "text": text})
		if err != nil {
			t.Fatal(err)
		}
		for shape, q := range map[string]request{
			"JSON":      {headers: "application/json", body: string(quoted)},
			"form":      {headers: form, body: "m=" + percentAll(text)},
			"query":     {method: "GET", target: "/send?chat=1&text=" + percentAll(text)},
			"multipart": {headers: "multipart/form-data; boundary=B", body: "--B\r\nContent-Disposition: form-data; name=\"m\"\r\n\r\n" + text + "\r\n--B--\r\n"},
		} {
			t.Run(name+" "+shape, func(t *testing.T) {
				t.Parallel()
				f := q.inspect(t, guard.Hints{Known: known})
				if !slices.Contains(texts(f.Passwords), typedPass) {
					t.Errorf("passwords %q; want %q among them", texts(f.Passwords), typedPass)
				}
			})
		}
		t.Run(name+" of somebody else", func(t *testing.T) {
			t.Parallel()
			f := request{headers: form, body: "m=" + percentAll(strings.ReplaceAll(text, typedID, "someone@else.example"))}.inspect(t, guard.Hints{Known: known})
			if f.Act == guard.Nothing && len(f.Passwords) > 0 {
				t.Errorf("passwords %q, and no protected ID", texts(f.Passwords))
			}
		})
	}
}

// TestCR16Respelled sends the ID and the password each spelled in another way,
// or in a place of its own.
func TestCR16Respelled(t *testing.T) {
	t.Parallel()
	each := func(verb, between string, s string) string {
		var out []string
		for _, c := range []byte(s) {
			out = append(out, fmt.Sprintf(verb, c))
		}
		return strings.Join(out, between)
	}
	wide := func(s string) string {
		b, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	part := func(name, s string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n" + wide(s) + "\r\n"
	}
	third := len(typedPass) / 3
	for name, q := range map[string]request{
		"ID as the name, JSON":  {headers: "application/json", body: `{"` + typedID + `":"` + typedPass + `"}`},
		"ID as the name, form":  {headers: form, body: percentAll(typedID) + "=" + percentAll(typedPass)},
		"ID as the name, query": {method: "GET", target: "/x?" + percentAll(typedID) + "=" + percentAll(typedPass)},
		"escapes":               {headers: form, body: "a=" + percentAll(each(`\u%04x`, "", typedID)) + "&b=" + percentAll(each(`\u%04x`, "", typedPass))},
		"escape()":              {headers: form, body: "a=" + each("%%u%04x", "", typedID) + "&b=" + each("%%u%04x", "", typedPass)},
		"numbers in JSON":       {headers: "application/json", body: `{"a":[` + each("%d", ",", typedID) + `],"b":[` + each("%d", ", ", typedPass) + `]}`},
		"numbers of a form":     {headers: "application/json", body: `{"type":"Buffer","data":[` + each("%d", ",", "e="+typedID+"&k="+percentAll(typedPass)) + `]}`},
		"numbers in a form":     {headers: form, body: "a=" + each("%d", ",", typedID) + "&b=" + each("%d", ",", typedPass)},
		"charset of the part":   {headers: "multipart/form-data; boundary=B", body: part("a", typedID) + part("b", typedPass) + "--B--\r\n"},
		"three fields":          {headers: form, body: "email=" + typedID + "&password1=" + percentAll(typedPass[:third]) + "&password2=" + percentAll(typedPass[third:2*third]) + "&password3=" + percentAll(typedPass[2*third:])},
		"label in the value":    {headers: form, body: "a=" + typedID + "&b=" + percentAll("pw="+typedPass)},
		"quotes":                {headers: form, body: "a=" + typedID + "&b=" + percentAll(`"`+typedPass+`"`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := q.inspect(t, guard.Hints{Known: known})
			if !slices.Contains(texts(f.IDs), typedID) || !slices.Contains(texts(f.Passwords), typedPass) {
				t.Errorf("IDs %q, passwords %q; want %q and %q among them", texts(f.IDs), texts(f.Passwords), typedID, typedPass)
			}
		})
	}
}

// TestCVF: the step of Amazon's sign-in that asks for a code after a picture.
func TestCVF(t *testing.T) {
	t.Parallel()
	f := request{headers: form, body: "cvf_captcha_input=abcd&verifyToken=s1&code=123456&action=code"}.inspect(t, guard.Hints{})
	if !f.Amazon || f.Act != guard.Code || len(f.Codes) == 0 {
		t.Errorf("Amazon %v, codes %q; want true and the code", f.Amazon, texts(f.Codes))
	}
}

// TestTyped counts what stands in fields for passwords, whatever the form is for.
func TestTyped(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		"password=Kaki-11x": 1,
		"password=Kaki-11x&password_confirmation=Kaki-11x&name=T&terms=1": 1,
		"old_password=Kaki-11x&new_password=Nashi-22y":                    2,
		"password0=a-11111&password1=b-22222&password3=d-44444":           3,
		"k=Kaki-11x":                     0,
		"password=Kaki-11x&k=Nashi-2222": 1,
	} {
		f := request{headers: form, body: "email=" + typedID + "&" + body}.inspect(t, guard.Hints{Known: known})
		if f.Typed != want {
			t.Errorf("%s: Typed %d (passwords %q); want %d", body, f.Typed, texts(f.Passwords), want)
		}
	}
}

// TestPhrases: a password of several words is found as a whole on the line of the ID or next to it.
func TestPhrases(t *testing.T) {
	t.Parallel()
	const phrase = "correct horse battery"
	for _, text := range []string{
		typedID + "\n" + phrase, typedID + "\r\n" + phrase + "\r\n203.0.113.9", phrase + "\n" + typedID, typedID + " : " + phrase, typedID + "\t" + phrase + "\n", "log\n" + typedID + "\n\n" + phrase,
	} {
		f := request{headers: "text/plain", body: text}.inspect(t, guard.Hints{Known: known, Thorough: true})
		if !slices.Contains(texts(f.Passwords), phrase) {
			t.Errorf("%q: %q; want the phrase", text, texts(f.Passwords))
		}
	}
}
