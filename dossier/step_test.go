package dossier

import (
	"testing"
	"testing/synctest"
	"time"

	"sekisho/guard"
	"sekisho/hostname"
)

// TestTwoCollectors: a page that gave the ID to one site is looked after when it sends the password
// home or to a third.
func TestTwoCollectors(t *testing.T) {
	t.Parallel()
	const page, first, second = "quiet-river.example", "collector.example", "third.example"
	silent := guard.Finding{Act: guard.SignIn, Followed: true}
	for _, to := range []string{page, second, first} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			from := Sender{Document: name(o, page)}
			if x := o.HintsFrom(from, name(o, to), pc1); x.Follows {
				t.Error("follows before the ID was given")
			}
			if got := verdict(o.SubmitFrom(from, name(o, first), pc1, anyID, idOnly)); got != "pass" {
				t.Fatalf("the ID alone is judged %q", got)
			}
			if x := o.HintsFrom(from, name(o, to), pc1); !x.Follows {
				t.Error("the next request of the page does not follow")
			}
			if x := o.HintsFrom(from, name(o, to), pc2); x.Follows && to != first {
				t.Error("another computer's request follows too")
			}
			if got := verdict(o.SubmitFrom(from, name(o, to), pc1, silent, passOnly)); got != "hold red protected-sign-in" {
				t.Errorf("the password is judged %q", got)
			}
		})
	}
}

// TestWellKnownCollector: kits post to the webhooks of messengers where people sign in.
// What counts is whose page it is.
func TestWellKnownCollector(t *testing.T) {
	t.Parallel()
	const page, third = "quiet-river.example", "third.example"
	silent := guard.Finding{Act: guard.SignIn, Followed: true}
	for _, first := range []string{"discord.com", "hooks.slack.com", "github.com"} {
		for _, to := range []string{page, third, first} {
			o := office{t, open(t)}
			from := Sender{Document: name(o, page)}
			if got := verdict(o.SubmitFrom(from, name(o, first), pc1, anyID, idOnly)); got != "pass" {
				t.Errorf("the ID to %s is judged %q", first, got)
			}
			if !o.Lately(pc1) {
				t.Errorf("%s: the client gave no ID lately", first)
			}
			if x := o.HintsFrom(from, name(o, to), pc1); !x.Follows {
				t.Errorf("%s, then %s: does not follow", first, to)
			}
			if got := verdict(o.SubmitFrom(from, name(o, to), pc1, silent, passOnly)); got != "hold red protected-sign-in" {
				t.Errorf("%s, then %s: the password is judged %q", first, to, got)
			}
		}
		o := office{t, open(t)}
		o.Passed(name(o, page))
		from := Sender{Document: name(o, page)}
		o.SubmitFrom(from, name(o, first), pc1, anyID, idOnly)
		for _, to := range []string{page, first} {
			if x := o.HintsFrom(from, name(o, to), pc1); !x.Follows || !x.Sparing {
				t.Errorf("%s, then %s: hints = %+v; want a site that was gone on to followed sparingly", first, to, x)
			}
		}
		if o.Lately(pc1) {
			t.Error("all that the client loads is looked into for the page of a site that was gone on to")
		}
		o.SubmitFrom(Sender{Document: name(o, third)}, name(o, third), pc1, anyID, idOnly)
		if x := o.HintsFrom(from, name(o, third), pc1); !x.Follows || x.Sparing {
			t.Errorf("hints = %+v; want a receiver that nothing speaks for followed in full, whoever sends", x)
		}
	}
}

// TestEachVisitorOfACopy: who is kept from a site that gave itself away has met an
// imitation, not only who gave it away.
func TestEachVisitorOfACopy(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	o.page("copy.example", copied)
	fresh := name(o, "fresh.example")
	if o.Hints(fresh, pc2).AfterCopy {
		t.Error("a computer that met nothing is looked after")
	}
	o.Kept(pc2, guessOracle)
	if o.Hints(fresh, pc2).AfterCopy {
		t.Error("a site that guesses is no copy")
	}
	o.Kept(pc2, o.Navigate(name(o, "copy.example"), pc2).Technique)
	if !o.Hints(fresh, pc2).AfterCopy {
		t.Error("the second visitor of a copy is not looked after")
	}
	if got := verdict(o.submitAs(pc2, "fresh.example", anyCode, none)); got != "hold red one-time-code" {
		t.Errorf("the code of the second visitor is judged %q", got)
	}
}

