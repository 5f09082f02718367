package guard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestTries tells guesses from what programs and people send beside an address.
func TestTries(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	for _, c := range []struct {
		name, headers, body string // %s is the value
		value               string
		want                bool
	}{
		{"form", form, "email=%id&p=%s", "guess-12", true},
		{"name with a number", form, "e=%id&p7=%s", "wrongpass3-5", true},
		{"JSON", json, `{"e":"%id","p":"%s"}`, "Sunshine1985!", true},
		{"JSON array", json, `["%id","%s"]`, "P@ssw0rd12", true},
		{"one value", form, "d=%id|%s", "dragon2024", true},
		{"single quotes", "text/plain", `{'e':'%id','p':'%s'}`, "monkey123", true},
		{"name of a kit", form, "x[email]=%id&x[y]=%s", "Qwerty!77", true},

		{"name for a password, counted elsewhere", form, "email=%id&password=%s", "guess-12", false},
		{"CSRF token", form, "email=%id&csrf_token=%s", "guess-12", false},
		{"number of an order", form, "email=%id&orderId=%s", "INV-00012", false},
		{"ASIN", json, `{"user":"%id","asin":"%s"}`, "B08N5WRWNW", false},
		{"SKU in a list", json, `{"user":"%id","items":[{"seller_sku":"%s"}]}`, "shirt-blue12", false},
		{"search by q", form, "user=%id&q=%s", "sku-AB9xq", false},
		{"search by s", form, "email=%id&s=%s", "HDMI-4m", false},
		{"draft", json, `{"user":"%id","field":"memo","value":"%s"}`, "Memo!4x", false},
		{"search", form, "user=%id&keyword=%s", "iphone15", false},
		{"title", json, `{"user":"%id","titleJa":"%s"}`, "Anker-A1234", false},
		{"message that says password", json, `{"email":"%id","message":"Password: %s"}`, "guess-12", true},
		{"message that says password, and a session", json, `{"email":"%id","message":"Password: %s"}`, "3f2a9c5be17d4068a1c2b39d5e7f60a4", false},
		{"message that says password, and a time", json, `{"email":"%id","message":"Password: %s"}`, "2026-11-25T10:11:12Z", false},
		{"message that says password, and a path", json, `{"email":"%id","message":"Password: %s"}`, "/orders/12ab", false},
		{"message", json, `{"email":"%id","message":"Order no: %s"}`, "guess-12", false},
		{"comment", form, "email=%id&c=%s", "sent+it+to+you+in+2024", false},
		{"comment in Japanese", json, `{"e":"%id","c":"%s"}`, "10時に電話します", false},
		{"mention under a name that says what it is", form, "email=%id&seikatsu=%s", "@kame-to-usagi", false},
		{"mention with digits at its end", form, "email=%id&seikatsu=%s", "@kame1234", true},
		{"random, base 36", form, "email=%id&x=%s", "k3j9x2m1q8p", true},
		{"random, base 64", form, "email=%id&x=%s", "xK9fQ2mZ7Rt1Vb", true},
		{"hexadecimal", form, "email=%id&x=%s", "9f86d081884c7d65", false},
		{"short hexadecimal", form, "a=%id&b=%s", "9f86d081884c", true},
		{"letters alone", form, "a=%id&b=%s", "monkeydragons", true},
		{"letters alone, among others", form, "a=%id&b=%s&c=lemonpeppers&d=applejuices&e=1", "monkeydragons", false},
		{"time", json, `{"e":"%id","x":"%s"}`, "2026-11-25T10:11:12Z", false},
		{"version", json, `{"e":"%id","x":"%s"}`, "v12.4.1201", true},
		{"event", json, `{"e":"%id","x":"%s"}`, "page_view", true},
		{"path", json, `{"e":"%id","x":"%s"}`, "/orders/12ab", false},
		{"word of a text", "text/plain", "Please send the parcel to %id, order %s", "abcd-1234", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := strings.NewReplacer("%id", typedID, "%s", c.value).Replace(c.body)
			f := request{headers: c.headers, body: body}.inspect(t, guard.Hints{Known: known})
			got := false
			for i, n := range f.Tries {
				got = got || n != 0 && n != guard.TrySaid && string(f.Passwords[i].Bytes()) == c.value
			}
			if got != c.want {
				t.Errorf("a try = %v; want %v (passwords %q, tries %v)", got, c.want, texts(f.Passwords), f.Tries)
			}
		})
	}
	// The same name gives the same number, and another name another.
	number := func(name string) uint64 {
		f := request{headers: form, body: "email=" + typedID + "&" + name + "=guess-12&x=other+words+1&y1=2026&z1=1&u=4"}.inspect(t, guard.Hints{Known: known})
		return f.Tries[0]
	}
	if number("p1") != number("p27") || number("p") == number("y") {
		t.Error("the numbers do not go by the name")
	}
	if f := (request{headers: form, body: "email=someone@else.example&k=guess-12"}).inspect(t, guard.Hints{Known: known}); len(f.Tries) > 0 {
		t.Error("guesses at an account that nobody protects")
	}
}

