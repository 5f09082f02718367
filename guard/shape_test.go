package guard_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestMachineMade: what a shop's pages send after it was given the ID is no
// candidate, and beside the ID comes behind what a person could have typed.
func TestMachineMade(t *testing.T) {
	t.Parallel()
	made := []string{
		"3f0c1c9e-8a41-4f1e-b2aa-0a1b2c3d4e5f", "9f86d081884c7d65", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXZhbHVl",
		"2026-11-26T01:02:03Z", "2026-11-26", "1764119999", "20261126010203", "https://shop.example/x?y=1", "GA1.1.123456789.1764119999",
		"Zk9fQ2mZ7Rt1Vb3xK0aL8wPq", "AbCd" + strings.Repeat("x9Y/", 20) + "==",
	}
	typed := []string{typedPass, "Abc12345", "sunflowerbridge", "correct-horse-battery-staple", "77889900", "rinku-mago7-Tenbou", "x!9Kd#2pQz$7"}
	for i, v := range slices.Concat(made, typed) {
		t.Run(v, func(t *testing.T) {
			t.Parallel()
			q := request{headers: form, body: "k=" + percentAll(v)}
			f := q.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true})
			if got, want := slices.Contains(texts(f.Passwords), v), i >= len(made); got != want {
				t.Errorf("in the step after the ID a candidate: %v; want %v (%q)", got, want, texts(f.Passwords))
			}
			q.body = "a=" + typedID + "&" + q.body + "&z=" + percentAll(typedPass)
			f = q.inspect(t, guard.Hints{Known: known, Thorough: true})
			if got, want := slices.Contains(texts(f.Passwords)[:f.Likely], v), i >= len(made); got != want {
				t.Errorf("beside the ID likely: %v; want %v (%q, %d likely)", got, want, texts(f.Passwords), f.Likely)
			}
			if !slices.Contains(texts(f.Passwords)[:f.Likely], typedPass) {
				t.Errorf("%q is none of %d likely of %q", typedPass, f.Likely, texts(f.Passwords))
			}
		})
	}
}

// TestLikelyAmbient: a password in a cookie is likely beside an ID, and a session is not.
func TestLikelyAmbient(t *testing.T) {
	t.Parallel()
	h := request{headers: form, body: "a=" + typedID + "&t=2026-11-26T01:02:03Z"}
	head := h.head(t)
	head.Header = http.Header{"Content-Type": {form}, "Cookie": {fmt.Sprintf("sid=Zk9fQ2mZ7Rt1Vb3xK0aL8wPq; k=%s", typedPass)}}
	f := guard.Inspect(head, []byte(h.body), true, guard.Hints{Known: known, Thorough: true})
	if likely := texts(f.Passwords)[:f.Likely]; !slices.Contains(likely, typedPass) || len(f.Passwords) == f.Likely || len(f.Tries) != len(f.Passwords) {
		t.Errorf("likely %q of %q, %d tries; want %q in them, and the session behind", likely, texts(f.Passwords), len(f.Tries), typedPass)
	}
}
