package dossier

import (
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
)

const protectedMail = "seller@shop.example"

// sends has a client send a request with the protected ID, read by guard as a
// proxy would, and none of the account's passwords in it.
func (o office) sends(seed maphash.Seed, host, target, media, body string) Judgement {
	o.Helper()
	x := o.Hints(name(o, host), pc1)
	x.Known = func(id []byte) bool { return string(id) == protectedMail }
	h := guard.Head{Host: name(o, host), Method: "POST", Target: target, Header: http.Header{"Content-Type": {media}}}
	if body == "" {
		h.Method, h.Header = "GET", nil
	}
	f := guard.Inspect(h, []byte(body), true, x)
	defer f.Wipe()
	m := accounts.Match{Label: "shop", ID: true}
	if !slices.ContainsFunc(f.IDs, func(id guard.Secret) bool { return string(id.Bytes()) == protectedMail }) {
		m = none
	} else if len(f.Passwords) > 0 {
		m.Other = maphash.Bytes(seed, f.Passwords[0].Bytes()) | 1
	}
	return o.submit(host, f, m)
}

// TestGuessesOfAnyName sends 22 requests with the protected ID and one value
// that is another each time, and that a person could have thought up, under names
// that say nothing.
func TestGuessesOfAnyName(t *testing.T) {
	t.Parallel()
	const host, form, json = "quiet-river.example", "application/x-www-form-urlencoded", "application/json"
	id := url.QueryEscape(protectedMail)
	const guessed, refused = "hold red guess-oracle", "pass, but for its tries"
	clean := func(office) {}
	many := func(n int) (body string) {
		for j := range n {
			body += fmt.Sprintf("&k%d=%%s-%d", j, j)
		}
		return "email=" + id + body
	}
	for _, test := range []struct {
		name, target, media, body string // %s is the value
		word                      string // %d is the number of the request
		site                      func(o office)
		want                      string
	}{
		{"form", "/p", form, "email=" + id + "&p=%s", "guess-%d", clean, refused},
		{"query", "/p?e=" + id + "&p=%s", "", "", "guess-%d", clean, refused},
		{"JSON", "/p", json, `{"e":"` + protectedMail + `","p":"%s"}`, "Sunshine%d!", clean, refused},
		{"single quotes", "/p", "text/plain", `{'e':'` + protectedMail + `','p':'%s'}`, "dragon-%d", clean, refused},
		{"one value", "/p", form, "d=" + id + "|%s", "dragon%d", clean, refused},
		{"eight in a request", "/p", form, many(8), "wrongpass%d", clean, refused},
		{"behind decoys", "/p", form, "email=" + id + "&a=Decoy-11&b=Decoy-22&c=Decoy-33&p=%s", "guess-%d", clean, refused},
		{"behind a decoy of the same name", "/p", form, "email=" + id + "&k=Decoy-11&p=%s", "guess-%d", clean, refused},
		{"names with the next number", "/p", form, "email=" + id + "&p%s=Guess-%s", "%d", clean, refused},
		{"gone on without a question", "/p", form, "email=" + id + "&p=%s", "guess-%d", func(o office) {
			o.Configure("protected", nil)
			o.Passed(name(o, host))
		}, refused},

		{"letters", "/p", form, "a=" + id + "&b=%s", "monkeys-%d", clean, refused},
		{"short hexadecimal", "/p", form, "a=" + id + "&b=%s", "9f86d081%dab", clean, refused},
		{"another name each time, another word", "/p", form, "a=" + id + "&kx%s=word%s", "x%d", clean, refused},

		{"on a page under Amazon's name", "/p", form, "email=" + id + "&p=%s", "guess-%d", func(o office) { o.page(host, suspect) }, guessed},
		{"coupons", "/save", json, `{"user":"` + protectedMail + `","code":"%s"}`, "SUMMER%d%OFF", clean, refused},
		{"variations", "/save", json, `{"user":"` + protectedMail + `","var":"%s"}`, "Navy#%d", clean, refused},

		{"the same one", "/p", form, "email=" + id + "&p=%s", "guess-1", clean, "pass"},
		{"nineteen", "/p", form, "email=" + id + "&p=%s", "guess-0", func(o office) {
			for i := range triedMany - 2 {
				o.sends(maphash.MakeSeed(), host, "/p", form, fmt.Sprintf("email=%s&k=other-%d", id, i))
			}
		}, "pass"},
		{"another name each time", "/p", form, "email=" + id + "&field%s=Constant-1", "x%d", clean, "pass"},
		{"where people sign in", "/p", form, "email=" + id + "&p=%s", "guess-%d", func(o office) { o.Passed(name(o, host)) }, "pass"},
		{"comments of one word", "/p", json, `{"email":"` + protectedMail + `","comment":"%s"}`, "nice-article-%d", clean, "pass"},
		{"comments under a name that says nothing", "/p", form, "email=" + id + "&c=%s", "No.+%d+is+a+good+one", clean, "pass"},
		{"newsletters", "/list", form, "email=" + id + "&list_id=%s", "weekly-%d", clean, "pass"},
		{"profile of a shop", "/me", form, "email=" + id + "&nickname=%s&city=Osaka&company=Yamada-%d", "hanako%d", clean, "pass"},
		{"searches by q", "/p", form, "user=" + id + "&q=%s", "sku-AB%dxq", clean, "pass"},
		{"searches by s", "/", form, "email=" + id + "&s=%s", "HDMI-%dm", clean, "pass"},
		{"searches by k", "/s", form, "email=" + id + "&k=%s", "HDMI-%dm", clean, "pass"},
		{"searches by a word", "/s", form, "email=" + id + "&word=%s", "Type%dC", clean, "pass"},
		{"searches by the path", "/search/items?u=" + id + "&x=%s", "", "", "HDMI-%dm", clean, "pass"},
		{"drafts", "/autosave", json, `{"user":"` + protectedMail + `","field":"memo","value":"%s"}`, "Memo!%dx", clean, "pass"},
		{"search in a seller's tool", "/s", json, `{"user":"` + protectedMail + `","keyword":"%s"}`, "iphone%d", clean, "pass"},
		{"gift cards", "/p", form, "email=" + id + "&card=%s", "GIFT%d-aB1c", clean, "pass"},
		{"gift cards in groups", "/p", form, "email=" + id + "&gc=%s", "AB%d-CD34-EF56", clean, "pass"},
		{"points", "/p", form, "email=" + id + "&reward=%s", "Rw%d-aBc", clean, "pass"},
		{"reservations", "/p", form, "mail=" + id + "&yoyaku=%s", "R%daBcd", clean, "pass"},
		{"answers of a survey", "/p", form, "mail=" + id + "&q1=%s", "A-%daBc", clean, "pass"},
		{"invitations", "/p", json, `{"email":"` + protectedMail + `","invite":"%s"}`, "Member%dA", clean, "pass"},
		{"chat of one word", "/p", json, `{"user":"` + protectedMail + `","t":"%s"}`, "OK#%d-yes", clean, "pass"},
		{"files", "/p", json, `{"email":"` + protectedMail + `","f":"%s"}`, "Mitsumori%d-v1!.pdf", clean, "pass"},
		{"ASINs", "/s", json, `{"user":"` + protectedMail + `","asin":"%s"}`, "B08N5WRW%d", clean, "pass"},
		{"orders", "/s", json, `{"user":"` + protectedMail + `","orderNo":"%s"}`, "INV-00%d", clean, "pass"},
		{"event of analytics", "/collect", json, `{"em":"` + protectedMail + `","en":"view_item","ep":{"x":"%s"}}`, "page_view_of_cart", clean, "pass"},
		{"random of analytics", "/collect?em=" + id + "&x=%s", "", "", "k%dj9x2m1q8p", clean, "pass"},
		{"time of a beacon", "/b", json, `{"em":"` + protectedMail + `","x":"%s"}`, "2026-11-25T10:%d:12Z", clean, "pass"},
		{"pages of a beacon", "/b", json, `{"em":"` + protectedMail + `","x":"%s"}`, "/orders/page%d", clean, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			test.site(o)
			var last Judgement
			for i := range triedMany + 2 {
				put := func(s string) string {
					return strings.ReplaceAll(s, "%s", strings.ReplaceAll(test.word, "%d", fmt.Sprint(10+i)))
				}
				last = o.sends(seed, host, put(test.target), test.media, put(test.body))
			}
			got := verdict(o.navigate(host))
			if last.Detail == OneTooMany {
				got += ", but for its tries"
			}
			if got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
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
		{"names that say nothing, imitating name", "/p", form, "email=" + id + "&p=%s", func(o office) { o.visitAs(host, Arrival{Name: lookalike}) }, "hold red guess-oracle"},
		{"names that say nothing, form under Amazon's name", "/p", form, "email=" + id + "&p=%s", func(o office) { o.page(host, suspect) }, "hold red guess-oracle"},
		{"sign-in", "/login", form, "email=" + id + "&password=%s", clean, "hold red guess-oracle"},
		{"registration", "/register", form, "email=" + id + "&name=Taro&terms=1&password=%s&password_confirmation=%s", clean, "hold red guess-oracle"},
		{"registration in JSON", "/register", json, `{"email":"` + protectedMail + `","name":"T","password":"%s","confirm":"%s","agree":true}`, clean, "hold red guess-oracle"},
		{"second password", "/p", form, "email=" + id + "&password=always-the-same&password2=%s", clean, "hold red guess-oracle"},
		{"change", "/account", form, "email=" + id + "&old_password=%s&new_password=always-the-same", clean, "hold red guess-oracle"},
		{"new password", "/reset", form, "email=" + id + "&new_password=%s", clean, "hold red guess-oracle"},
		{"sign-in in JSON", "/api", json, `{"u":"` + protectedMail + `","passwd":"%s"}`, clean, "hold red guess-oracle"},
		{"PIN of a print job", "/print", form, "mail=" + id + "&pin=10%d&doc=Report.pdf", clean, "pass"},
		{"sign-in behind a decoy", "/login", form, "email=" + id + "&password=always-the-same&pass=%s", clean, "hold red guess-oracle"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			test.site(o)
			for i := range guessMany + 2 {
				put := func(s string) string {
					return strings.NewReplacer("%s", fmt.Sprintf("qzx%dwvu%d", i, i*7), "%d", fmt.Sprint(10+i)).Replace(s)
				}
				o.sends(seed, host, put(test.target), test.media, put(test.body))
			}
			if got := verdict(o.navigate(host)); got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
}

// TestGuessesInOnePost counts the passwords of one form each, not the posts; one
// that is repeated is one, and its digest is none.
func TestGuessesInOnePost(t *testing.T) {
	t.Parallel()
	const host, form = "quiet-river.example", "application/x-www-form-urlencoded"
	id := url.QueryEscape(protectedMail)
	for _, test := range []struct {
		name, body string // %d is the number of the post, of four
		want       string
	}{
		{"four of four", "&password0=a-%d-wrong&password1=b-%d-wrong&password2=c-%d-wrong&password3=d-%d-wrong", "hold red guess-oracle"},
		{"two of four", "&password=a-%d-wrong&password_confirmation=b-%d-wrong", "pass"},
		{"four that are repeated", "&password=a-%d-wrong&password_confirmation=a-%d-wrong&new_password=a-%d-wrong", "pass"},
		{"four that are base64 of bytes", "&password=KnjgvrZN%d3v", "pass"},
		{"four with digests", "&password=a-%d-wrong&passwd=%032d&password_hash=%064d", "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			for i := range 4 {
				body := test.body
				for _, verb := range []string{"%d", "%032d", "%064d"} {
					body = strings.ReplaceAll(body, verb, fmt.Sprintf(verb, i))
				}
				o.sends(seed, host, "/p", form, "email="+id+body)
			}
			if got := verdict(o.navigate(host)); got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
}

// TestOtherUsers: who sets up ten users of a tool after signing in with the protected ID
// takes no tool away; what is one more is refused, as it may be a guess.
func TestOtherUsers(t *testing.T) {
	t.Parallel()
	const host, form = "quiet-river.example", "application/x-www-form-urlencoded"
	o, seed := office{t, open(t)}, maphash.MakeSeed()
	o.Passed(name(t, host))
	sign := func(id string, i int) string {
		return verdict(o.sends(seed, host, "/login", form, fmt.Sprintf("email=%s&password=Chigau-%d-Pass", url.QueryEscape(id), i)))
	}
	o.Configure("protected", nil)
	sign(protectedMail, 0)
	for i := range guessMany - 1 {
		if got := sign(fmt.Sprintf("staff%d@shop.example", i), 100+i); got != "pass" {
			t.Errorf("user %d is judged %q", i, got)
		}
	}
	if got := sign("staff99@shop.example", 999); got != "hold red guess-oracle" || o.navigate(host).Do != Pass {
		t.Errorf("the tenth is judged %q, and the site %q", got, verdict(o.navigate(host)))
	}
	if got := sign("staff3@shop.example", 103); got != "hold red guess-oracle" && got != "pass" {
		t.Errorf("one that was seen is judged %q", got)
	}
}

// TestPairs: what is an ID and one more value is refused from the tenth on, and so is what
// has the looks of a guess right after the ID; with much else beside it, from the twentieth.
// The site is not, unless it has a form under Amazon's name.
func TestPairs(t *testing.T) {
	t.Parallel()
	const host, form = "quiet-river.example", "application/x-www-form-urlencoded"
	id := url.QueryEscape(protectedMail)
	for _, test := range []struct {
		name, first, body string // %s is the guess
		enough            int
	}{
		{"pair", "", "m=" + id + "&x=%s", guessMany},
		{"pair with a token", "", "m=" + id + "&x=%s&csrf=0123456789abcdef&go=1", guessMany},
		{"profile", "", "email=" + id + "&nickname=Hato%s&bio=hello%s&x=Zt%s9", triedMany},
		{"among others", "", "m=" + id + "&x=%s&csrf=0123456789abcdef&go=1&lang=ja&tz=9", triedMany},
		{"after the ID, with a mark", "m=" + id, "x=%s!Zt", guessMany},
		{"after the ID, under k", "m=" + id, "k=%s!Zt", guessMany},
		{"after the ID, alone", "m=" + id, "%s!Zt", guessMany},
		{"after the ID, as a name", "m=" + id, "%s!Zt=1", guessMany},
		{"after the ID, in a message", "m=" + id, "chat_id=12&text=Password:+%s!Zt%0AIP:+192.0.2.1", guessMany},
		{"as a name", "", "m=" + id + "&%s!Zt=1", guessMany},
		{"without a name", "", "m=" + id + "&%s!Zt", guessMany},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			if test.first != "" {
				o.sends(seed, host, "/p", form, test.first)
			}
			var last Judgement
			for i := range test.enough {
				if got := verdict(o.navigate(host)); got != "pass" || last.Do != Pass {
					t.Fatalf("judged %q after %d, and the last %q; want pass until %d", got, i, verdict(last), test.enough)
				}
				last = o.sends(seed, host, "/p", form, strings.ReplaceAll(test.body, "%s", fmt.Sprintf("sparrow-%d", i)))
			}
			if got := verdict(o.navigate(host)); got != "pass" || verdict(last) != "hold red guess-oracle" {
				t.Errorf("judged %q after %d, and the last %q; want pass, and guess-oracle", got, test.enough, verdict(last))
			}
			again := o.sends(seed, host, "/p", form, "m="+id+"&y=Suzume-77")
			if verdict(again) != "hold red guess-oracle" {
				t.Errorf("the next under another name is judged %q", verdict(again))
			}
		})
	}
}

// TestTriedIsShort: what values of no name say of a site ends after a day, what
// fields for passwords say after thirty.
func TestTriedIsShort(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{"p": "pass", "password": "hold red guess-oracle"} {
		synctest.Test(t, func(t *testing.T) {
			const host = "quiet-river.example"
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			o.page(host, suspect)
			for i := range triedMany {
				o.sends(seed, host, "/p", "application/x-www-form-urlencoded", fmt.Sprintf("email=%s&%s=wrong-%d", url.QueryEscape(protectedMail), field, i))
			}
			if got := verdict(o.navigate(host)); got != "hold red guess-oracle" {
				t.Errorf("%s: judged %q after the guesses", field, got)
			}
			time.Sleep(25 * time.Hour)
			if got := verdict(o.navigate(host)); got != want {
				t.Errorf("%s: judged %q a day later; want %q", field, got, want)
			}
		})
	}
}
