package guard_test

import (
	"slices"
	"testing"

	"sekisho/guard"
)

// testCase is one row of docs/credentials.md, or a variant of one.
type testCase struct {
	name     string // starts with the id of the case
	request  request
	hints    guard.Hints
	act      guard.Act
	id       string // wanted among the IDs; "" for none wanted
	password string // wanted among the passwords
	code     string
	amazon   bool
}

const form = "application/x-www-form-urlencoded"

// signIn is a case in which the usual ID and password are found.
func signIn(name, headers, body string) testCase {
	return testCase{name: name, request: request{headers: headers, body: body}, act: guard.SignIn, id: typedID, password: typedPass}
}

func runCases(t *testing.T, cases []testCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := test.request.inspect(t, test.hints)
			check(t, test, f)
			if h := test.request.head(t); f.Act != guard.Nothing && test.request.body == "" && guard.Bare(h) {
				t.Errorf("Bare(%s %s) = true; want false, something is found in it", h.Method, h.Target)
			}
		})
	}
}

func check(t *testing.T, test testCase, f guard.Finding) {
	t.Helper()
	if f.Act != test.act || f.Amazon != test.amazon {
		t.Errorf("act = %v, amazon %v; want %v, %v (signs %q, fields %q)", f.Act, f.Amazon, test.act, test.amazon, f.Signs, f.Fields)
	}
	for _, want := range []struct {
		what, value string
		got         []guard.Secret
	}{{"IDs", test.id, f.IDs}, {"passwords", test.password, f.Passwords}, {"codes", test.code, f.Codes}} {
		if want.value != "" && !slices.Contains(texts(want.got), want.value) {
			t.Errorf("%s = %q; want %q among them (signs %q)", want.what, texts(want.got), want.value, f.Signs)
		}
	}
}
