package dossier

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/hostname"
)

// TestSubmitStories tells what a person meets on the way to a sign-in, and what
// the last step answers.
func TestSubmitStories(t *testing.T) {
	t.Parallel()
	const evil = "quiet-river.example"
	for _, test := range []struct {
		name string
		last func(o office) Judgement
		want string
	}{
		{"protected sign-in", func(o office) Judgement { return o.submit(evil, anySignIn, both) }, "hold red protected-sign-in"},
		{"protected sign-in, well-known site", func(o office) Judgement { return o.submit("login.account.rakuten.com", anySignIn, both) }, "hold red protected-sign-in"},
		{"protected sign-in, pardoned", func(o office) Judgement { o.pardon(evil); return o.submit(evil, anySignIn, both) }, "hold red protected-sign-in"},
		{"protected sign-in says nothing of the site", func(o office) Judgement { o.submit(evil, anySignIn, both); return o.navigate(evil) }, "pass"},
		{"protected password", func(o office) Judgement { return o.submit(evil, anySignIn, passOnly) }, "ask amber protected-password"},
		{"protected password, well-known site", func(o office) Judgement { return o.submit("login.account.rakuten.com", anySignIn, passOnly) }, "ask amber protected-password"},
		{"protected password, signs of Amazon", func(o office) Judgement { o.page(evil, traces); return o.submit(evil, anySignIn, passOnly) }, "hold red protected-password"},
		{"protected password, signs of Amazon, pardoned", func(o office) Judgement {
			o.page(evil, traces)
			o.pardon(evil)
			return o.submit(evil, anySignIn, passOnly)
		}, "hold red protected-password"},
		{"protected password, imitating name", func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.submit(evil, anySignIn, passOnly)
		}, "hold red protected-password"},
		{"protected password, accepted", func(o office) Judgement {
			o.submit(evil, anySignIn, passOnly)
			o.Accepted(name(o, evil), ProtectedPassword)
			return o.submit(evil, anySignIn, passOnly)
		}, "pass"},
		{"protected password, only another one accepted", func(o office) Judgement {
			o.submit(evil, anySignIn, none)
			o.Passed(name(o, evil))
			return o.submit(evil, anySignIn, passOnly)
		}, "ask amber protected-password"},
		{"protected password, to anybody's form, accepted", func(o office) Judgement {
			o.submit("docs.google.com", anySignIn, passOnly)
			o.Accepted(name(o, "docs.google.com"), ProtectedPassword)
			return o.submit("docs.google.com", anySignIn, passOnly)
		}, "ask amber protected-password"},
		{"protected password in a registration", func(o office) Judgement { return o.submit(evil, register, passOnly) }, "ask amber protected-password"},
		{"protected ID and password in a registration", func(o office) Judgement { return o.submit(evil, register, both) }, "hold red protected-sign-in"},
		{"protected ID with too many passwords", func(o office) Judgement {
			f := register
			f.More = true
			return o.submit(evil, f, idOnly)
		}, "hold red crowded-sign-in"},
		{"protected ID, then too many passwords", func(o office) Judgement {
			o.submit(evil, anyID, idOnly)
			f := register
			f.More = true
			return o.submit(evil, f, none)
		}, "hold red crowded-sign-in"},
		{"too many passwords and nobody's ID", func(o office) Judgement {
			f := register
			f.More = true
			return o.submit(evil, f, none)
		}, "pass"},
		{"protected ID and password in a change", func(o office) Judgement { return o.submit(evil, change, both) }, "hold red protected-sign-in"},
		{"protected ID and password under names for an ID alone", func(o office) Judgement { return o.submit(evil, anyID, both) }, "hold red protected-sign-in"},
		{"protected ID and password beside a code", func(o office) Judgement { return o.submit(evil, anyCode, both) }, "hold red protected-sign-in"},
		{"protected password in a field of no meaning", func(o office) Judgement {
			f := anySignIn
			f.Act = 0
			return o.submit(evil, f, both)
		}, "hold red protected-sign-in"},

		{"Amazon's own fields", func(o office) Judgement { return o.submit(evil, ownSignIn, none) }, "hold red amazon-fields"},
		{"Amazon's own fields, well-known site", func(o office) Judgement { return o.submit("github.com", ownSignIn, none) }, "hold red amazon-fields"},
		{"Amazon's own fields give the site away", func(o office) Judgement { o.submit(evil, ownSignIn, none); return o.navigate(evil) }, "hold red sign-in-copy"},
		{"and not a well-known one", func(o office) Judgement { o.submit("github.com", ownSignIn, none); return o.navigate("github.com") }, "pass"},

		{"one-time code", func(o office) Judgement { return o.submit(evil, anyCode, none) }, "pass"},
		{"one-time code after an imitation elsewhere", func(o office) Judgement { o.page("first.example", copied); return o.submit(evil, anyCode, none) }, "hold red one-time-code"},
		{"one-time code after an imitation, well-known site", func(o office) Judgement {
			o.page("first.example", copied)
			return o.submit("accounts.google.com", anyCode, none)
		}, "pass"},
		{"password and code after an imitation elsewhere", func(o office) Judgement {
			o.page("first.example", copied)
			f := anySignIn
			f.Codes = make([]guard.Secret, 1)
			return o.submit(evil, f, none)
		}, "hold red one-time-code"},
		{"protected password from a page under an imitating name", func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.SubmitFrom(Sender{Document: name(o, evil)}, name(o, "collector.example"), pc1, anySignIn, passOnly)
		}, "hold red protected-password"},
		{"and from one that is pardoned", func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			o.pardon(evil)
			return o.SubmitFrom(Sender{Document: name(o, evil)}, name(o, "collector.example"), pc1, anySignIn, passOnly)
		}, "ask amber protected-password"},
		{"one-time code after somebody else's imitation", func(o office) Judgement {
			o.Page(name(o, "first.example"), pc2, copied)
			return o.submit(evil, anyCode, none)
		}, "pass"},
		{"one-time code where the page was shown before the bundle came to another", func(o office) Judgement {
			o.visit(evil)
			o.Script(name(o, evil), name(o, evil), pc2, copied)
			return o.submit("second.example", anyCode, none)
		}, "hold red one-time-code"},

		{"unfamiliar sign-in", func(o office) Judgement { return o.submit(evil, anySignIn, none) }, "ask amber unfamiliar-sign-in"},
		{"gone on", func(o office) Judgement {
			o.submit(evil, anySignIn, none)
			o.Passed(name(o, evil))
			return o.submitAs(pc2, "www."+evil, anySignIn, none)
		}, "pass"},
		{"well-known sign-in", func(o office) Judgement { return o.submit("login.account.rakuten.com", anySignIn, none) }, "pass"},
		{"owner's familiar sign-in", func(o office) Judgement {
			o.Configure("unfamiliar", []string{evil})
			return o.submit("login."+evil, anySignIn, none)
		}, "pass"},
		{"ask: protected", func(o office) Judgement { o.Configure("protected", nil); return o.submit(evil, anySignIn, none) }, "pass"},
		{"ask: always", func(o office) Judgement {
			o.Configure("always", nil)
			return o.submit("login.account.rakuten.com", anySignIn, none)
		}, "ask amber unfamiliar-sign-in"},
		{"registration", func(o office) Judgement { return o.submit(evil, register, none) }, "pass"},
		{"change of a password", func(o office) Judgement { return o.submit(evil, change, none) }, "pass"},
		{"ID alone", func(o office) Judgement { return o.submit(evil, anyID, idOnly) }, "pass"},
		{"form builder", func(o office) Judgement { return o.submit("docs.google.com", anySignIn, none) }, "ask amber unfamiliar-sign-in"},
		{"form builder, gone on", func(o office) Judgement {
			o.Passed(name(o, "docs.google.com"))
			return o.submit("docs.google.com", anySignIn, none)
		}, "ask amber unfamiliar-sign-in"},
		{"form builder, listed by the owner", func(o office) Judgement {
			o.Configure("unfamiliar", []string{"docs.google.com", "forms.gle", "web.app", "google.com"})
			return o.submit("docs.google.com", anySignIn, none)
		}, "ask amber unfamiliar-sign-in"},
		{"form builder after an imitation", func(o office) Judgement {
			o.page("docs.google.com", copied)
			return o.submit("docs.google.com", anySignIn, none)
		}, "hold red sign-in-copy"},
		{"form builder, others after an imitation", func(o office) Judgement {
			o.page("docs.google.com", copied)
			return o.Navigate(name(o, "docs.google.com"), pc2)
		}, "pass"},
		{"suffix listed by the owner", func(o office) Judgement {
			o.Configure("unfamiliar", []string{"web.app"})
			return o.submit("evil.web.app", anySignIn, none)
		}, "ask amber unfamiliar-sign-in"},
		{"imitating name, ask: protected", func(o office) Judgement {
			o.Configure("protected", nil)
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.submit(evil, anySignIn, none)
		}, "pass"},
		{"imitating name, suspect page, sign-in", func(o office) Judgement {
			o.page(evil, suspect)
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.submit(evil, anySignIn, none)
		}, "hold red sign-in-copy"},
		{"imitating name, protected ID", func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.submit(evil, anyID, idOnly)
		}, "ask amber protected-id"},
		{"page like the first step, protected ID", func(o office) Judgement { o.page(evil, asksName); return o.submit(evil, anyID, idOnly) }, "ask amber protected-id"},
		{"page like the first step with a password field, protected ID", func(o office) Judgement {
			r := asksName
			r.Signs = append(slices.Clone(r.Signs), "password-field")
			o.page(evil, r)
			return o.submit(evil, anyID, idOnly)
		}, "ask amber protected-id"},
		{"page like the first step, protected ID, to another site", func(o office) Judgement {
			o.page(evil, asksName)
			return o.SubmitFrom(Sender{Document: name(o, evil)}, name(o, "far-lake.example"), pc1, anyID, idOnly)
		}, "ask amber protected-id"},
		{"page like the first step, a letter with the protected ID", func(o office) Judgement {
			o.page(evil, asksName)
			return o.submit(evil, guard.Finding{}, idOnly)
		}, "pass"},
		{"log-in and the word Amazon, newsletter with the protected ID", func(o office) Judgement { o.page(evil, mentions); return o.submit(evil, anyID, idOnly) }, "pass"},
		{"log-in and the word Amazon, an address and a value of any name", func(o office) Judgement {
			o.page(evil, mentions)
			return o.submit(evil, guard.Finding{Act: guard.SignIn}, none)
		}, "pass"},
		{"log-in and the word Amazon, a sign-in", func(o office) Judgement { o.page(evil, mentions); return o.submit(evil, anySignIn, none) }, "ask amber sign-in-copy"},
		{"page like the first step, an address and a value of any name", func(o office) Judgement {
			o.page(evil, asksName)
			return o.submit(evil, guard.Finding{Act: guard.SignIn}, none)
		}, "ask amber sign-in-copy"},
		{"log-in and the word Amazon, two steps", func(o office) Judgement {
			o.page(evil, mentions)
			o.submit(evil, anyID, idOnly)
			return o.submit(evil, anySignIn, passOnly)
		}, "hold red protected-sign-in"},
		{"suspect page, any sign-in", func(o office) Judgement { o.page(evil, suspect); return o.submit(evil, anySignIn, none) }, "ask amber sign-in-copy"},
		{"suspect page, unreadable body", func(o office) Judgement { o.page(evil, suspect); return o.submit(evil, unreadable, none) }, "ask amber sign-in-copy"},
		{"body not read to its end", func(o office) Judgement { return o.submit(evil, bombed, none) }, "ask amber unreadable-request"},
		{"body not read to its end, gone on before", func(o office) Judgement { o.Passed(name(o, evil)); return o.submit(evil, bombed, none) }, "pass"},
		{"body not read to its end, where everybody signs in", func(o office) Judgement { return o.submit("github.com", bombed, none) }, "pass"},
		{"ordinary page, unreadable body", func(o office) Judgement { o.page(evil, loginPage); return o.submit(evil, unreadable, none) }, "pass"},

		{"two steps", func(o office) Judgement { o.submit(evil, anyID, idOnly); return o.submit(evil, anySignIn, passOnly) }, "hold red protected-sign-in"},
		{"two steps with another ID between", func(o office) Judgement {
			o.submit(evil, anyID, idOnly)
			o.submit(evil, anyID, none)
			return o.submit(evil, anySignIn, passOnly)
		}, "hold red protected-sign-in"},
		{"two steps of two accounts", func(o office) Judgement {
			o.submit(evil, anyID, idOnly)
			return o.submit(evil, anySignIn, accounts.Match{Label: "other", Password: true})
		}, "ask amber protected-password"},
		{"two steps of two people", func(o office) Judgement {
			o.submitAs(pc2, evil, anyID, idOnly)
			return o.submit(evil, anySignIn, passOnly)
		}, "ask amber protected-password"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := verdict(test.last(office{t, open(t)})); got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
}

