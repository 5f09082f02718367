package dossier

import (
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/accounts"
	"sekisho/guard"
)

const protectedMail = "seller@shop.example"

// sends has a client send a request with the protected ID, read by guard as a
// proxy would, and none of the account's passwords in it.
func (o office) sends(seed maphash.Seed, host, target, media, body string) Judgement {
	o.Helper()
	x := guard.Hints{Known: func(id []byte) bool { return string(id) == protectedMail }}
	h := guard.Head{Host: name(o, host), Method: "POST", Target: target, Header: http.Header{"Content-Type": {media}}}
	if body == "" {
		h.Method, h.Header = "GET", nil
	}
	f := guard.Inspect(h, []byte(body), true, x)
	defer f.Wipe()
	m := accounts.Match{Label: "shop", ID: true}
	if len(f.IDs) == 0 {
		m = none
	} else if len(f.Passwords) > 0 {
		m.Other = maphash.Bytes(seed, f.Passwords[0].Bytes()) | 1
	}
	return o.submit(host, f, m)
}

// TestGuessesAreByName sends twelve requests with the protected ID and one value
// that is another each time, to sites of all kinds.
func TestGuessesAreByName(t *testing.T) {
	t.Parallel()
	const host, form, json = "quiet-river.example", "application/x-www-form-urlencoded", "application/json"
	id := url.QueryEscape(protectedMail)
	clean := func(office) {}
	seller := func(o office) { o.page(host, traces) }
	for _, test := range []struct {
		name, target, media, body string // %s is the value
		site                      func(o office)
		want                      string
	}{
		{"chat", "/api", json, `{"user":"` + protectedMail + `","message":"hello %s"}`, clean, "pass"},
		{"chat on a seller's tool", "/api", json, `{"user":"` + protectedMail + `","message":"hello %s"}`, seller, "pass"},
		{"polling", "/poll?user=" + id + "&nonce=%s", "", "", clean, "pass"},
		{"OAuth", "/authorize?login_hint=" + id + "&state=%s&nonce=n%s&client_id=abc123&response_type=code", "", "", clean, "pass"},
		{"calendar", "/api", json, `{"attendee":"` + protectedMail + `","title":"Meeting %s"}`, clean, "pass"},
		{"newsletter", "/subscribe", form, "email=" + id + "&csrf_token=%s", clean, "pass"},
		{"forgotten password", "/forgot", form, "email=" + id + "&_token=%s", clean, "pass"},
		{"first step of a sign-in", "/login/identifier", form, "username=" + id + "&csrfmiddlewaretoken=%s", clean, "pass"},
		{"web mail", "/?_task=mail&_user=" + id + "&_remote=1&_unlock=loading%s", "", "", clean, "pass"},
		{"contact", "/contact", form, "email=" + id + "&body=text-%s", clean, "pass"},
		{"accounts of a team", "/users", form, "email=" + id + "&new_password=%s&confirm_password=%s", clean, "pass"},

		{"names that say nothing, imitating name", "/p", form, "email=" + id + "&k=%s", func(o office) { o.visitAs(host, Arrival{Name: lookalike}) }, "hold red guess-oracle"},
		{"names that say nothing, form under Amazon's name", "/p", form, "email=" + id + "&k=%s", func(o office) { o.page(host, suspect) }, "hold red guess-oracle"},
		{"sign-in", "/login", form, "email=" + id + "&password=%s", clean, "hold red guess-oracle"},
		{"sign-in in JSON", "/api", json, `{"u":"` + protectedMail + `","passwd":"%s"}`, clean, "hold red guess-oracle"},
		{"sign-in behind a decoy", "/login", form, "email=" + id + "&password=always-the-same&pass=%s", clean, "hold red guess-oracle"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			test.site(o)
			for i := range guessMany + 2 {
				put := func(s string) string {
					return strings.ReplaceAll(s, "%s", fmt.Sprintf("qzx%dwvu%d", i, i*7))
				}
				o.sends(seed, host, put(test.target), test.media, put(test.body))
			}
			if got := verdict(o.navigate(host)); got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
}
