package guard_test

import (
	"slices"
	"testing"

	"sekisho/guard"
)

// TestCodeIsNoName: an address is an ID whatever its field is called, and letters beside a
// password are no one-time code.
func TestCodeIsNoName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body string
		act  guard.Act
		code string
	}{
		{"user[login_code]=" + typedID + "&user[password]=Pw7xzzz", guard.SignIn, ""},
		{"login_code=tanaka01&password=Pw7xzzz", guard.SignIn, ""},
		{"login_code=" + typedCode + "&password=Pw7xzzz", guard.SignIn, typedCode},
		{"otp=482+915&password=Pw7xzzz", guard.SignIn, "482 915"},
		{"login_code=" + typedCode, guard.Code, typedCode},
		{"otp=%EF%BC%94%EF%BC%98%EF%BC%92%EF%BC%99%EF%BC%91%EF%BC%95", guard.Code, "４８２９１５"},
		{"backupcode=a7k2-9qmx", guard.Code, "a7k2-9qmx"},
	} {
		for _, x := range []guard.Hints{{}, {Known: known, AfterCopy: true}} {
			f := (request{target: "/users/sign_in", headers: form, body: test.body}).inspect(t, x)
			if f.Act != test.act || (len(f.Codes) == 0) != (test.code == "") || test.code != "" && texts(f.Codes)[0] != test.code {
				t.Errorf("%s: %v with codes %q; want %v, %q", test.body, f.Act, texts(f.Codes), test.act, test.code)
			}
		}
	}
	q := request{headers: form, body: "user[login_code]=" + typedID + "&user[password]=Pw7xzzz"}
	if f := q.inspect(t, guard.Hints{}); !slices.Contains(texts(f.IDs), typedID) {
		t.Errorf("IDs = %q; want the address", texts(f.IDs))
	}
}