// TestSomebodyElsesSite: a page cannot have a third party condemned, and is
// condemned itself.
func TestSomebodyElsesSite(t *testing.T) {
	t.Parallel()
	const evil, victim = "quiet-river.example", "partner.example"
	for _, test := range []struct {
		name string
		post func(o office, document hostname.Name)
		evil string
	}{
		{"Amazon's own fields", func(o office, document hostname.Name) {
			o.SubmitFrom(Sender{Document: document}, name(o, victim), pc1, ownSignIn, none)
		}, "hold red sign-in-copy"},
		{"guesses", func(o office, document hostname.Name) {
			for i := range uint64(2 * guessMany) {
				o.SubmitFrom(Sender{Document: document}, name(o, victim), pc1, anySignIn, o.other(i+1))
			}
		}, "hold red guess-oracle"},
		{"what a copied page sends", func(o office, document hostname.Name) {
			o.page(evil, copied)
			o.SubmitFrom(Sender{Document: document}, name(o, victim), pc1, anySignIn, none)
		}, "hold red sign-in-copy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			o.visit(evil)
			test.post(o, name(t, evil))
			if got := verdict(o.navigate(victim)); got != "pass" {
				t.Errorf("the third party is judged %q", got)
			}
			if got := verdict(o.navigate(evil)); got != test.evil {
				t.Errorf("the page's site is judged %q; want %q", got, test.evil)
			}
		})
	}
	o := office{t, open(t)}
	o.SubmitFrom(Sender{}, name(t, victim), pc1, ownSignIn, none)
	if got := verdict(o.navigate(victim)); got != "pass" {
		t.Errorf("by a page that hides itself, the third party is judged %q", got)
	}
	if got := verdict(o.submit("b.example", anyCode, none)); got != "hold red one-time-code" {
		t.Errorf("and a code afterwards %q", got)
	}
}

