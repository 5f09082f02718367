package dossier

import (
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/imitation"
	"sekisho/rules"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	pc1 = netip.MustParseAddr("192.168.0.11")
	pc2 = netip.MustParseAddr("192.168.0.12")
)

// What pages, requests and accounts say, in short.
var (
	plainPage = imitation.Result{}
	loginPage = imitation.Result{Form: imitation.Form{Password: true}}
	traces    = imitation.Result{Grade: imitation.Traces, Score: 10, Signs: []string{"brand"}}
	suspect   = imitation.Result{Grade: imitation.Suspect, Score: 50, Signs: []string{"title-signin"}, Form: imitation.Form{Password: true}}
	asksName  = imitation.Result{Grade: imitation.Suspect, Score: 65, Signs: []string{"title-about", "email-or-phone", "brand", "name-field"}, Form: imitation.Form{Username: true}}
	mentions  = imitation.Result{Grade: imitation.Suspect, Score: 30, Signs: []string{"brand", "name-field", "password-field"}, Form: imitation.Form{Username: true, Password: true}}
	copied    = imitation.Result{Grade: imitation.Copy, Score: 150, Signs: []string{"app-action-token", "ap-email"}, Form: imitation.Form{Password: true}}
	relayed   = imitation.Result{Grade: imitation.Copy, Score: 200, Signs: []string{"app-action-token"}, Relay: true}

	anySignIn  = guard.Finding{Act: guard.SignIn, Named: 1, Fields: []string{"email", "password"}}
	anyID      = guard.Finding{Act: guard.Identify, Fields: []string{"email"}}
	anyCode    = guard.Finding{Act: guard.Code, Fields: []string{"otp"}}
	ownSignIn  = guard.Finding{Act: guard.SignIn, Amazon: true, Fields: []string{"appAction", "password"}}
	register   = guard.Finding{Act: guard.Register, Fields: []string{"new-password"}}
	change     = guard.Finding{Act: guard.Change, Fields: []string{"new-password"}}
	unreadable = guard.Finding{Undecoded: true}
	bombed     = guard.Finding{Undecoded: true, Bomb: true}

	none     = accounts.Match{}
	both     = accounts.Match{Label: "shop", ID: true, Password: true}
	idOnly   = accounts.Match{Label: "shop", ID: true}
	passOnly = accounts.Match{Label: "shop", Password: true}

	lookalike = rules.Verdict{Action: rules.Warn, Ground: rules.Lookalike, Target: "sellercentral.amazon.co.jp", Score: 0.7}
)

// open returns a book in memory.
func open(tb testing.TB) *Book {
	tb.Helper()
	b, err := Open(Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// office is a book with short names for what happens in it.
type office struct {
	testing.TB
	*Book
}

func (o office) visit(host string) {
	o.Visit(Arrival{Host: name(o, host), Client: pc1, SecFetchMode: "navigate"})
}

func (o office) visitAs(host string, a Arrival) {
	a.Host, a.Client = name(o, host), pc1
	o.Visit(a)
}

// pardon is somebody's word for host, without end.
func (o office) pardon(host string) { o.Pardon(map[string]Pardoned{host: {Since: time.Now()}}) }

func (o office) pardonFor(host string, d time.Duration) {
	o.Pardon(map[string]Pardoned{host: {time.Now(), time.Now().Add(d)}})
}

func (o office) page(host string, r imitation.Result) Judgement {
	return o.Page(name(o, host), pc1, r)
}

func (o office) script(host, document string, r imitation.Result) Judgement {
	return o.Script(name(o, host), name(o, document), pc1, r)
}

func (o office) navigate(host string) Judgement { return o.Navigate(name(o, host), pc1) }

func (o office) submit(host string, f guard.Finding, m accounts.Match) Judgement {
	return o.submitAs(pc1, host, f, m)
}

// submitAs is a request that a page of host sends to host.
func (o office) submitAs(client netip.Addr, host string, f guard.Finding, m accounts.Match) Judgement {
	n := name(o, host)
	return o.SubmitFrom(Sender{Document: n}, n, client, f, m)
}

func (o office) other(n uint64) accounts.Match {
	return accounts.Match{Label: "shop", ID: true, Other: n}
}

// fromMail is a visit by a link in a webmail.
var fromMail = Arrival{Referer: "https://mail.google.com/mail/u/0/", SecFetchSite: "cross-site", SecFetchMode: "navigate"}

// young is a visit to a site with a certificate of today.
func young() Arrival {
	return Arrival{SecFetchMode: "navigate", CertNotBefore: time.Now().Add(-3 * time.Hour)}
}
