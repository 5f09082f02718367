package dossier

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/hostname"
	"sekisho/imitation"
)

// verdict is what a case looks at.
func verdict(j Judgement) string {
	return strings.TrimSpace(strings.Join([]string{j.Do.String(), j.Severity, j.Technique}, " "))
}

// TestPageStories tells what a person meets on the way to a page, and what the
// last step answers.
func TestPageStories(t *testing.T) {
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
			o.page(evil, imitation.Result{Content: imitation.Shell})
			o.script("cdn.scripts.example", evil, copied)
			return o.navigate(evil)
		}, "hold red sign-in-copy"},
		{"and not to the CDN", func(o office) Judgement {
			o.visit(evil)
			o.script("cdn.scripts.example", evil, copied)
			return o.navigate("cdn.scripts.example")
		}, "pass"},
		{"bundle for an unknown document", func(o office) Judgement {
			o.Script(name(o, "cdn.scripts.example"), hostname.Name{}, pc1, copied)
			return o.navigate("cdn.scripts.example")
		}, "pass"},
		{"and a protected password to its host", func(o office) Judgement {
			o.Script(name(o, "cdn.scripts.example"), hostname.Name{}, pc1, traces)
			return o.submit("cdn.scripts.example", anySignIn, passOnly)
		}, "hold red protected-password"},
		{"bundle read for a well-known site", func(o office) Judgement {
			o.visit("login.yahoo.co.jp")
			o.script("cdn.scripts.example", "login.yahoo.co.jp", copied)
			return o.navigate("login.yahoo.co.jp")
		}, "pass"},

		{"suspect page alone", func(o office) Judgement { o.visit(evil); return o.page(evil, suspect) }, "pass"},
		{"suspect page, certificate renewed today", func(o office) Judgement { o.visitAs(evil, young()); return o.page(evil, suspect) }, "pass"},
		{"suspect page, certificate renewed today, from a mail", func(o office) Judgement {
			a := young()
			a.Referer, a.SecFetchSite = "https://mail.google.com/mail/u/0/", "cross-site"
			o.visitAs(evil, a)
			return o.page(evil, suspect)
		}, "pass"},
		{"suspect page, free hosting, not from a mail", func(o office) Judgement { o.visitAs("evil.web.app", young()); return o.page("evil.web.app", suspect) }, "pass"},
		{"suspect page, free hosting, from a mail, ask: protected", func(o office) Judgement {
			o.Configure("protected", nil)
			o.visitAs("evil.web.app", fromMail)
			return o.page("evil.web.app", suspect)
		}, "pass"},
		{"sign-in at a suspect page", func(o office) Judgement { o.page(evil, suspect); return o.submit(evil, anySignIn, none) }, "ask amber sign-in-copy"},
		{"sign-in at a suspect page, ask: protected", func(o office) Judgement {
			o.Configure("protected", nil)
			o.page(evil, suspect)
			return o.submit(evil, anySignIn, none)
		}, "pass"},
		{"ordinary page, young certificate", func(o office) Judgement { o.visitAs(evil, young()); return o.page(evil, loginPage) }, "pass"},
		{"suspect page, free hosting, from a mail", func(o office) Judgement {
			o.visitAs("evil.web.app", fromMail)
			return o.page("evil.web.app", suspect)
		}, "ask amber sign-in-copy"},
		{"suspect page, imitating name", func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.page(evil, suspect)
		}, "hold red sign-in-copy"},
		{"suspect page where the owner went on", func(o office) Judgement {
			o.visitAs("evil.web.app", fromMail)
			o.Passed(name(o, "evil.web.app"))
			return o.page("evil.web.app", suspect)
		}, "pass"},
		{"copied page where the office went on", func(o office) Judgement { o.Passed(name(o, evil)); return o.page(evil, copied) }, "hold red sign-in-copy"},
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
			return o.SubmitFrom(Sender{Document: name(o, evil)}, name(o, "collector.example"), pc1, anySignIn, none)
		}, "hold red sign-in-copy"},
		{"third party of an ordinary page", func(o office) Judgement {
			o.visit(evil)
			return o.SubmitFrom(Sender{Document: name(o, evil)}, name(o, "accounts.google.com"), pc1, anySignIn, none)
		}, "pass"},

		{"pardon", func(o office) Judgement { o.page(evil, copied); o.pardon(evil); return o.navigate(evil) }, "pass"},
		{"copied page, pardoned", func(o office) Judgement { o.pardon(evil); return o.page(evil, copied) }, "pass"},
		{"requests with signs", func(o office) Judgement {
			o.visit(evil)
			o.Requested(name(o, evil), pc1, []string{"assets-request"})
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
				o.SubmitFrom(Sender{Document: name(t, "first.example")}, n, pc1, ownSignIn, both),
			} {
				if diff := cmp.Diff(Judgement{}, j); diff != "" {
					t.Fatalf("%s is judged (-want +got):\n%s", host, diff)
				}
			}
		}
		o.Requested(n, pc1, []string{"x"})
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
	if j.FirstSeen.IsZero() || j.CertAge < 3*60*60e9 || !j.FromMail || j.EnteredEarlier || j.Account != "shop" || j.Score != lookalike.Score ||
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
	if again := o.submit("x.example", anySignIn, passOnly); again.Signs[0] != traces.Signs[0] || again.Fields[0] != "email" {
		t.Error("the slices of a judgement are shared")
	}
}

