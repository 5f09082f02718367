package dossier

import (
	"fmt"
	"hash/maphash"
	"strings"
	"testing"
)

// TestStepWherePeopleSignIn: the password of the ID that came before is compared where
// somebody went on, however many values came between; and none of those is counted or
// asked about.
func TestStepWherePeopleSignIn(t *testing.T) {
	t.Parallel()
	const site, third = "quiet-river.example", "deep-lake.example"
	for what, test := range map[string]struct{ first, to string }{
		"its own":                 {site, site},
		"a host beside it":        {site, "api." + site},
		"to a messenger":          {"discord.com", "discord.com"},
		"to a messenger at last":  {site, "discord.com"},
		"home from a messenger":   {"discord.com", site},
		"to a site of no account": {"discord.com", third},
	} {
		o, seed := office{t, open(t)}, maphash.MakeSeed()
		o.Passed(name(o, site))
		o.Passed(name(o, third))
		step := func(body, value string) (Judgement, bool) { return o.sendsFrom(seed, site, test.to, body, value) }
		if _, compared := step(`{"x":"Tanuki!2026x"}`, "Tanuki!2026x"); compared {
			t.Errorf("%s: compared before the ID came", what)
		}
		o.sendsFrom(seed, site, test.first, `{"u":"`+protectedMail+`"}`, "")
		for i := range 2 * rationMany {
			value := fmt.Sprintf("Kitsune!%dx", 100+i)
			if j, compared := step(`{"x":"`+value+`"}`, value); j.Do != Pass || !compared {
				t.Fatalf("%s: value %d is judged %q, compared: %v; want it compared, and no guess", what, i, verdict(j), compared)
			}
			value = fmt.Sprintf("kitsune%d", 100+i)
			if j, compared := step(`{"x":"`+value+`"}`, value); j.Do != Pass || !compared {
				t.Fatalf("%s: word %d is judged %q, compared: %v; want it compared, and no question", what, i, verdict(j), compared)
			}
		}
		if got := verdict(o.navigate(site)); got != "pass" {
			t.Errorf("%s: the site is judged %q; want pass", what, got)
		}
	}
}

// TestWordsOfAWellKnownSite: so it is in what a well-known site's own pages send.
func TestWordsOfAWellKnownSite(t *testing.T) {
	t.Parallel()
	o, seed := office{t, open(t)}, maphash.MakeSeed()
	const site = "www.chatwork.com"
	o.sendsFrom(seed, site, site, `{"u":"`+protectedMail+`"}`, "")
	for i := range 2 * guessMany {
		value := fmt.Sprintf("Kitsune!%dx", 100+i)
		if j, compared := o.sendsFrom(seed, site, site, strings.ReplaceAll(`{"text":"%"}`, "%", value), value); j.Do != Pass || !compared {
			t.Fatalf("message %d is judged %q, compared: %v; want it compared, and no guess", i, verdict(j), compared)
		}
	}
}

// TestHiddenSteps: a page that hides, as one that came with a mail, may send both
// steps to the webhook of a messenger.
func TestHiddenSteps(t *testing.T) {
	t.Parallel()
	hidden := Sender{Hidden: true}
	for _, first := range []string{"discord.com", "hooks.slack.com", "quiet-river.example"} {
		for _, to := range []string{"discord.com", "hooks.slack.com", "deep-lake.example"} {
			o := office{t, open(t)}
			if x := o.HintsFrom(hidden, name(o, to), pc1); x.Follows {
				t.Errorf("%s: follows before the ID came", to)
			}
			if got := verdict(o.SubmitFrom(hidden, name(o, first), pc1, anyID, idOnly)); got != "pass" {
				t.Errorf("the ID to %s is judged %q", first, got)
			}
			if x := o.HintsFrom(hidden, name(o, to), pc1); !x.Follows || x.Sparing == x.Thorough {
				t.Errorf("%s, then %s: hints = %+v; want it followed, sparingly where something speaks for the receiver", first, to, x)
			}
			if c := o.Concerns(hidden, name(o, to), pc1); len(c.Labels) == 0 && !c.All {
				t.Errorf("%s, then %s: nobody's password is looked for", first, to)
			}
			if x := o.HintsFrom(hidden, name(o, to), pc2); x.Follows {
				t.Errorf("%s, then %s: another computer's requests follow", first, to)
			}
			silent := anyID
			silent.Followed = true
			if got := verdict(o.SubmitFrom(hidden, name(o, to), pc1, silent, passOnly)); got != "hold red protected-sign-in" {
				t.Errorf("%s, then %s: the password is judged %q", first, to, got)
			}
		}
	}
}
