package dossier

import (
	"testing"
	"testing/synctest"
	"time"

	"sekisho/accounts"
	"sekisho/imitation"
	"sekisho/rules"
)

// TestFading waits, by the clock of the bubble, between the steps of a story.
func TestFading(t *testing.T) {
	t.Parallel()
	const evil, day = "quiet-river.example", 24 * time.Hour
	copyPage := func(o office) { o.visit(evil); o.page(evil, copied) }
	suspectPage := func(o office) { o.page(evil, suspect) }
	for _, test := range []struct {
		name  string
		first func(o office)
		wait  time.Duration
		then  func(o office) Judgement
		want  string
	}{
		{"given away, 29 days", copyPage, 29 * day, func(o office) Judgement { return o.navigate(evil) }, "hold red sign-in-copy"},
		{"given away, 31 days", copyPage, 31 * day, func(o office) Judgement { return o.navigate(evil) }, "pass"},
		{"given away, opened again after 20 days, 31 days", func(o office) {
			copyPage(o)
			time.Sleep(20 * day)
			o.page(evil, plainPage)
			o.submit(evil, anySignIn, none)
		}, 11 * day, func(o office) Judgement { return o.navigate(evil) }, "pass"},
		{"given away, copied again after 20 days, 31 days", func(o office) {
			copyPage(o)
			time.Sleep(20 * day)
			copyPage(o)
		}, 11 * day, func(o office) Judgement { return o.navigate(evil) }, "hold red sign-in-copy"},
		{"suspect, 6 days", suspectPage, 6 * day, func(o office) Judgement { return o.submit(evil, anySignIn, none) }, "ask amber sign-in-copy"},
		{"suspect, 8 days: traces", suspectPage, 8 * day, func(o office) Judgement { return o.submit(evil, anySignIn, passOnly) }, "hold red protected-password"},
		{"suspect, 8 days: no longer suspect", suspectPage, 8 * day, func(o office) Judgement { return o.submit(evil, anySignIn, none) }, "ask amber unfamiliar-sign-in"},
		{"suspect, 8 days, traces, 6 days", func(o office) {
			suspectPage(o)
			time.Sleep(8 * day)
			o.page(evil, imitation.Result{Grade: imitation.Traces, Relay: false, Purposes: map[string]string{"q": "username"}})
		}, 6*day + time.Hour, func(o office) Judgement { return o.submit(evil, anySignIn, passOnly) }, "hold red protected-password"},
		{"scripts of one document, 9 minutes apart", func(o office) { o.opens(evil, shell); o.loads(evil, evil, wordings) }, 9 * time.Minute, func(o office) Judgement { return o.loads(evil, evil, form) }, "hold red sign-in-copy"},
		{"scripts of one document, an hour apart", func(o office) { o.opens(evil, shell); o.loads(evil, evil, wordings) }, time.Hour, func(o office) Judgement { return o.loads(evil, evil, fields) }, "pass"},
		{"suspect, 15 days: nothing", suspectPage, 15 * day, func(o office) Judgement { return o.submit(evil, anySignIn, passOnly) }, "ask amber protected-password"},
		{"imitation, 9 minutes", copyPage, 9 * time.Minute, func(o office) Judgement { return o.submit("b.example", anyCode, none) }, "hold red one-time-code"},
		{"imitation, 59 minutes", copyPage, 59 * time.Minute, func(o office) Judgement { return o.submit("b.example", anyCode, none) }, "hold red one-time-code"},
		{"imitation, 61 minutes", copyPage, 61 * time.Minute, func(o office) Judgement { return o.submit("b.example", anyCode, none) }, "pass"},
		{"imitation, 11 minutes, where people sign in", func(o office) { o.Passed(name(o, "b.example")); copyPage(o) }, 11 * time.Minute, func(o office) Judgement { return o.submit("b.example", anyCode, none) }, "pass"},
		{"imitation, 11 minutes, a site known since the day before", func(o office) { o.visit("b.example"); time.Sleep(25 * time.Hour); copyPage(o) }, 11 * time.Minute, func(o office) Judgement { return o.submit("b.example", anyCode, none) }, "pass"},
		{"ID, 9 minutes", func(o office) { o.submit(evil, anyID, idOnly) }, 9 * time.Minute, func(o office) Judgement { return o.submit(evil, anySignIn, passOnly) }, "hold red protected-sign-in"},
		{"ID, 11 minutes", func(o office) { o.submit(evil, anyID, idOnly) }, 11 * time.Minute, func(o office) Judgement { return o.submit(evil, anySignIn, passOnly) }, "ask amber protected-password"},
		{"pardon, 14 minutes of 15", func(o office) { copyPage(o); o.pardonFor(evil, 15*time.Minute) }, 14 * time.Minute, func(o office) Judgement { return o.page(evil, copied) }, "pass"},
		{"pardon, without end, a year", func(o office) { copyPage(o); o.pardon(evil) }, 365 * day, func(o office) Judgement { return o.page(evil, copied) }, "pass"},
		{"pardon, after 15 minutes of 15", func(o office) { copyPage(o); o.pardonFor(evil, 15*time.Minute) }, 15 * time.Minute, func(o office) Judgement { return o.navigate(evil) }, "hold red sign-in-copy"},
		{"pardon, 15 minutes, a copy after that", func(o office) { o.pardonFor(evil, 15*time.Minute) }, 15 * time.Minute, func(o office) Judgement { return o.page(evil, copied) }, "hold red sign-in-copy"},
		{"gone on, a year", func(o office) { o.Passed(name(o, evil)) }, 365 * day, func(o office) Judgement { return o.submit(evil, anySignIn, none) }, "pass"},
		{"question about reuse, 11 minutes", func(o office) { o.submit(evil, anySignIn, passOnly) }, 11 * time.Minute, func(o office) Judgement {
			o.Passed(name(o, evil))
			return o.submit(evil, anySignIn, passOnly)
		}, "ask amber protected-password"},
		{"free hosting, from a mail, today", func(o office) { o.visitAs("evil.web.app", fromMail) }, time.Hour, func(o office) Judgement { return o.page("evil.web.app", suspect) }, "ask amber sign-in-copy"},
		{"free hosting, from a mail, tomorrow", func(o office) { o.visitAs("evil.web.app", fromMail) }, 25 * time.Hour, func(o office) Judgement { return o.page("evil.web.app", suspect) }, "pass"},
		{"redirected from a mail, 9 seconds", func(o office) { o.visitAs("u1.ct.sendgrid.net", Arrival{Location: "https://" + evil + "/x"}) }, 9 * time.Second, func(o office) Judgement {
			o.visitAs(evil, Arrival{SecFetchMode: "navigate", SecFetchSite: "none"})
			return Judgement{FromMail: o.submit(evil, anySignIn, none).FromMail, Technique: "mail"}
		}, "pass  mail from"},
		{"redirected from a mail, 11 seconds", func(o office) { o.visitAs("u1.ct.sendgrid.net", Arrival{Location: "https://" + evil + "/x"}) }, 11 * time.Second, func(o office) Judgement {
			o.visitAs(evil, Arrival{SecFetchMode: "navigate", SecFetchSite: "none"})
			return Judgement{FromMail: o.submit(evil, anySignIn, none).FromMail, Technique: "mail"}
		}, "pass  mail"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := office{t, open(t)}
				test.first(o)
				time.Sleep(test.wait)
				j := test.then(o)
				got := verdict(j)
				if j.Technique == "mail" && j.FromMail {
					got += " from"
				}
				if got != test.want {
					t.Errorf("judged %q; want %q", got, test.want)
				}
			})
		})
	}
}

