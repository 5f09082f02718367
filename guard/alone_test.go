package guard_test

import (
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"testing"

	"sekisho/guard"
)

// oddPasswords are passwords that look like something else, or have the marks of formats.
var oddPasswords = []string{typedPass, `a&b=c%2B"<d>\e`, "S3cr3t&x=Tanuki", "[Kaki]8nashi", "{Kaki}8nashi", "#Kaki8-Nashi", "Kaki8-Nashi=", "http://Tan77", "<Kaki8>"}

// carriers are requests that hold one value and nothing else.
func carriers(password string) map[string]request {
	quoted, _ := json.Marshal(password)
	return map[string]request{
		"text":              {headers: "text/plain;charset=UTF-8", body: password},
		"no type":           {body: password},
		"text, mark":        {headers: "text/plain", body: "#" + password},
		"text, brackets":    {headers: "text/plain", body: "[" + password + "]"},
		"JSON, brackets":    {headers: "application/json", body: "[" + password + "]"},
		"JSON, bare":        {headers: "application/json", body: password},
		"JSON, string":      {headers: "application/json", body: string(quoted)},
		"JSON, value":       {headers: "application/json", body: `{"k":` + string(quoted) + `}`},
		"JSON, name":        {headers: "application/json", body: `{` + string(quoted) + `:1}`},
		"JSON, empty name":  {headers: "application/json", body: `{` + string(quoted) + `:""}`},
		"JSON, inner name":  {headers: "application/json", body: `{"a":{` + string(quoted) + `:{}}}`},
		"JSON, base64 name": {headers: "application/json", body: `{"` + base64Std(password) + `":1}`},
		"base64":            {headers: "text/plain", body: base64Std(password)},
		"base64 of JSON":    {headers: "text/plain", body: base64Std(`{"k":` + string(quoted) + `}`)},
		"hex":               {headers: "text/plain", body: hex.EncodeToString([]byte(password))},
		"items in base64":   {headers: "application/json", body: `["` + base64Std(password) + `"]`},
		"form, value":       {headers: form, body: "x=" + url.QueryEscape(password)},
		"form, no name":     {headers: form, body: url.QueryEscape(password)},
	}
}

// TestCR15OddCarriers sends the password alone, in the step after the ID, in a shape that
// has no place for a value.
func TestCR15OddCarriers(t *testing.T) {
	t.Parallel()
	for _, password := range oddPasswords {
		for name, q := range carriers(password) {
			f := q.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true})
			if !slices.Contains(texts(f.Passwords), password) {
				t.Errorf("%s, %q: %q; want it among them", name, q.body, texts(f.Passwords))
			}
			if f.Act != guard.Nothing || f.Hidden || f.More || len(f.Passwords) > 20 {
				t.Errorf("%s, %q: act %v, hidden %v, more %v, %d candidates", name, q.body, f.Act, f.Hidden, f.More, len(f.Passwords))
			}
			if f := q.inspect(t, guard.Hints{Known: known, Thorough: true}); f.Act == guard.Nothing && len(f.Passwords) > 0 {
				t.Errorf("%s, %q: candidates %q without an ID before", name, q.body, texts(f.Passwords))
			}
		}
	}
	cookie := request{headers: "application/json\nCookie: a=1; " + typedPass + "=1", body: `{"a":1}`}
	if f := cookie.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true}); !slices.Contains(texts(f.Passwords), typedPass) {
		t.Errorf("name of a cookie: %q; want %q among them", texts(f.Passwords), typedPass)
	}
	for _, name := range []string{"Kaki8nashi", "kakinashifuro"} { // like names, and nothing else is there
		for _, body := range []string{`{"` + name + `":1}`, `{"a":{"` + name + `":{}}}`, `{"` + name + `":true,"t":4}`} {
			f := request{headers: "application/json", body: body}.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true})
			if !slices.Contains(texts(f.Passwords), name) {
				t.Errorf("%s: %q; want %q among them", body, texts(f.Passwords), name)
			}
		}
	}
}

