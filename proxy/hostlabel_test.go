package proxy_test

import (
	"encoding/hex"
	"net/http"
	"testing"
	"time"

	"sekisho/dossier"
	"sekisho/journal"
)

// TestPasswordInConnect: a protected password in a label is neither looked up nor connected to,
// without any request; the next page of its site is the warning, and so is one at that host.
func TestPasswordInConnect(t *testing.T) {
	t.Parallel()
	const site, other = "kx-quoll.org", "lamps-quoll.org"
	hidden := hex.EncodeToString([]byte(labelPassword))
	for name, tt := range map[string]struct {
		page string // that is open
		host string
		held bool
	}{
		"as it is":                        {"/signin", labelPassword + "." + site, true},
		"in hexadecimal":                  {"/signin", "a." + hidden + "." + site, true},
		"below another site":              {"/signin", hidden + "." + other, true},
		"another's":                       {"/signin", hex.EncodeToString([]byte("kaeru-himitsu-9")) + "." + site, false},
		"while the page loads":            {"/signin", hidden + "." + site, false},
		"where nothing asks for anything": {"/", hidden + "." + site, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			if err := l.accounts.Add(ownID, ownLabel, []byte(labelPassword)); err != nil {
				t.Fatal(err)
			}
			o := l.Origin([]string{site, other, tt.host}, setter)
			c := l.client()
			get(t, c, https(site, o, tt.page), navigation)
			if name != "while the page loads" {
				l.proxy.Linger(time.Minute)
			}
			compared := l.accounts.Load().Compared
			tunnel := l.connect(t, authority(tt.host, o))
			_ = tunnel.Close()
			if asked := l.Asked(tt.host) > 0; asked == tt.held {
				t.Errorf("the name was looked up: %t; want %t", asked, !tt.held)
			}
			if n := l.accounts.Load().Compared - compared; n > 0 && (tt.page == "/" || name == "while the page loads") {
				t.Errorf("%d runs of argon2id; want none", n)
			}
			var holds []journal.Event
			for _, e := range l.events(journal.Filter{}) {
				if e.Action == journal.ActionHold {
					holds = append(holds, e)
				}
			}
			if !tt.held {
				if len(holds) != 0 {
					t.Errorf("events = %+v; want no hold", holds)
				}
				return
			}
			if len(holds) != 1 || holds[0].Technique != dossier.ProtectedPassword || holds[0].Sent == nil || *holds[0].Sent {
				t.Fatalf("events = %+v; want one hold of which nothing was sent", holds)
			}
			noSecret(t, "the event", holds[0].Host, labelPassword, hidden)
			before := o.Requests()
			l.checkHeld(t, get(t, c, https(tt.host, o, "/"), navigation), navigation)
			l.checkHeld(t, get(t, c, https(tt.host, o, "/"), fetch), fetch)
			l.checkHeld(t, get(t, c, https(map[bool]string{true: other, false: site}[name == "below another site"], o, "/"), navigation), navigation)
			if o.Requests() != before || l.Asked(tt.host) > 0 {
				t.Error("something went to the site")
			}
			w := page(t, c, get(t, c, https(tt.host, o, "/"), navigation))
			goOn(t, c, w, holds[0].Host)
			if a := get(t, c, https(tt.host, o, "/"), navigation); a.StatusCode != http.StatusOK {
				t.Errorf("after somebody went on the answer is %d", a.StatusCode)
			}
		})
	}
}

// TestLabelsBeforeHold: the warning for a held sign-in does not say plainly that nothing was
// sent after a connection to a host of the site's that a page made up.
func TestLabelsBeforeHold(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		hex.EncodeToString([]byte("Kaeru-2291zz")) + "." + shop: saysMaybe,
		"static." + shop: saysNotSent,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, plainPage, func(t *testing.T, l *lab, d door) {
				l.protect()
				o := l.Origin([]string{host}, http.NotFoundHandler())
				get(t, d.client, d.base+"/login", navigation)
				tab{t: t, l: l}.waits()
				_ = l.connect(t, authority(host, o)).Close()
				a := protectedForm(t, d, "/login")
				l.checkWords(t, a.Header.Get("Location"), want, want != saysNotSent)
			})
		})
	}
}

// TestOrdinaryConnects: hosts that pages and programs connect to are held for nothing, while
// somebody may be typing a sign-in.
func TestOrdinaryConnects(t *testing.T) {
	t.Parallel()
	const site = "kx-quoll.org"
	l := start(t)
	l.protect()
	o := l.Origin([]string{site}, setter)
	get(t, l.client(), https(site, o, "/signin"), navigation)
	l.proxy.Linger(time.Minute)
	for _, host := range []string{
		"img." + site, "web01." + site, "static-assets-2." + site, "3f9a1c77d2." + site, "104832." + site, "login-portal." + site,
		"d1a2b3c4e5f6g7.cloudfront.net", "o447951.ingest.sentry.io", "rr4---sn-oguelnzl.googlevideo.com", "d-9067a1b2c3.awsapps.com",
		"bucket-of-lamps.s3.ap-northeast-1.amazonaws.com", "e12345.dscb.akamaiedge.net", "mycompany.atlassian.net",
		"abcdef0123456789.lambda-url.ap-northeast-1.on.aws", "region1.google-analytics.com", "team-tanuki.slack.com", "firebaseinstallations.googleapis.com",
	} {
		_ = l.connect(t, host+":443").Close()
	}
	for _, e := range l.events(journal.Filter{}) {
		t.Errorf("%s of %s: %s", e.Action, e.Host, e.Technique)
	}
}
