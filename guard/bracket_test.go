package guard_test

import (
	"net/url"
	"slices"
	"testing"

	"sekisho/guard"
)

// TestBracketedTexts: a text in a field that begins like JSON and is none is read as a text,
// and as program text, whatever is known of the site.
func TestBracketedTexts(t *testing.T) {
	t.Parallel()
	const message = `New Amazon log\nEmail : ` + typedID + `\nPassword : Hunter2!x\nIP : 203.0.113.9`
	embed := func(shown string) request {
		return request{headers: "application/json", body: `{"username":"bot","embeds":[{"title":"log","fields":[{"name":"Email","value":"` + typedID + `","inline":true},{"name":"Password","value":"` + shown + `","inline":true},{"name":"IP","value":"203.0.113.9"}]}]}`}
	}
	for name, q := range map[string]request{
		"spoiler":   embed("||Hunter2!x||"),
		"bold":      embed("**Hunter2!x**"),
		"stricken":  embed("~~Hunter2!x~~"),
		"guillemet": embed("» Hunter2!x"),
		"arrow":     embed("➜Hunter2!x"),
		"mark":      {headers: "application/json", body: `{"content":"[+] ` + message + `"}`},
		"name":      {headers: "application/json", body: `{"content":"[AMAZON]\n` + message + `"}`},
		"time":      {headers: "application/json", body: `{"text":"[2026-11-26 12:00] ` + message + `"}`},
		"brace":     {headers: "application/json", body: `{"content":"{AMAZON}\n` + message + `"}`},
		"alone":     {headers: "application/json", body: `{"content":"[ ` + message + `"}`},
		"literal":   {headers: form, body: "data=" + url.QueryEscape(`{email:'`+typedID+`',password:'Hunter2!x'}`)},
		"in JSON":   {headers: "application/json", body: `{"data":"{email:'` + typedID + `',password:'Hunter2!x'}"}`},
		"in query":  {target: "/c?data=" + url.QueryEscape(`{email:'`+typedID+`',password:'Hunter2!x'}`)},
	} {
		for _, thorough := range []bool{true, false} {
			f := q.inspect(t, guard.Hints{Known: known, Thorough: thorough})
			if !slices.Contains(texts(f.IDs), typedID) || !slices.Contains(texts(f.Passwords), "Hunter2!x") {
				t.Errorf("%s, thorough %v: IDs %q, passwords %q", name, thorough, texts(f.IDs), texts(f.Passwords))
			}
		}
	}
}