func TestGuessing(t *testing.T) {
	t.Parallel()
	const evil, friendly = "quiet-river.example", "login.account.rakuten.com"
	many := func(n int, every time.Duration) func(o office) {
		return func(o office) {
			for i := range n {
				o.submit(evil, anySignIn, o.other(uint64(i+1)))
				time.Sleep(every)
			}
		}
	}
	for _, test := range []struct {
		name string
		do   func(o office)
		want string
	}{
		{"nine", many(9, time.Minute), "pass"},
		{"ten", many(10, time.Minute), "hold red guess-oracle"},
		{"ten in two hours", many(10, 12*time.Minute), "pass"},
		{"many, slowly", many(40, 8*time.Minute), "pass"},
		{"one, often", func(o office) {
			for range 50 {
				o.submit(evil, anySignIn, o.other(7))
			}
		}, "pass"},
		{"ten by two machines", func(o office) {
			for i := range 10 {
				client := pc1
				if i%2 == 0 {
					client = pc2
				}
				o.submitAs(client, evil, anySignIn, o.other(uint64(i+1)))
			}
		}, "hold red guess-oracle"},
		{"ten, pardoned afterwards", func(o office) { many(10, 0)(o); o.pardon(evil) }, "pass"},
		{"ten, a month ago", func(o office) { many(10, 0)(o); time.Sleep(31 * 24 * time.Hour) }, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := office{t, open(t)}
				test.do(o)
				if got := verdict(o.navigate(evil)); got != test.want {
					t.Errorf("judged %q; want %q", got, test.want)
				}
			})
		})
	}
	t.Run("the tenth is held, a well-known site is not blocked", func(t *testing.T) {
		t.Parallel()
		o := office{t, open(t)}
		for i := range uint64(guessMany) {
			want := "ask amber unfamiliar-sign-in"
			if i == guessMany-1 {
				want = "hold red guess-oracle"
			}
			if got := verdict(o.submit(evil, anySignIn, o.other(i+1))); got != want {
				t.Errorf("guess %d judged %q; want %q", i+1, got, want)
			}
			if got := verdict(o.submit(friendly, anySignIn, o.other(i+1))); got != "pass" {
				t.Errorf("guess %d at %s judged %q; want pass", i+1, friendly, got)
			}
		}
	})
}

