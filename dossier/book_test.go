package dossier

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/imitation"
)

// verdict is what a case looks at.
func verdict(j Judgement) string {
	return strings.TrimSpace(strings.Join([]string{j.Do.String(), j.Severity, j.Technique}, " "))
}

// TestStories tells what a person meets, and what the last step answers.
func TestStories(t *testing.T) {
	t.Parallel()
	const evil = "quiet-river.example"
	for _, test := range []struct {
		name string
		last func(o office) Judgement
		want string
	}{
		{"unknown site", func(o office) Judgement { return o.navigate(evil) }, "pass"},
		{"ordinary page", func(o office) Judgement { o.visit(evil); return o.page(evil, loginPage) }, "pass"},
		{"copied page", func(o office) Judgement { o.visit(evil); return o.page(evil, copied) }, "hold red sign-in-copy"},
		{"relayed page", func(o office) Judgement { o.visit(evil); return o.page(evil, relayed) }, "hold red sign-in-relay"},
		{"next navigation", func(o office) Judgement { o.page(evil, copied); return o.navigate("www." + evil) }, "hold red sign-in-copy"},
		{"next navigation to a relay", func(o office) Judgement { o.page(evil, relayed); return o.navigate(evil) }, "hold red sign-in-relay"},
		{"after the copy, a plain page", func(o office) Judgement { o.page(evil, copied); return o.page(evil, plainPage) }, "hold red sign-in-copy"},
		{"after the copy, any sign-in", func(o office) Judgement { o.page(evil, copied); return o.submit(evil, anySignIn, none) }, "hold red sign-in-copy"},
		{"another site is not touched", func(o office) Judgement { o.page(evil, copied); return o.navigate("other.example") }, "pass"},
		{"tenant beside the copy", func(o office) Judgement { o.page("evil.workers.dev", copied); return o.navigate("good.workers.dev") }, "pass"},
		{"tenant with the copy", func(o office) Judgement { o.page("a.evil.workers.dev", copied); return o.navigate("evil.workers.dev") }, "hold red sign-in-copy"},
		{"address with the copy", func(o office) Judgement { o.page("192.0.2.1", copied); return o.navigate("192.0.2.1") }, "hold red sign-in-copy"},

		{"bundle gives the page away", func(o office) Judgement {
			o.visit(evil)
			o.page(evil, plainPage)
			return o.script(evil, evil, copied)
		}, "hold red sign-in-copy"},
		{"then its next request", func(o office) Judgement {
			o.visit(evil)
			o.page(evil, plainPage)
			o.script(evil, evil, copied)
			return o.navigate(evil)
		}, "hold red sign-in-copy"},
		{"bundle on a CDN is laid to the document", func(o office) Judgement {
			o.visit(evil)
			o.script("cdn.scripts.example", evil, copied)
			return o.navigate(evil)
		}, "hold red sign-in-copy"},
		{"and not to the CDN", func(o office) Judgement {
			o.visit(evil)
			o.script("cdn.scripts.example", evil, copied)
			return o.navigate("cdn.scripts.example")
		}, "pass"},
		{"bundle for an unknown document", func(o office) Judgement {
			o.Script(name(o, "cdn.scripts.example"), name(o, "cdn.scripts.example"), pc1, copied)
			return o.navigate("cdn.scripts.example")
		}, "pass"},
		{"bundle read for a well-known site", func(o office) Judgement {
			o.visit("login.yahoo.co.jp")
			o.script("cdn.scripts.example", "login.yahoo.co.jp", copied)
			return o.navigate("login.yahoo.co.jp")
		}, "pass"},

		{"suspect page alone", func(o office) Judgement { o.visit(evil); return o.page(evil, suspect) }, "pass"},
		{"suspect page, young certificate", func(o office) Judgement { o.visitAs(evil, young()); return o.page(evil, suspect) }, "ask amber sign-in-copy"},
		{"ordinary page, young certificate", func(o office) Judgement { o.visitAs(evil, young()); return o.page(evil, loginPage) }, "pass"},
		{"suspect page, free hosting, from a mail", func(o office) Judgement {
			o.visitAs("evil.web.app", Arrival{Referer: "https://mail.google.com/mail/u/0/", SecFetchSite: "cross-site", SecFetchMode: "navigate"})
			return o.page("evil.web.app", suspect)
		}, "ask amber sign-in-copy"},
		{"suspect page, imitating name", func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.page(evil, suspect)
		}, "hold red sign-in-copy"},
		{"suspect page where the owner went on", func(o office) Judgement {
			o.visitAs(evil, young())
			o.Passed(name(o, evil))
			return o.page(evil, suspect)
		}, "pass"},
		{"copied page where the office went on", func(o office) Judgement { o.Passed(name(o, evil)); return o.page(evil, copied) }, "hold red sign-in-copy"},

		{"protected sign-in", func(o office) Judgement { return o.submit(evil, anySignIn, both) }, "hold red protected-sign-in"},
		{"protected sign-in, well-known site", func(o office) Judgement { return o.submit("login.account.rakuten.com", anySignIn, both) }, "hold red protected-sign-in"},
		{"protected sign-in, pardoned", func(o office) Judgement { o.Pardon(name(o, evil)); return o.submit(evil, anySignIn, both) }, "hold red protected-sign-in"},
		{"protected sign-in says nothing of the site", func(o office) Judgement { o.submit(evil, anySignIn, both); return o.navigate(evil) }, "pass"},
		{"protected password", func(o office) Judgement { return o.submit(evil, anySignIn, passOnly) }, "ask amber protected-password"},
		{"protected password, well-known site", func(o office) Judgement { return o.submit("login.account.rakuten.com", anySignIn, passOnly) }, "ask amber protected-password"},
		{"protected password, signs of Amazon", func(o office) Judgement { o.page(evil, traces); return o.submit(evil, anySignIn, passOnly) }, "hold red protected-password"},
		{"protected password, signs of Amazon, pardoned", func(o office) Judgement {
			o.page(evil, traces)
			o.Pardon(name(o, evil))
			return o.submit(evil, anySignIn, passOnly)
		}, "ask amber protected-password"},
		{"protected password, imitating name", func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.submit(evil, anySignIn, passOnly)
		}, "hold red protected-password"},
		{"protected password, accepted", func(o office) Judgement {
			o.submit(evil, anySignIn, passOnly)
			o.Passed(name(o, evil))
			return o.submit(evil, anySignIn, passOnly)
		}, "pass"},
		{"protected password, only another one accepted", func(o office) Judgement {
			o.submit(evil, anySignIn, none)
			o.Passed(name(o, evil))
			return o.submit(evil, anySignIn, passOnly)
		}, "ask amber protected-password"},
		{"protected password in a registration", func(o office) Judgement { return o.submit(evil, register, passOnly) }, "ask amber protected-password"},
		{"protected ID and password in a registration", func(o office) Judgement { return o.submit(evil, register, both) }, "ask amber protected-password"},
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
			return o.Submit(name(o, "www."+evil), pc2, anySignIn, none)
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
		}, "ask amber unfamiliar-sign-in"},
		{"imitating name, suspect page, sign-in", func(o office) Judgement {
			o.page(evil, suspect)
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.submit(evil, anySignIn, none)
		}, "hold red sign-in-copy"},
		{"imitating name, protected ID", func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.submit(evil, anyID, idOnly)
		}, "ask amber protected-sign-in"},
		{"suspect page, any sign-in", func(o office) Judgement { o.page(evil, suspect); return o.submit(evil, anySignIn, none) }, "ask amber sign-in-copy"},
		{"suspect page, unreadable body", func(o office) Judgement { o.page(evil, suspect); return o.submit(evil, unreadable, none) }, "ask amber sign-in-copy"},
		{"ordinary page, unreadable body", func(o office) Judgement { o.page(evil, loginPage); return o.submit(evil, unreadable, none) }, "pass"},

		{"two steps", func(o office) Judgement { o.submit(evil, anyID, idOnly); return o.submit(evil, anySignIn, passOnly) }, "hold red protected-sign-in"},
		{"two steps with another ID between", func(o office) Judgement {
			o.submit(evil, anyID, idOnly)
			o.submit(evil, anyID, none)
			return o.submit(evil, anySignIn, passOnly)
		}, "hold red protected-sign-in"},
		{"two steps of two people", func(o office) Judgement {
			o.Submit(name(o, evil), pc2, anyID, idOnly)
			return o.submit(evil, anySignIn, passOnly)
		}, "ask amber protected-password"},

		{"page well known for many people's pages", func(o office) Judgement { return o.page("gist.github.com", copied) }, "hold red sign-in-copy"},
		{"the site of it", func(o office) Judgement { o.page("gist.github.com", copied); return o.navigate("github.com") }, "pass"},
		{"sign-in there", func(o office) Judgement {
			o.page("gist.github.com", copied)
			return o.submit("github.com", anySignIn, none)
		}, "pass"},
		{"archive", func(o office) Judgement {
			o.page("web.archive.org", copied)
			return o.page("web.archive.org", plainPage)
		}, "pass"},

		{"third party of a copied page", func(o office) Judgement {
			o.page(evil, copied)
			return o.SubmitFrom(name(o, evil), name(o, "collector.example"), pc1, anySignIn, none)
		}, "hold red sign-in-copy"},
		{"third party of an ordinary page", func(o office) Judgement {
			o.visit(evil)
			return o.SubmitFrom(name(o, evil), name(o, "accounts.google.com"), pc1, anySignIn, none)
		}, "pass"},

		{"pardon", func(o office) Judgement { o.page(evil, copied); o.Pardon(name(o, evil)); return o.navigate(evil) }, "pass"},
		{"copied page, pardoned", func(o office) Judgement { o.Pardon(name(o, evil)); return o.page(evil, copied) }, "pass"},
		{"requests with signs", func(o office) Judgement {
			o.visit(evil)
			o.Requested(name(o, evil), []string{"assets-request"})
			return o.navigate(evil)
		}, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := verdict(test.last(office{t, open(t)})); got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
}