// TestEnteredEarlier: what was sent before the site was known for what it is,
// by whoever was asked and by nobody else.
func TestEnteredEarlier(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	o.submit("x.example", anySignIn, none)
	if o.page("x.example", copied).EnteredEarlier {
		t.Error("asked, not gone on, and taken for entered")
	}
	o = office{t, open(t)}
	o.submit("x.example", anySignIn, none)
	o.Accepted(name(t, "x.example"), unfamiliarSignIn)
	if o.page("x.example", copied).EnteredEarlier {
		t.Error("gone on without sending anything, and taken for entered")
	}
	o = office{t, open(t)}
	o.submit("x.example", anySignIn, none)
	o.Entered(name(t, "x.example"), pc1)
	if !o.page("x.example", copied).EnteredEarlier {
		t.Error("gone on, sent, and not taken for entered")
	}
	if o.Page(name(t, "x.example"), pc2, copied).EnteredEarlier {
		t.Error("another client is taken for one that entered")
	}
	o = office{t, open(t)}
	o.submit("x.example", anyCode, none)
	if !o.page("x.example", copied).EnteredEarlier {
		t.Error("a code that went is not taken for entered")
	}
}

// TestPardonedSigns: no sign is left to be shown or to be careful about; protected
// sign-ins are looked for as before.
func TestPardonedSigns(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	n := name(t, "x.example")
	o.page("x.example", traces)
	o.page("x.example", copied)
	o.pardon(n.String())
	if o.Hints(n, pc1).Suspicious {
		t.Error("pardoned and suspicious")
	}
	o.page("x.example", imitation.Result{Signs: []string{"password-field"}})
	if o.Hints(n, pc1).Suspicious {
		t.Error("pardoned, and suspicious after an ordinary page")
	}
	if o.submit("x.example", anyID, idOnly); !o.Hints(n, pc1).Thorough || !o.Hints(n, pc1).Follows {
		t.Error("pardoned, and the password of a protected ID is not looked for in a step of its own")
	}
	if j := o.submit("x.example", anySignIn, passOnly); len(j.Signs) > 1 || j.Score != 0 {
		t.Errorf("pardoned and still said to have signs %q, score %v", j.Signs, j.Score)
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
	o.page("shop.example", imitation.Result{Form: imitation.Form{NewPassword: true}, Purposes: map[string]string{"kaiin": "username", "ango": "new-password", "mata": "new-password"}})
	want := map[string]string{"kaiin": "username", "ango": "password", "mata": "new-password"}
	if diff := cmp.Diff(want, o.Hints(n, pc2).Purposes); diff != "" {
		t.Errorf("purposes after a registration (-want +got):\n%s", diff)
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
