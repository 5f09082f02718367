package dossier

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/imitation"
)

// protects reports whether a row is about what is held whatever was decided: a
// protected account's sign-in or password, Amazon's own fields, or guesses since.
func (r *row) protects() bool {
	return r.with.has(guessing) || r.with.has(trying) || r.with.has(ourPassword) || r.with.has(ourID|crowded) || r.with.has(ownFields)
}

// TestEveryRowDecided: what lets a site pass in the console excuses every row but
// those that the console says are held all the same, and these fully.
func TestEveryRowDecided(t *testing.T) {
	t.Parallel()
	for i := range table {
		r := &table[i]
		for _, a := range acts {
			if r.acts&a == 0 {
				continue
			}
			switch got := decide(a, r.with|pardoned); {
			case r.protects() && got != r:
				t.Errorf("row %d (%s), decided: %s %q; want it as before", i+1, r.detail, got.do, got.detail)
			case !r.protects() && got.do != Pass:
				t.Errorf("row %d (%s), decided: %s %q; want it to pass", i+1, r.detail, got.do, got.detail)
			}
		}
	}
}

// stopped are stories that end in a judgement about host, one for each thing that a
// decision can be about. Each act can be done again.
var stopped = []struct {
	name  string
	first func(o office, host string)
	act   func(o office, client netip.Addr, host string) Judgement
	want  string
	held  bool // whatever is decided
}{
	{"a copy, read", fresh, reads(copied), "hold red sign-in-copy", false},
	{"a copy, opened again", shows(copied), opened, "hold red sign-in-copy", false},
	{"a relay, read", fresh, reads(relayed), "hold red sign-in-relay", false},
	{"a sign-in to a copy", shows(copied), sends(anySignIn, none), "hold red sign-in-copy", false},
	{"a sign-in to what resembles one", shows(suspect), sends(anySignIn, none), "ask amber sign-in-copy", false},
	{"a sign-in under an imitating name", named, sends(anySignIn, none), "ask amber unfamiliar-sign-in", false},
	{"a sign-in to a new site", fresh, sends(anySignIn, none), "ask amber unfamiliar-sign-in", false},
	{"a sign-in, every one asked about", asksAlways, sends(anySignIn, none), "ask amber unfamiliar-sign-in", false},
	{"a code after a copy", shows(copied), sends(anyCode, none), "hold red sign-in-copy", false},
	{"a code after a copy elsewhere", func(o office, _ string) {
		o.page("elsewhere.example", copied)
		o.pageAs(pc2, "elsewhere.example", copied)
	}, sends(anyCode, none), "hold red one-time-code", false},
	{"a protected ID, to what resembles one", shows(asksName), sends(anyID, idOnly), "ask amber protected-id", false},
	{"unreadable, to what resembles one", shows(suspect), sends(unreadable, none), "ask amber sign-in-copy", false},
	{"a protected sign-in", fresh, sends(anySignIn, both), "hold red protected-sign-in", true},
	{"a protected password", fresh, sends(anySignIn, passOnly), "ask amber protected-password", true},
	{"a protected password under signs", shows(traces), sends(anySignIn, passOnly), "hold red protected-password", true},
	{"Amazon's own fields", fresh, sends(ownSignIn, none), "hold red amazon-fields", true},
}

func fresh(office, string)          {}
func named(o office, host string)   { o.visitAs(host, Arrival{Name: lookalike}) }
func asksAlways(o office, _ string) { o.Configure("always", nil) }
func shows(r imitation.Result) func(office, string) {
	return func(o office, host string) { o.page(host, r) }
}

func (o office) pageAs(client netip.Addr, host string, r imitation.Result) Judgement {
	return o.Page(name(o, host), client, r)
}

func reads(r imitation.Result) func(office, netip.Addr, string) Judgement {
	return func(o office, client netip.Addr, host string) Judgement { return o.pageAs(client, host, r) }
}

func opened(o office, client netip.Addr, host string) Judgement {
	return o.Navigate(name(o, host), client)
}

// sends submits, and notes what passed as the proxy does.
func sends(f guard.Finding, m accounts.Match) func(office, netip.Addr, string) Judgement {
	return func(o office, client netip.Addr, host string) Judgement {
		j := o.submitAs(client, host, f, m)
		if j.Do == Pass && f.Act == guard.SignIn {
			o.Passed(name(o, host))
		}
		return j
	}
}

// TestDecisions is every kind of incident times every decision that lets pass: it
// holds at once, for every device, to its end, and not a moment longer.
func TestDecisions(t *testing.T) {
	t.Parallel()
	const host, day = "gadget.example", 24 * time.Hour
	for _, s := range stopped {
		for decision, lasts := range map[string]time.Duration{"15 minutes": 15 * time.Minute, "24 hours": day, "90 days": 90 * day, "always": 0} {
			t.Run(s.name+"/"+decision, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					o := office{t, open(t)}
					s.first(o, host)
					before := s.act(o, pc1, host)
					if got := verdict(before); got != s.want {
						t.Fatalf("judged %q; want %q", got, s.want)
					}
					if lasts == 0 {
						o.pardon(host)
					} else {
						o.pardonFor(host, lasts)
					}
					passes := "pass"
					if s.held {
						passes = s.want
					}
					if got := o.Settled(name(t, host), before.Severity, before.Technique); got == s.held && before.Technique != ProtectedSignIn {
						t.Errorf("settled: %v", got)
					}
					all := func(when, want string) {
						t.Helper()
						s.first(o, host) // what speaks against the site is as fresh as before
						for _, client := range []netip.Addr{pc1, pc2} {
							if got := verdict(s.act(o, client, host)); got != want {
								t.Errorf("%s, %v: %q; want %q", when, client, got, want)
							}
						}
					}
					all("decided", passes)
					if lasts == 0 {
						time.Sleep(365 * day)
						all("a year later", passes)
						return
					}
					time.Sleep(lasts - time.Second)
					all("just before its end", passes)
					time.Sleep(time.Second)
					all("at its end", s.want)
				})
			})
		}
	}
}
