package dossier

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
)

// guesses has a client send a form with the protected ID and a wrong password.
func (o office) guesses(from Sender, host string, client netip.Addr, password string) Judgement {
	o.Helper()
	h := guard.Head{Host: name(o, host), Method: "POST", Target: "/login", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}
	x := o.HintsFrom(from, h.Host, client)
	x.Known = func(id []byte) bool { return string(id) == protectedMail }
	f := guard.Inspect(h, []byte(url.Values{"email": {protectedMail}, "password": {password}}.Encode()), true, x)
	defer f.Wipe()
	return o.SubmitFrom(from, h.Host, client, f, accounts.Match{Label: "shop", ID: true, Other: 1})
}

// TestGuessesOfHiddenPages: what a page of another site sends that hides where it is is
// not laid to who receives it, which stays open to everybody; and it guesses no further
// than another page, wherever it sends.
func TestGuessesOfHiddenPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const tool, other, famous = "zaiko-tool.example", "crm.example", "id.jobcan.jp"
		o := office{t, open(t)}
		for i := range guessMany - 1 {
			host := []string{tool, other, famous}[i%3]
			if got := o.guesses(Sender{Hidden: true}, host, pc1, fmt.Sprintf("Guess-%dxY", i)); got.Technique == guessOracle {
				t.Fatalf("guess %d at %s is judged %q", i+1, host, got.Detail)
			}
		}
		for i := range 3 * guessMany {
			host := []string{tool, other, famous}[i%3]
			if got := o.guesses(Sender{Hidden: true}, host, pc1, fmt.Sprintf("Further-%dxY", i)); got.Do != Hold || got.Detail != OneTooMany {
				t.Fatalf("guess %d at %s is judged %q %q; want it held", guessMany+i, host, verdict(got), got.Detail)
			}
		}
		for _, host := range []string{tool, other, famous} {
			for _, client := range []netip.Addr{pc1, pc2} {
				if got := verdict(o.Navigate(name(t, host), client)); got != "pass" {
					t.Errorf("%s is judged %q; want pass", host, got)
				}
			}
		}
		time.Sleep(time.Second)
		own := Sender{Document: name(t, tool)}
		if got := verdict(o.guesses(own, tool, pc1, "Honest-4411")); got != "ask amber unfamiliar-sign-in" {
			t.Errorf("a sign-in of the tool's own page is judged %q; want the question", got)
		}
		if got := verdict(o.SubmitFrom(Sender{Hidden: true}, name(t, tool), pc1, anyID, idOnly)); got != "pass" {
			t.Errorf("the ID alone is judged %q; want pass", got)
		}
		time.Sleep(23 * time.Hour)
		if got := o.guesses(Sender{Hidden: true}, other, pc2, "Later-71"); got.Detail != OneTooMany {
			t.Errorf("a guess 23 hours later is judged %q %q; want it held", verdict(got), got.Detail)
		}
		time.Sleep(2 * time.Hour)
		if got := o.guesses(Sender{Hidden: true}, other, pc2, "Later-72"); got.Detail == OneTooMany {
			t.Errorf("a guess a day later is judged %q", got.Detail)
		}
	})
}

// TestStatisticsBlockNoSite: what an application reports of its user by the dozen, each
// time with another value of a name that says nothing, is refused after some, and the
// application goes on.
func TestStatisticsBlockNoSite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const host, media = "zaiko-tool.example", "text/plain"
		o := office{t, open(t)}
		beacon := func(i int) Judgement {
			return o.sends(o.seed, host, "/b", media, fmt.Sprintf(`{"u":%q,"el":"btn#save-%d","pg":"/stock","vw":1280,"vh":720,"lg":"ja"}`, protectedMail, i))
		}
		for i := range triedMany - 1 {
			if got := verdict(beacon(i)); got != "pass" {
				t.Fatalf("beacon %d is judged %q", i+1, got)
			}
		}
		if got := beacon(triedMany); got.Do != Hold || got.Detail != OneTooMany {
			t.Errorf("beacon %d is judged %q %q; want it held", triedMany, verdict(got), got.Detail)
		}
		if got := verdict(o.navigate(host)); got != "pass" {
			t.Errorf("the site is judged %q; want pass", got)
		}
		time.Sleep(2 * time.Hour)
		if got := beacon(100); got.Detail != OneTooMany {
			t.Errorf("a beacon two hours later is judged %q; want it held", verdict(got))
		}
		time.Sleep(25 * time.Hour)
		if got := verdict(beacon(101)); got != "pass" {
			t.Errorf("a beacon a day later is judged %q; want pass", got)
		}
	})
}
