package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sekisho/accounts"
)

// saysPassword is what a warning says of the second of two steps.
const saysPassword = "The password you entered was not sent. sekisho stopped it on the way. Only the ID was sent before"

// TestWentBefore: of a protected sign-in that is held, a warning says plainly that it was not
// sent after a click that sent nothing, and after a sign-in that was compared and is none of the
// account's; not where something went that could not be compared.
func TestWentBefore(t *testing.T) {
	t.Parallel()
	type visit struct {
		t *testing.T
		l *lab
		d door
	}
	own := func(v visit, header map[string]string, pairs ...string) map[string]string {
		return withHeader(withHeader(header, "Sec-Fetch-Site", "same-origin", "Origin", v.d.base, "Referer", v.d.base+"/login", "Content-Type", formType), pairs...)
	}
	post := func(v visit, header map[string]string, pairs ...string) answer {
		form := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return do(v.t, v.d.client, http.MethodPost, v.d.base+"/x", header, strings.NewReader(form.Encode()))
	}
	open := func(v visit) {
		get(v.t, v.d.client, v.d.base+"/login", navigation)
		v.l.proxy.Linger(time.Minute)
	}
	click := func(v visit) {
		open(v)
		if a := goOn(v.t, v.d.client, page(v.t, v.d.client, signIn(v.t, v.d.client, v.d.base, own(v, navigation))), ""); a.StatusCode != http.StatusSeeOther {
			v.t.Fatalf("going on = %d", a.StatusCode)
		}
		open(v)
	}
	sends := func(v visit, header map[string]string, pairs ...string) {
		if a := post(v, header, pairs...); a.StatusCode != http.StatusOK {
			v.t.Fatalf("what goes before = %d", a.StatusCode)
		}
	}
	whole := func(v visit) answer { return post(v, own(v, navigation), "email", ownID, "password", ownPassword) }
	second := func(v visit) answer { return post(v, own(v, navigation), "password", ownPassword) }
	const theirs, theirPassword = "somebody@else.example", "Tanuki-7731"
	for name, tt := range map[string]struct {
		before func(v visit)
		held   func(v visit) answer
		want   string
	}{
		"a click": {click, whole, saysNotSent},
		"a sign-in of the site's own": {func(v visit) {
			click(v)
			sends(v, own(v, navigation), "email", theirs, "password", theirPassword, "csrf_token", "Zx8_k2mPq")
		}, whole, saysNotSent},
		"the same by a script": {func(v visit) {
			click(v)
			sends(v, own(v, fetch), "email", theirs, "password", theirPassword)
		}, whole, saysMaybe},
		"a password that its page may have made of another": {func(v visit) {
			click(v)
			sends(v, own(v, navigation), "email", theirs, "password", "5368312d506173732d393378")
		}, whole, saysMaybe},
		"a sign-in, and words of a script": {func(v visit) {
			click(v)
			sends(v, own(v, navigation), "email", theirs, "password", theirPassword)
			open(v)
			get(v.t, v.d.client, v.d.base+"/x?zz=3f2a7b22", own(v, fetch))
		}, whole, saysMaybe},
		"a sign-in, before the account was protected": {func(v visit) {
			click(v)
			sends(v, own(v, navigation), "email", theirs, "password", theirPassword)
			if err := v.l.accounts.Add("other@mise.example", "other", []byte("Kitsune-4410")); err != nil {
				v.t.Fatal(err)
			}
			time.Sleep(accounts.TakenUp)
		}, whole, saysMaybe},
		"a sign-in and more, where people are known to sign in": {func(v visit) {
			v.l.dossier.Configure("unfamiliar", []string{shop})
			open(v)
			sends(v, own(v, fetch), "email", theirs, "password", theirPassword)
			get(v.t, v.d.client, v.d.base+"/x?zz=3f2a7b22", own(v, fetch))
		}, whole, saysNotSent},
		"the ID, and then the password": {func(v visit) {
			open(v)
			sends(v, own(v, navigation), "email", ownID)
			open(v)
		}, second, saysPassword},
		"the ID, and then both": {func(v visit) {
			open(v)
			sends(v, own(v, navigation), "email", ownID)
			open(v)
		}, whole, saysPassword},
		"the ID with something beside it": {func(v visit) {
			open(v)
			sends(v, own(v, navigation), "email", ownID, "t", "5368312d506173732d393378")
			open(v)
		}, second, saysMaybe},
		"the ID by a script": {func(v visit) {
			open(v)
			sends(v, own(v, fetch), "email", ownID)
		}, second, saysMaybe},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, plainPage, func(t *testing.T, l *lab, d door) {
				l.protect()
				v := visit{t, l, d}
				tt.before(v)
				l.checkWords(t, tt.held(v).Header.Get("Location"), tt.want, tt.want == saysMaybe)
			})
		})
	}
}