// TestSecondStep: who gave a site a protected ID is looked at more closely there for
// ten minutes, and by what its pages send elsewhere; who is looked after nowhere else.
func TestSecondStep(t *testing.T) {
	t.Parallel()
	const evil, other = "quiet-river.example", "collector.example"
	silent := guard.Finding{Act: guard.SignIn, Followed: true}
	const joined = "hold red protected-sign-in"
	at := func(o office, host string) Sender { return Sender{Document: name(o, host)} }
	for _, test := range []struct {
		name    string
		before  func(o office)
		from    func(o office) Sender
		to      string
		follows bool
		sparing bool
		want    string
	}{
		{"same site", nil, func(o office) Sender { return at(o, evil) }, evil, true, false, joined},
		{"same site, nothing said of the page", nil, func(office) Sender { return Sender{} }, evil, true, false, joined},
		{"its page to another", nil, func(o office) Sender { return at(o, evil) }, other, true, false, joined},
		{"its page to a well-known one", nil, func(o office) Sender { return at(o, evil) }, "discord.com", true, false, joined},
		{"a page that hides", nil, func(office) Sender { return Sender{Hidden: true} }, other, true, false, joined},
		{"a page that hides, to a well-known one", nil, func(office) Sender { return Sender{Hidden: true} }, "github.com", true, true, joined},
		{"somebody else's page", nil, func(o office) Sender { return at(o, "third.example") }, other, false, false, "ask amber protected-password"},
		{"no page at all", nil, func(office) Sender { return Sender{} }, other, false, false, "ask amber protected-password"},
		{"eleven minutes later", func(office) { time.Sleep(11 * time.Minute) }, func(o office) Sender { return at(o, evil) }, evil, false, false, "ask amber protected-password"},
		{"where people sign in", func(o office) { o.Passed(name(o, evil)) }, func(o office) Sender { return at(o, evil) }, evil, true, true, joined},
		{"that, with nothing asked", func(o office) { o.Configure("protected", nil); o.Passed(name(o, evil)) }, func(o office) Sender { return at(o, evil) }, evil, true, false, joined},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := office{t, open(t)}
				if got := verdict(o.submit(evil, anyID, idOnly)); got != "pass" {
					t.Fatalf("the ID alone is judged %q", got)
				}
				if test.before != nil {
					test.before(o)
				}
				to, from := name(o, test.to), test.from(o)
				if x := o.HintsFrom(from, to, pc1); x.Follows != test.follows || x.Sparing != test.sparing || x.Suspicious {
					t.Errorf("hints = %+v; want Follows %v, Sparing %v and not Suspicious", x, test.follows, test.sparing)
				}
				if x := o.HintsFrom(from, to, pc2); x.Follows {
					t.Error("another computer's requests follow too")
				}
				if got := verdict(o.SubmitFrom(from, to, pc1, silent, passOnly)); got != test.want {
					t.Errorf("the password is judged %q; want %q", got, test.want)
				}
			})
		})
	}
}

// TestHiddenPageSaysNoMore: a password in a field for one, from a page that does
// not say where it is, is used elsewhere, and no second step.
func TestHiddenPageSaysNoMore(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	o.submit("quiet-river.example", anyID, idOnly)
	named := anySignIn
	named.Typed = 1
	for sender, want := range map[Sender]string{
		{Hidden: true}:              "ask amber protected-password",
		{Document: hostname.Name{}}: "ask amber protected-password",
	} {
		if got := verdict(o.SubmitFrom(sender, name(o, "shop.example"), pc1, named, passOnly)); got != want {
			t.Errorf("%+v: judged %q; want %q", sender, got, want)
		}
	}
}

// TestWellKnownAfterCopy: a code that a new page sends to a messenger's webhook within ten
// minutes of a copy is the copy's; what the messenger's own page sends is its own, and so
// is what a page sends that is known here, or an app that tells of no page.
func TestWellKnownAfterCopy(t *testing.T) {
	t.Parallel()
	const page, hook = "quiet-river.example", "discord.com"
	for _, test := range []struct {
		name     string
		before   func(o office)
		from     string
		act      guard.Finding
		want     string
		looksFor bool
	}{
		{"new page", func(o office) { o.page("first.example", copied) }, page, anyCode, "hold red one-time-code", true},
		{"no copy", func(office) {}, page, anyCode, "pass", false},
		{"the messenger's own page", func(o office) { o.page("first.example", copied) }, hook, anyCode, "pass", false},
		{"a well-known page", func(o office) { o.page("first.example", copied) }, "github.com", anyCode, "pass", false},
		{"a page gone on to", func(o office) { o.page("first.example", copied); o.Passed(name(o, page)) }, page, anyCode, "pass", false},
		{"a pardoned page", func(o office) { o.page("first.example", copied); o.pardon(page) }, page, anyCode, "pass", false},
		{"no page that is told", func(o office) { o.page("first.example", copied) }, "", anyCode, "pass", false},
		{"a password", func(o office) { o.page("first.example", copied) }, page, anySignIn, "pass", true},
		{"a page seen before", func(o office) {
			o.visit(page)
			time.Sleep(25 * time.Hour)
			o.page("first.example", copied)
		}, page, anyCode, "pass", false},
		{"eleven minutes later", func(o office) { o.page("first.example", copied); time.Sleep(11 * time.Minute) }, page, anyCode, "pass", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := office{t, open(t)}
				test.before(o)
				var from Sender
				if test.from != "" {
					from.Document = name(o, test.from)
				}
				if x := o.HintsFrom(from, name(o, hook), pc1); x.AfterCopy != test.looksFor {
					t.Errorf("AfterCopy = %v; want %v", x.AfterCopy, test.looksFor)
				}
				if got := verdict(o.SubmitFrom(from, name(o, hook), pc1, test.act, none)); got != test.want {
					t.Errorf("judged %q; want %q", got, test.want)
				}
			})
		})
	}
}
