package dossier

import (
	"encoding/base64"
	"fmt"
	"hash/maphash"
	"testing"
)

// TestGuessesUnderSayingNames sends guesses under a name that says what else it is. What
// looks like a password all the same counts where nothing honest does; of the rest no site
// is held, and the ration sees to it that it learns no more.
func TestGuessesUnderSayingNames(t *testing.T) {
	t.Parallel()
	const host, form = "quiet-river.example", "application/x-www-form-urlencoded"
	const never = 2 * rationMany
	for _, test := range []struct {
		key, value string
		many       int
	}{
		{"q", "Guess%d!x", guessMany},
		{"code", "Guess%d!x", guessMany},
		{"token", "Guess%d!x", guessMany},
		{"k", "Guess%d!x", guessMany},
		{"s", "HDMI-%dm", never},
		{"q", "shirts-%d", never},
		{"flag", "new-search-v%d", never},
		{"tab", "tab-%d.orders", never},
		{"secret", "tanuki-%d", guessMany},
		{"aikotoba", "Natsu%d!", guessMany},
		{"reading", "%d.5kWh", never},
		{"code", "SAVE%dOFF", never},
		{"title", "Guess%d!x", never},
	} {
		o, seed := office{t, open(t)}, maphash.MakeSeed()
		var last Judgement
		for i := range test.many {
			if got := verdict(o.navigate(host)); got != "pass" {
				t.Fatalf("%s=%s: %q after %d; want pass before %d", test.key, test.value, got, i, test.many)
			}
			last = o.sends(seed, host, "/p", form, fmt.Sprintf("a=%s&%s="+test.value, protectedMail, test.key, i))
		}
		want := "hold red guess-oracle"
		if test.many == never {
			want = "pass"
		}
		if got := verdict(last); got != want || o.navigate(host).Do != Pass {
			t.Errorf("%s=%s: the last of %d is judged %q, and the site %q; want %q and pass", test.key, test.value, test.many, got, verdict(o.navigate(host)), want)
		}
	}
}

// TestTenGuessesInOneValue: ten are enough where the ID and a guess come in one value.
func TestTenGuessesInOneValue(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]func(guess string) string{
		"one value": func(g string) string { return `{"x":"` + protectedMail + `|` + g + `"}` },
		"base64": func(g string) string {
			return `{"d":"` + base64.StdEncoding.EncodeToString([]byte(protectedMail+":"+g)) + `"}`
		},
		"a message that says password": func(g string) string { return `{"email":"` + protectedMail + `","message":"Password: ` + g + `"}` },
		"two values":                   func(g string) string { return `{"u":"` + protectedMail + `","k":"` + g + `"}` },
	} {
		o, seed := office{t, open(t)}, maphash.MakeSeed()
		var last Judgement
		for i := range guessMany {
			if got := verdict(o.navigate("quiet-river.example")); got != "pass" {
				t.Errorf("%s: %q after %d; want pass", name, got, i)
			}
			last = o.sends(seed, "quiet-river.example", "/p", "application/json", body(fmt.Sprintf("Guess%d!aB", i)))
		}
		if got := verdict(last); got != "hold red guess-oracle" || o.navigate("quiet-river.example").Do != Pass {
			t.Errorf("%s: the tenth is judged %q, and the site %q", name, got, verdict(o.navigate("quiet-river.example")))
		}
	}
}

// TestGuessesByVariables: what a GraphQL document calls a password is one, whatever its
// variable is called.
func TestGuessesByVariables(t *testing.T) {
	t.Parallel()
	o, seed := office{t, open(t)}, maphash.MakeSeed()
	for i := range guessMany {
		o.sends(seed, "quiet-river.example", "/graphql", "application/json", fmt.Sprintf(
			`{"query":"mutation L($e:String!,$p:String!){login(email:$e,password:$p){t}}","variables":{"e":%q,"p":"guess%d"}}`, protectedMail, 100+i))
	}
	if got := verdict(o.navigate("quiet-river.example")); got != "hold red guess-oracle" {
		t.Errorf("%q after ten; want it held", got)
	}
}