// TestGenuine throws everything at genuine Amazon.
func TestGenuine(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	o.Configure("always", nil)
	for _, host := range []string{
		"www.amazon.co.jp", "sellercentral.amazon.co.jp", "sellercentral-japan.amazon.com", "www.amazon.com", "amazon.de", "m.media-amazon.com",
	} {
		n := name(t, host)
		o.visitAs(host, Arrival{Name: lookalike, CertNotBefore: young().CertNotBefore, Referer: "https://mail.google.com/"})
		o.page("first.example", copied)
		for i := range uint64(12) {
			for _, j := range []Judgement{
				o.page(host, relayed), o.script(host, host, relayed), o.navigate(host), o.submit(host, ownSignIn, both),
				o.submit(host, anyCode, none), o.submit(host, anySignIn, o.other(i+1)),
				o.SubmitFrom(name(t, "first.example"), n, pc1, ownSignIn, both),
			} {
				if diff := cmp.Diff(Judgement{}, j); diff != "" {
					t.Fatalf("%s is judged (-want +got):\n%s", host, diff)
				}
			}
		}
		o.Requested(n, []string{"x"})
		if h := o.Hints(n, pc1); h.Suspicious || h.Purposes != nil {
			t.Errorf("%s has hints: %+v", host, h)
		}
		if d := o.shelfOf(SiteOf(n)).look(SiteOf(n)); d != nil {
			t.Errorf("%s has a dossier", host)
		}
	}
}

