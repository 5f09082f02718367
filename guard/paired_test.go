package guard_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestCR16LineEnds surrounds a password under a name that says nothing with what
// nobody sees.
func TestCR16LineEnds(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r\n", "\t", "\x00", "\u200b\n", " \n"} {
		for _, q := range []request{
			{headers: form, body: "u=" + typedID + "&k=" + percentAll(typedPass+end)},
			{headers: form, body: "u=" + typedID + "&k=" + percentAll(end+typedPass)},
			{headers: form, body: "u=" + percentAll(typedID+"|"+typedPass+end)},
		} {
			f := q.inspect(t, guard.Hints{Known: known})
			if !slices.ContainsFunc(texts(f.Passwords), func(s string) bool { return strings.Trim(s, "\u200b ") == typedPass }) {
				t.Errorf("%q: passwords %q; want %q among them", end, texts(f.Passwords), typedPass)
			}
		}
	}
}

// TestCR16OneValue sends a protected ID and its password as one value. The
// password holds what parts the two.
func TestCR16OneValue(t *testing.T) {
	t.Parallel()
	const phone, pass = "+81 90-1234-5678", "kumo:to|kaze 37;%"
	x := guard.Hints{Known: func(id []byte) bool { return string(id) == typedID || string(id) == phone }}
	for _, id := range []string{typedID, phone} {
		for name, v := range map[string]string{
			"bar": id + "|" + pass, "colon": id + ":" + pass, "blank": id + " " + pass, "line": id + "\n" + pass,
			"several": id + " ::: " + pass, "password first": pass + "|" + id,
		} {
			for shape, q := range map[string]request{
				"form":       {headers: form, body: "d=" + percentAll(v)},
				"ID's name":  {headers: form, body: "email=" + percentAll(v)},
				"password's": {headers: form, body: "password=" + percentAll(v)},
				"JSON":       {headers: "application/json", body: `{"u":` + strconv.Quote(v) + `}`},
				"socket.io":  {headers: "text/plain", body: `42["m",` + strconv.Quote(v) + `]`},
				"gzip":       {headers: "application/json\nContent-Encoding: gzip", body: gzipped(`[` + strconv.Quote(v) + `]`)},
			} {
				t.Run(id[:3]+" "+name+" "+shape, func(t *testing.T) {
					t.Parallel()
					f := q.inspect(t, x)
					if !slices.Contains(texts(f.IDs), id) || !slices.Contains(texts(f.Passwords), pass) {
						t.Errorf("IDs %q, passwords %q; want %q and %q among them", texts(f.IDs), texts(f.Passwords), id, pass)
					}
				})
			}
		}
	}
}
