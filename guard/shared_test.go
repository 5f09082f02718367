package guard_test

import (
	"testing"

	"sekisho/guard"
)

// TestShared: where a page has one name for the password to sign in with and for a new one,
// what is sent decides.
func TestShared(t *testing.T) {
	t.Parallel()
	x := guard.Hints{Purposes: map[string]string{"username": "username", "email": "username", "password": "password", "password_again": "new-password", "ango": "password"}}
	const js = "application/json"
	for _, tt := range []struct {
		name string
		q    request
		act  guard.Act
	}{
		{"sign-in", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x"}, guard.SignIn},
		{"sign-in, a name of its own", request{headers: form, body: "email=t%40x.jp&ango=Abcd1234x"}, guard.SignIn},
		{"sign-in of a shop", request{headers: form, body: "username=t%40x.jp&password=Abcd1234x&woocommerce-login-nonce=abc1234567&_wp_http_referer=%2Fmy-account%2F&login=%E3%83%AD%E3%82%B0%E3%82%A4%E3%83%B3"}, guard.SignIn},
		{"sign-in that is to be remembered", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&rememberme=1&register=1"}, guard.SignIn},
		{"sign-in, the repetition empty", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&password_again="}, guard.SignIn},
		{"sign-in beside a trap for programs", request{headers: form, body: "username=taro&email=&password=Abcd1234x"}, guard.SignIn},
		{"sign-in by its button", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&commit=Log+in&action=login"}, guard.SignIn},
		{"sign-in in JSON", request{headers: js, body: `{"email":"t@x.jp","password":"Abcd1234x"}`, target: "/api/session/create"}, guard.SignIn},
		{"the password alone, a second step", request{headers: form, body: "password=Abcd1234x"}, guard.SignIn},
		{"registration at a shop", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&woocommerce-register-nonce=abc1234567&_wp_http_referer=%2Fmy-account%2F&register=%E7%99%BB%E9%8C%B2%E3%81%99%E3%82%8B"}, guard.Register},
		{"registration sent by a script, without its button", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&woocommerce-register-nonce=abc1234567"}, guard.Register},
		{"registration with the repetition", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&password_again=Abcd1234x"}, guard.Register},
		{"registration with a name", request{headers: js, body: `{"name":"Taro","email":"t@x.jp","password":"Abcd1234x"}`}, guard.Register},
		{"registration with two IDs", request{headers: js, body: `{"username":"taro","email":"t@x.jp","password":"Abcd1234x"}`}, guard.Register},
		{"registration by its path", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x", target: "/kaiin/regist.cgi"}, guard.Register},
		{"registration by its action", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&action=user_register"}, guard.Register},
		{"registration by its button", request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&commit=Sign+up"}, guard.Register},
		{"a new password after one was forgotten", request{headers: form, body: "token=f3a9&password=Abcd1234x", target: "/account/reset"}, guard.Change},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.q.inspect(t, x).Act; got != tt.act {
				t.Errorf("got %v; want %v", got, tt.act)
			}
		})
	}
	q := request{headers: form, body: "email=t%40x.jp&password=Abcd1234x&commit=Sign+up"}
	if got := q.inspect(t, guard.Hints{Purposes: map[string]string{"email": "username", "password": "current-password"}}).Act; got != guard.SignIn {
		t.Errorf("where the page has a sign-in alone: got %v", got)
	}
}