// TestGuessingWithoutID posts the ID once and then passwords alone: read by
// guard as a proxy would, and told apart by a tag of this process.
func TestGuessingWithoutID(t *testing.T) {
	t.Parallel()
	post := func(o office, host, body string, m accounts.Match) Judgement {
		h := guard.Head{
			Host: name(o, host), Method: "POST", Target: "/login",
			Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		}
		f := guard.Inspect(h, []byte(body), true, guard.Hints{})
		defer f.Wipe()
		return o.submit(host, f, m)
	}
	const evil = "quiet-river.example"
	for _, test := range []struct {
		name  string
		first accounts.Match // of the step with the ID
		word  func(i int) string
		want  string
	}{
		{"ten passwords", idOnly, func(i int) string { return fmt.Sprintf("guess-number-%d", i) }, "hold red guess-oracle"},
		{"one password, ten times", idOnly, func(int) string { return "slip-of-the-finger" }, "pass"},
		{"ten passwords for somebody else's ID", none, func(i int) string { return fmt.Sprintf("guess-number-%d", i) }, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			post(o, evil, "email=seller%40example.com", test.first)
			for i := range guessMany {
				post(o, evil, "password="+test.word(i), none)
			}
			if got := verdict(o.navigate(evil)); got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
}

// TestFirstStepWentOut: of a sign-in in two steps the ID is at the site when the
// password is held, and the warning must not say that nothing was sent.
func TestFirstStepWentOut(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	if j := o.submit("steps.example", anySignIn, both); j.Do != Hold || j.IDEarlier || j.EnteredEarlier {
		t.Errorf("both at once: %+v; want a hold before anything was entered", j)
	}
	o.submit("steps2.example", anyID, idOnly)
	if j := o.submit("steps2.example", anySignIn, passOnly); j.Do != Hold || !j.IDEarlier || j.EnteredEarlier {
		t.Errorf("in two steps: %+v; want a hold that says what went out", j)
	}
}