// TestCR16BesideAlone puts the password beside the ID where a form has no value, and
// passwords that programs could have made.
func TestCR16BesideAlone(t *testing.T) {
	t.Parallel()
	for _, password := range append([]string{"550e8400-e29b-41d4-a716-446655440000", "5f4dcc3b5aa765d61d8327deb882cf99", "1234567890", "tanuki@kaki.example"}, oddPasswords...) {
		quoted, _ := json.Marshal(password)
		for name, q := range map[string]request{
			"form":  {headers: form, body: "u=" + typedID + "&k=" + url.QueryEscape(password)},
			"JSON":  {headers: "application/json", body: `{"u":"` + typedID + `","k":` + string(quoted) + `}`},
			"items": {headers: "application/json", body: `["` + typedID + `",` + string(quoted) + `]`},
		} {
			f := q.inspect(t, guard.Hints{Known: known, Thorough: true})
			if !slices.Contains(texts(f.Passwords), password) {
				t.Errorf("%s, %q: %q; want it among them", name, q.body, texts(f.Passwords))
			}
		}
	}
	for name, q := range map[string]request{
		"name in JSON":          {headers: "application/json", body: `{"u":"` + typedID + `","` + typedPass + `":1}`},
		"name in JSON, a value": {headers: "application/json", body: `{"u":"` + typedID + `","` + typedPass + `":"Osaka-Castle"}`},
		"name in a form":        {headers: form, body: "u=" + typedID + "&" + url.QueryEscape(typedPass) + "=1"},
		"no name":               {headers: form, body: "u=" + typedID + "&" + url.QueryEscape(typedPass)},
		"no names":              {headers: form, body: typedID + "&" + url.QueryEscape(typedPass)},
	} {
		f := q.inspect(t, guard.Hints{Known: known, Thorough: true})
		if !slices.Contains(texts(f.Passwords), typedPass) {
			t.Errorf("%s: %q; want %q among them", name, texts(f.Passwords), typedPass)
		}
	}
}

// TestNamesAreNames: what apps call their fields is nobody's password, and what programs
// make is not compared in a request of more than a form for signing in.
func TestNamesAreNames(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"items[0][Id1]":"Osaka-Castle","items[0][Qty2]":"Nara-Park","ctl00$Main$Name1":"Kobe-Port"}`,
		`{"@odata.Type1":"Osaka-Castle","meta":{"utm_Source1":"Nara-Park"},"x-Data.Id2":"Kobe-Port"}`,
		`{"operationName":null,"variables":{"first1":20},"k":"Osaka-Castle"}`,
	} {
		f := request{headers: "application/json", body: body}.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true})
		for _, v := range texts(f.Passwords) {
			if slices.Contains([]string{"items[0][Id1]", "items[0][Qty2]", "ctl00$Main$Name1", "@odata.Type1", "utm_Source1", "x-Data.Id2", "operationName", "variables", "first1"}, v) {
				t.Errorf("%s: the name %q is a candidate", body, v)
			}
		}
	}
	settings := `{"darkMode":true,"pageSize1":50,"showTips":false,"fontSize2":14,"autoSave3":true}`
	if f := (request{headers: "application/json", body: settings}).inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true}); len(f.Passwords) > 2 {
		t.Errorf("settings: candidates %q; want two at most", texts(f.Passwords))
	}
	event := `{"email":"` + typedID + `","id":"550e8400-e29b-41d4-a716-446655440000","at":"1764119999","ref":"https://shop.example/","device":"5f4dcc3b5aa765d61d8327deb882cf99"}`
	if f := (request{headers: "application/json", body: event}).inspect(t, guard.Hints{Known: known, Thorough: true}); len(f.Passwords) > 0 {
		t.Errorf("an event: candidates %q; want none", texts(f.Passwords))
	}
	if f := (request{headers: form, body: "email=" + typedID + "&to=hanako@example.jp"}).inspect(t, guard.Hints{Known: known, Thorough: true}); f.Likely > 0 {
		t.Errorf("an invitation waits for %q", texts(f.Passwords))
	}
}