func TestJudgementSays(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	a := young()
	a.Name, a.Referer, a.SecFetchSite = lookalike, "https://mail.google.com/mail/?secret=1", "cross-site"
	o.Configure("protected", nil)
	o.visit("x.example")
	o.submit("x.example", anySignIn, none)
	o.visitAs("x.example", a)
	o.page("x.example", traces)
	j := o.submit("x.example", anySignIn, passOnly)
	if j.FirstSeen.IsZero() || j.CertAge < 3*60*60e9 || !j.FromMail || !j.EnteredEarlier || j.Account != "shop" || j.Score != lookalike.Score ||
		j.Target != lookalike.Target || j.Detail == "" {
		t.Errorf("judgement %+v", j)
	}
	if diff := cmp.Diff([]string{"email", "password"}, j.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(traces.Signs, j.Signs); diff != "" {
		t.Errorf("signs (-want +got):\n%s", diff)
	}
	j.Signs[0], j.Fields[0] = "changed", "changed"
	if again := o.submit("x.example", anySignIn, passOnly); again.Signs[0] != traces.Signs[0] || again.Fields[0] != anySignIn.Fields[0] {
		t.Error("the slices of a judgement are shared")
	}
}

func TestHints(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	r := imitation.Result{Form: imitation.Form{Password: true}, Purposes: map[string]string{"kaiin": "username", "ango": "current-password"}}
	o.page("shop.example", r)
	n := name(t, "www.shop.example")
	if diff := cmp.Diff(r.Purposes, o.Hints(n, pc2).Purposes); diff != "" {
		t.Errorf("purposes (-want +got):\n%s", diff)
	}
	if o.Hints(n, pc1).Suspicious {
		t.Error("an ordinary site is suspicious")
	}
	o.page("shop.example", traces)
	if !o.Hints(n, pc1).Suspicious {
		t.Error("a site with signs is not suspicious")
	}
	many := map[string]string{}
	for i := range 200 {
		many[strings.Repeat("f", i%100)+string(rune('a'+i%26))] = "username"
	}
	o.page("shop.example", imitation.Result{Purposes: many})
	if got := len(o.Hints(n, pc1).Purposes); got > maxPurposes {
		t.Errorf("%d purposes; want at most %d", got, maxPurposes)
	}
}