// TestFromMail tells by which headers a visit comes from a mail.
func TestFromMail(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		a    Arrival
		want bool
	}{
		{"webmail", Arrival{Referer: "https://mail.google.com/", SecFetchSite: "cross-site"}, true},
		{"webmail's own link", Arrival{Referer: "https://mail.google.com/"}, false},
		{"webmail, old browser", Arrival{Referer: "https://outlook.live.com/mail/0/"}, true},
		{"an office's own webmail", Arrival{Referer: "https://webmail2.office.example.jp/roundcube/?_task=mail", SecFetchSite: "cross-site"}, true},
		{"a host called mail and no more", Arrival{Referer: "https://mail.example/", SecFetchSite: "cross-site"}, false},
		{"a name that begins so", Arrival{Referer: "https://mailing.office.example.jp/", SecFetchSite: "cross-site"}, false},
		{"webmail's own page", Arrival{Referer: "https://mail.google.com/", SecFetchSite: "same-site"}, false},
		{"below a listed name", Arrival{Referer: "https://eur01.safelinks.protection.outlook.com/?url=x", SecFetchSite: "cross-site"}, true},
		{"search engine", Arrival{Referer: "https://www.google.com/", SecFetchSite: "cross-site"}, false},
		{"name that ends like webmail", Arrival{Referer: "https://notmail.google.com.evil.example/", SecFetchSite: "cross-site"}, false},
		{"webmail in the query", Arrival{Referer: "https://evil.example/?https://mail.google.com/", SecFetchSite: "cross-site"}, false},
		{"webmail as user", Arrival{Referer: "https://mail.google.com@evil.example/", SecFetchSite: "cross-site"}, false},
		{"no referer", Arrival{SecFetchSite: "cross-site"}, false},
		{"broken referer", Arrival{Referer: "https://[", SecFetchSite: "cross-site"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			test.a.SecFetchMode = "navigate"
			host := "x.example"
			if test.name == "webmail's own link" {
				host = "mail.google.com"
			}
			o.visitAs(host, test.a)
			if got := o.submit(host, ownSignIn, none).FromMail; got != test.want {
				t.Errorf("from a mail: %t; want %t", got, test.want)
			}
		})
	}
}

func TestOwnersAllowEndsTheNamesWarning(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	o.visitAs("x.example", Arrival{Name: lookalike})
	o.visitAs("x.example", Arrival{Name: rules.Verdict{Ground: rules.Default}})
	if got := verdict(o.submit("x.example", anyID, idOnly)); got != "ask amber protected-id" {
		t.Errorf("another name of the site made it %q", got)
	}
	o.visitAs("x.example", Arrival{Name: rules.Verdict{Ground: rules.Allowlist}})
	if got := verdict(o.submit("x.example", anyID, idOnly)); got != "pass" {
		t.Errorf("allowed by the owner and judged %q", got)
	}
}

// TestMoreNeverSoftens tells random stories against one site twice, once with
// more steps, and compares what they end in.
func TestMoreNeverSoftens(t *testing.T) {
	t.Parallel()
	const evil = "quiet-river.example"
	steps := []func(o office){
		func(o office) { o.visit(evil) },
		func(o office) { o.visitAs(evil, young()) },
		func(o office) { o.visitAs(evil, Arrival{Name: lookalike}) },
		func(o office) { o.page(evil, plainPage) },
		func(o office) { o.page(evil, traces) },
		func(o office) { o.page(evil, suspect) },
		func(o office) { o.page(evil, copied) },
		func(o office) { o.script("cdn.example", evil, copied) },
		func(o office) { o.script(evil, evil, imitation.Result{Relay: true}) },
		func(o office) { o.page("elsewhere.example", copied) },
		func(o office) { o.submit(evil, anyID, idOnly) },
		func(o office) { o.submit(evil, anySignIn, passOnly) },
		func(o office) { o.submit(evil, anySignIn, accounts.Match{Label: "shop", ID: true, Other: 3}) },
		func(o office) { o.submit(evil, ownSignIn, none) },
	}
	ends := []func(o office) Judgement{
		func(o office) Judgement { return o.navigate(evil) },
		func(o office) Judgement { return o.page(evil, suspect) },
		func(o office) Judgement { return o.submit(evil, anySignIn, none) },
		func(o office) Judgement { return o.submit(evil, anySignIn, passOnly) },
		func(o office) Judgement { return o.submit(evil, anyCode, none) },
	}
	for subset := range 1 << len(steps) {
		if subset%101 != 0 { // a part of them, spread evenly
			continue
		}
		for more := range steps {
			if subset&(1<<more) != 0 {
				continue
			}
			few, all := office{t, open(t)}, office{t, open(t)}
			for i, step := range steps {
				if subset&(1<<i) != 0 {
					step(few)
				}
				if subset&(1<<i) != 0 || i == more {
					step(all)
				}
			}
			for i, end := range ends {
				if a, b := end(few), end(all); b.Do < a.Do {
					t.Fatalf("stories %b, step %d more: end %d was %q and is %q", subset, more, i, verdict(a), verdict(b))
				}
			}
		}
	}
}
