package guard_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestNumberInText: an ID that is a telephone number is found in running text as an address
// is, however it is written and set apart.
func TestNumberInText(t *testing.T) {
	t.Parallel()
	const pass = "Nagoya!2024x"
	x := guard.Hints{Thorough: true, Known: func(id []byte) bool {
		digits := strings.Map(func(c rune) rune {
			if strings.ContainsRune(" -().+\u2010\u30fc", c) {
				return -1
			}
			return c
		}, string(id))
		return "0"+strings.TrimPrefix(strings.TrimPrefix(digits, "81"), "0") == "09012345678"
	}}
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	for _, id := range []string{
		"09012345678", "090-1234-5678", "090 1234 5678", "+819012345678", "+81 90-1234-5678", "+81 90 1234 5678", "+81-(0)90-1234-5678", "(090) 1234-5678",
		"090.1234.5678", "090\u20101234\u20105678", "090ー1234ー5678",
	} {
		for _, between := range []string{":", "|", " ", "----", "\n", ",", "\t", " / ", " => "} {
			for name, q := range map[string]request{
				"body":  {headers: "text/plain", body: id + between + pass},
				"value": {headers: form, body: "d=" + url.QueryEscape(id+between+pass)},
				"JSON":  {headers: "application/json", body: `{"d":` + quote(id+between+pass) + `}`},
			} {
				if f := q.inspect(t, x); len(f.IDs) == 0 || !slices.Contains(texts(f.Passwords), pass) {
					t.Errorf("%s: %q: IDs %q, passwords %q", name, id+between+pass, texts(f.IDs), texts(f.Passwords))
				}
			}
		}
		for name, message := range map[string]string{
			"labels":  "New log\nEmail: " + id + "\nPassword: " + pass + "\nIP: 203.0.113.9",
			"a title": "[+] Amazon\nTEL " + id + "\nPW " + pass,
		} {
			q := request{target: "/bot1:AA/sendMessage", headers: "application/json", body: `{"chat_id":1234567890,"text":` + quote(message) + `}`}
			if f := q.inspect(t, x); len(f.IDs) == 0 || !slices.Contains(texts(f.Passwords), pass) {
				t.Errorf("%s: %q: IDs %q, passwords %q", name, id, texts(f.IDs), texts(f.Passwords))
			}
		}
	}
	for _, id := range []string{"09012345678", "090-1234-5678", "%2B819012345678", "+81 90-1234-5678", "(090) 1234-5678"} {
		for name, q := range map[string]request{
			"cookies":       {headers: "Cookie: theme=dark; a=" + id + "; b=" + pass},
			"one cookie":    {headers: "Cookie: a=" + id + ":" + pass},
			"headers":       {headers: "X-A: " + id + "\nX-B: " + pass},
			"one header":    {headers: "X-A: " + id + " " + pass},
			"both, by POST": {headers: "Content-Type: application/json\nCookie: a=" + id + "\nX-B: " + pass, body: `{"t":1}`},
		} {
			if f := q.inspect(t, x); len(f.IDs)+len(f.Beside) == 0 || !slices.Contains(texts(f.Passwords), pass) {
				t.Errorf("%s of %q: IDs %q, passwords %q", name, id, texts(f.IDs), texts(f.Passwords))
			}
			if q.body == "" && guard.Bare(q.head(t)) {
				t.Errorf("%s of %q: not looked into", name, id)
			}
		}
	}
	for _, header := range []string{
		"Cookie: _ga=GA1.1.1234567890.1764000000; _gid=GA1.2.901234567.1764000001; t=1764000000123; n=0; c=0.123; v=0-1", "X-Trace: 1764000000123456", "X-Version: 0.12.345",
	} {
		if !guard.Bare(request{headers: header}.head(t)) {
			t.Errorf("%q: looked into; want it passed over", header)
		}
	}
	for _, body := range []string{
		"k=249-0901234-5678901", "注文 250-8065538-7643500 は 2026-11-26 10:30 に発送", "1090123456780", "A09012345678", "192.168.090.12 3456 78", "t=1700000000.123456",
	} {
		if f := (request{headers: "text/plain", body: body}).inspect(t, x); len(f.IDs) > 0 {
			t.Errorf("%q: IDs %q; want none", body, texts(f.IDs))
		}
	}
}
