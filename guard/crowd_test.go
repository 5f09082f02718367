package guard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestCR16Decoys sends passwords by the dozen with a protected ID: either the
// true one, which comes last, is among the candidates, or More says that it may
// not be.
func TestCR16Decoys(t *testing.T) {
	t.Parallel()
	decoys := func(n int, each, between string) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(each, i))
		}
		return strings.Join(append(all, ""), between)
	}
	for n := range 100 {
		x := guard.Hints{Known: known, Thorough: n%2 == 0}
		for shape, q := range map[string]request{
			"form":              {headers: form, body: "email=" + typedID + "&" + decoys(n, "password%d=decoyvalue%[1]d", "&") + "password=" + percentAll(typedPass)},
			"JSON":              {headers: "application/json", body: `{"email":"` + typedID + `",` + decoys(n, `"pass_%d":"decoyvalue%[1]d"`, ",") + `"password":"` + typedPass + `"}`},
			"new passwords":     {headers: form, body: "email=" + typedID + "&" + decoys(n, "new_password%d=decoyvalue%[1]d", "&") + "new_password=" + percentAll(typedPass)},
			"a name of no word": {headers: form, body: "email=" + typedID + "&" + decoys(n, "password%d=decoyvalue%[1]d", "&") + "k=" + percentAll(typedPass)},
		} {
			s := guard.NewStream(q.head(t), x)
			_, _ = s.Write([]byte(q.body))
			_ = s.Close()
			for how, f := range map[string]guard.Finding{"held": q.inspect(t, x), "in passing": s.Finding()} {
				if !slices.Contains(texts(f.Passwords), typedPass) && !f.More {
					t.Errorf("%s, %d decoys, %s: the password is neither carried nor said to be left out", shape, n, how)
				}
				if n < 4 && f.More {
					t.Errorf("%s, %d decoys, %s: said to leave out one of %d", shape, n, how, n+1)
				}
			}
		}
	}
}

// TestMoreIsNotForForms keeps More from what people send: long forms, and a
// change of password with all that a framework adds.
func TestMoreIsNotForForms(t *testing.T) {
	t.Parallel()
	var fields strings.Builder
	for i := range 60 {
		fmt.Fprintf(&fields, "&field_%d=some+words+%d", i, i)
	}
	for name, body := range map[string]string{
		"survey":  "email=" + typedID + fields.String(),
		"sign-in": "email=" + typedID + "&password=Old-one-77" + fields.String(),
		"change":  "email=" + typedID + "&current_password=Old-one-77&new_password=New-one-78&confirm_password=New-one-79" + fields.String(),
	} {
		if f := (request{headers: form, body: body}).inspect(t, guard.Hints{Known: known}); f.More || len(f.Passwords) == 0 {
			t.Errorf("%s: More = %v with %d passwords; want false, and some", name, f.More, len(f.Passwords))
		}
	}
}
