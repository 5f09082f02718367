package dossier

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/hostname"
)

// unnamed is a request in which a value of any name was found to be a protected
// password, as a proxy gives it on.
var unnamed = guard.Finding{Act: guard.SignIn, Fields: []string{"(other)"}}

// TestAfterAHold has a page try again after a sign-in was held from it.
func TestAfterAHold(t *testing.T) {
	t.Parallel()
	const evil, other = "quiet-river.example", "collector.example"
	later := func(d time.Duration) { time.Sleep(d) }
	for _, test := range []struct {
		name string
		last func(o office) Judgement
		want string
	}{
		{"protected sign-in, then the password under another name", func(o office) Judgement {
			o.submit(evil, anySignIn, both)
			later(time.Hour) // past the join of two steps
			return o.submit(evil, unnamed, passOnly)
		}, "hold red protected-password"},
		{"by somebody else", func(o office) Judgement {
			o.submit(evil, anySignIn, both)
			return o.submitAs(pc2, evil, unnamed, passOnly)
		}, "hold red protected-password"},
		{"to another host of the site", func(o office) Judgement {
			o.submit(evil, anySignIn, both)
			return o.submitAs(pc2, "b."+evil, unnamed, passOnly)
		}, "hold red protected-password"},
		{"Amazon's fields by a page that hides itself, then the password", func(o office) Judgement {
			o.SubmitFrom(Sender{}, name(o, evil), pc1, ownSignIn, none)
			return o.SubmitFrom(Sender{}, name(o, evil), pc1, unnamed, passOnly)
		}, "hold red protected-password"},
		{"the page sends elsewhere", func(o office) Judgement {
			o.submit(evil, anySignIn, both)
			later(time.Hour)
			return o.SubmitFrom(Sender{Document: name(o, evil)}, name(o, other), pc1, unnamed, passOnly)
		}, "hold red protected-password"},
		{"sent elsewhere, then by the page to itself", func(o office) Judgement {
			o.SubmitFrom(Sender{Document: name(o, evil)}, name(o, other), pc1, anySignIn, both)
			later(time.Hour)
			return o.submit(evil, unnamed, passOnly)
		}, "hold red protected-password"},
		{"the day after", func(o office) Judgement {
			o.submit(evil, anySignIn, both)
			later(heldFor)
			return o.submit(evil, unnamed, passOnly)
		}, "ask amber protected-password"},
		{"pardoned", func(o office) Judgement {
			o.submit(evil, anySignIn, both)
			later(time.Hour)
			o.pardon(evil)
			return o.submit(evil, unnamed, passOnly)
		}, "hold red protected-password"},
		{"a person insisted", func(o office) Judgement {
			o.submit(evil, anySignIn, both)
			later(time.Hour)
			o.Insisted(name(o, evil), pc1)
			return o.submit(evil, unnamed, passOnly)
		}, "ask amber protected-password"},
		{"where everybody signs in", func(o office) Judgement {
			o.submit("github.com", anySignIn, both)
			later(time.Hour)
			return o.submit("github.com", unnamed, passOnly)
		}, "ask amber protected-password"},
		{"at anybody's form", func(o office) Judgement {
			o.submit("docs.google.com", anySignIn, both)
			later(time.Minute)
			return o.submit("docs.google.com", unnamed, accounts.Match{Label: "another", Password: true})
		}, "hold red protected-password"},
		{"at anybody's form, somebody else", func(o office) Judgement {
			o.submit("docs.google.com", anySignIn, both)
			return o.submitAs(pc2, "docs.google.com", unnamed, passOnly)
		}, "ask amber protected-password"},

		{"then a code", func(o office) Judgement { o.submit(evil, anySignIn, both); return o.submit(evil, anyCode, none) }, "ask amber one-time-code"},
		{"then what cannot be read", func(o office) Judgement { o.submit(evil, anySignIn, both); return o.submit(evil, unreadable, none) }, "ask amber unreadable-request"},
		{"then another sign-in, ask: protected", func(o office) Judgement {
			o.Configure("protected", nil)
			o.submit(evil, anySignIn, both)
			return o.submit(evil, anySignIn, none)
		}, "pass"},
		{"then a newsletter", func(o office) Judgement { o.submit(evil, anySignIn, both); return o.submit(evil, anyID, none) }, "pass"},
		{"then a page of it", func(o office) Judgement { o.submit(evil, anySignIn, both); return o.navigate(evil) }, "pass"},

		{"a shop with the same password, then its own", func(o office) Judgement {
			o.Passed(name(o, evil))
			later(time.Hour)
			o.submit(evil, anySignIn, both)
			return o.submit(evil, anySignIn, none)
		}, "ask amber unfamiliar-sign-in"},
		{"and gone on", func(o office) Judgement {
			o.Passed(name(o, evil))
			o.submit(evil, anySignIn, both)
			later(time.Minute)
			o.Passed(name(o, evil))
			return o.submit(evil, anySignIn, none)
		}, "pass"},
		{"a page that hides itself cannot have a shop asked about", func(o office) Judgement {
			o.Passed(name(o, evil))
			later(time.Hour)
			o.SubmitFrom(Sender{}, name(o, evil), pc1, ownSignIn, none)
			return o.submit(evil, anySignIn, none)
		}, "pass"},

		{"an ID among more values than are compared", func(o office) Judgement {
			return o.submit(evil, anyID, accounts.Match{Label: "shop", ID: true, Partial: true})
		}, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if got := verdict(test.last(office{t, open(t)})); got != test.want {
					t.Errorf("judged %q; want %q", got, test.want)
				}
			})
		})
	}
}

// TestHintsAfterAHold: from then on every value is looked at, by whomever it is
// sent, and longer lists of them where nothing speaks for the site.
func TestHintsAfterAHold(t *testing.T) {
	t.Parallel()
	const evil, other = "quiet-river.example", "collector.example"
	o := office{t, open(t)}
	type hints struct{ suspicious, thorough bool }
	ask := func(document, host string) hints {
		var from hostname.Name
		if document != "" {
			from = name(t, document)
		}
		x := o.HintsFrom(Sender{Document: from}, name(t, host), pc2)
		return hints{x.Suspicious, x.Thorough}
	}
	check := func(when, document, host string, want hints) {
		t.Helper()
		if got := ask(document, host); got != want {
			t.Errorf("%s, %q to %q: %+v; want %+v", when, document, host, got, want)
		}
	}
	check("before", "", evil, hints{false, true})
	check("before", evil, other, hints{false, true})
	check("before", "", "github.com", hints{false, false})
	o.submit(evil, anySignIn, both)
	o.submit("github.com", anySignIn, both)
	check("after", "", evil, hints{true, true})
	check("after", "", "www."+evil, hints{true, true})
	check("after", evil, other, hints{true, true})
	check("after", evil, "github.com", hints{true, true})
	check("after", "", other, hints{false, true})
	check("after", "", "github.com", hints{false, false})
	o.Passed(name(t, other))
	check("gone on", "", other, hints{false, false})
	o.Configure("protected", nil)
	check("gone on without a question", "", other, hints{false, true})
}

// TestHoldsOutlive a restart.
func TestHoldsOutlive(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dossier.json")
	b, err := Open(Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	o := office{t, b}
	o.submit("still-river.example", anySignIn, both)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err = Open(Options{Path: path}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	o = office{t, b}
	if got := verdict(o.submitAs(pc2, "still-river.example", unnamed, passOnly)); got != "hold red protected-sign-in" {
		t.Errorf("ID and password were held, after a restart %q", got)
	}
}