// TestDecoys puts the password behind decoys of no name, which look less like one.
func TestDecoys(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 6, 12, 30, 31, 32, 50, 200} {
		var decoys strings.Builder
		for i := range n {
			fmt.Fprintf(&decoys, "&f%d=decoyvalue%d", i, i)
		}
		q := request{headers: form, body: "e=" + typedID + decoys.String() + "&k=" + percentAll(typedPass)}
		for how, f := range bothWays(t, q, guard.Hints{Known: known, Thorough: true}) {
			carried := false
			for _, p := range f.Passwords {
				carried = carried || string(p.Bytes()) == typedPass
			}
			if !carried || f.More {
				t.Errorf("%d decoys, %s: carried %v, More %v; want true, false", n, how, carried, f.More)
			}
		}
		if f := q.inspect(t, guard.Hints{Known: known}); len(f.Passwords) > 8 {
			t.Errorf("%d decoys where something speaks for the site: %d candidates; want 8 at most", n, len(f.Passwords))
		}
	}
}

// bothWays reads q held and in passing.
func bothWays(t *testing.T, q request, x guard.Hints) map[string]guard.Finding {
	s := guard.NewStream(q.head(t), x)
	_, _ = s.Write([]byte(q.body))
	_ = s.Close()
	return map[string]guard.Finding{"held": q.inspect(t, x), "in passing": s.Finding()}
}

// TestNoTries: what searches send, tokens under names of theirs, and codes that shops give
// out in groups are no tries.
func TestNoTries(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	after := guard.Hints{Known: known, Follows: true, Thorough: true}
	beside := guard.Hints{Known: known, Thorough: true}
	for _, c := range []struct {
		name  string
		q     request
		hints guard.Hints
		tries bool
	}{
		{"token under its name", request{headers: form, body: "email=" + typedID + "&csrf=k3j9x2m1q8p"}, beside, false},
		{"word under the name of a token", request{headers: form, body: "email=" + typedID + "&csrf=Tanuki2026"}, beside, true},
		{"three groups", request{headers: form, body: "email=" + typedID + "&gc=AB12-CD34-EF56"}, beside, false},
		{"two groups", request{headers: form, body: "email=" + typedID + "&gc=AB12-CD34"}, beside, true},
		{"search", request{target: "/search", headers: form, body: "email=" + typedID + "&x=guess-12&y=1&z=2&w=3&u=4"}, beside, false},
		{"suggestions", request{target: "/suggest", headers: form, body: "email=" + typedID + "&x=guess-12&y=1&z=2&w=3&u=4"}, beside, false},
		{"completion", request{target: "/api/Autocomplete", headers: form, body: "email=" + typedID + "&x=guess-12&y=1&z=2&w=3&u=4"}, beside, false},
		{"find", request{target: "/find", headers: form, body: "email=" + typedID + "&x=guess-12&y=1&z=2&w=3&u=4"}, beside, false},
		{"kensaku", request{target: "/kensaku.cgi", headers: form, body: "email=" + typedID + "&x=guess-12&y=1&z=2&w=3&u=4"}, beside, false},
		{"no search", request{target: "/p", headers: form, body: "email=" + typedID + "&x=guess-12&y=1&z=2&w=3&u=4"}, beside, true},
		{"alone in a GET", request{target: "/p?e=" + typedID + "&b=monkeydragons"}, beside, false},
		{"alone", request{headers: form, body: "e=" + typedID + "&b=monkeydragons"}, beside, true},
		{"after the ID", request{headers: json, body: `{"x":"Guess!12x"}`}, after, true},
		{"selector after the ID", request{headers: json, body: `{"x":"button#buy.Btn2"}`}, after, false},
		{"formula after the ID", request{headers: json, body: `{"x":"=Sum$A1b"}`}, after, false},
		{"word behind a label after the ID", request{headers: json, body: `{"text":"Password: Guess!12x"}`}, after, true},
		{"file behind a label after the ID", request{headers: json, body: `{"text":"Password: Quote!2026.pdf"}`}, after, false},
		{"file after the ID", request{headers: json, body: `{"x":"Quote!2026.pdf"}`}, after, false},
	} {
		f := c.q.inspect(t, c.hints)
		got := slices.ContainsFunc(f.Tries, func(n uint64) bool { return n != 0 })
		if got != c.tries {
			t.Errorf("%s: tries %v of %q; want any: %v", c.name, f.Tries, texts(f.Passwords), c.tries)
		}
	}
}
