package proxy_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// posts sends a form by a script, without a word on where it comes from.
func posts(t *testing.T, d door, form string) answer {
	t.Helper()
	header := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	return do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader(form))
}

// TestTriesAgain: a page that was refused a sign-in does not get the password
// under another name either.
func TestTriesAgain(t *testing.T) {
	t.Parallel()
	id, password := url.QueryEscape(ownID), url.QueryEscape(ownPassword)
	for name, first := range map[string]string{
		"protected sign-in": "email=" + id + "&password=" + password,
		"Amazon's fields":   "email=somebody%40else.example&appAction=SIGNIN_CLAIM_COLLECT&appActionToken=abc",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
				l.protect()
				if a := posts(t, d, "w="+password); a.StatusCode != http.StatusOK {
					t.Fatalf("a value that means nothing yet = %d; want it to pass", a.StatusCode)
				}
				before := d.origin.Requests()
				for step, form := range []string{first, "w=" + password, "a=1" + decoys(20) + "&w=" + password} {
					if a := posts(t, d, form); a.Header.Get("Sekisho-Incident") == "" {
						t.Errorf("step %d = %d; want it held", step, a.StatusCode)
					}
				}
				if a := posts(t, d, "w=something+else"); a.StatusCode != http.StatusOK {
					t.Errorf("another value = %d; want it to pass", a.StatusCode)
				}
				if n := d.origin.Requests() - before; n != 1 {
					t.Errorf("%d requests reached the site after the first hold; want the last alone", n)
				}
				for _, e := range l.events(journal.Filter{Host: shop}) {
					if e.Severity != journal.SeverityRed || e.Action != journal.ActionHold || *e.Sent {
						t.Errorf("event = %+v; want red holds", e)
					}
				}
			})
		})
	}
}

// TestInsisted: what goes because its person typed the name of the site is
// recorded as gone, and the site is an ordinary one then.
func TestInsisted(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
		header := withHeader(navigation, "Content-Type", "application/x-www-form-urlencoded")
		w := page(t, d.client, do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader(form)))
		if a := goOn(t, d.client, w, shop); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("the name typed = %d", a.StatusCode)
		}
		if a := posts(t, d, form); a.StatusCode != http.StatusOK {
			t.Fatalf("the sign-in after it = %d; want it to pass", a.StatusCode)
		}
		events := l.events(journal.Filter{Host: shop})
		if len(events) != 3 {
			t.Fatalf("events = %+v; want a hold, a release and a sign-in that went", events)
		}
		e := events[2]
		if e.Action != journal.ActionRelease || e.Door != journal.DoorGuard || e.Severity != journal.SeverityRed || e.Technique != "protected-sign-in" ||
			e.Account != ownLabel || e.Sent == nil || !*e.Sent || len(e.Fields) == 0 || e.Incident != events[0].Incident {
			t.Errorf("event = %+v; want the release of a protected sign-in that was sent", e)
		}
		if x := l.dossier.Hints(name(t, shop), netip.MustParseAddr("127.0.0.1")); x.Suspicious {
			t.Error("every value sent to the site is looked at still")
		}
	})
}

// TestOracle: a page cannot learn which password is right by sending guesses
// under names that say nothing. Coupons come so, too, so that the site stays.
func TestOracle(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		var last answer
		for i := range 20 { // twice as many as under a name that says password
			last = posts(t, d, fmt.Sprintf("email=%s&k1=guess-%d&k2=Sunshine%d!", url.QueryEscape(ownID), i, i))
		}
		if last.Header.Get("Sekisho-Incident") == "" {
			t.Errorf("the twentieth guess is answered %d; want it held", last.StatusCode)
		}
		if a := get(t, d.client, d.base+"/", fetch); a.StatusCode != http.StatusOK {
			t.Errorf("after twenty guesses the site answers %d", a.StatusCode)
		}
		if e := l.events(journal.Filter{Host: shop}); len(e) == 0 || e[len(e)-1].Technique != "guess-oracle" {
			t.Errorf("events = %+v; want guess-oracle", e)
		}
	})
}

// TestOracleOfHiddenPage: a page of another site that does not say where it is gets no
// further with guesses, and does not take the site that it sends them to away from anybody.
func TestOracleOfHiddenPage(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		header := withHeader(fetch, "Content-Type", formType, "Origin", "null", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors")
		for i := range 12 {
			if i == 9 {
				get(t, d.client, d.base+"/", navigation) // what is owed for the questions
			}
			form := fmt.Sprintf("email=%s&password=Guess-%dxY", url.QueryEscape(ownID), i)
			do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader(form))
		}
		if e := l.events(journal.Filter{Host: shop}); len(e) != 12 || e[11].Technique != "guess-oracle" || e[11].Severity != journal.SeverityRed {
			t.Errorf("events = %+v; want the last to be a guess that is held", e)
		}
		for what, header := range map[string]map[string]string{"page": navigation, "script": fetch} {
			if a := get(t, d.client, d.base+"/", header); a.StatusCode != http.StatusOK {
				t.Errorf("the next %s of the site = %d; want it to pass", what, a.StatusCode)
			}
		}
	})
}

// TestMoreInPassing: behind the first MiB comes one password more than is carried.
// Nothing is added to what was found but that something is left out.
func TestMoreInPassing(t *testing.T) {
	t.Parallel()
	eachAlone(t, new(sink), func(t *testing.T, l *lab, d door) {
		l.protect()
		l.dossier.Passed(name(t, shop)) // or the beginning would be asked about
		form := "email=" + url.QueryEscape(ownID)
		for i := range 8 {
			form += fmt.Sprintf("&password%d=decoyvalue%d", i, i)
		}
		form += "&pad=" + strings.Repeat("x", guard.MaxBody)
		rest := "&pad=" + strings.Repeat("y", 100<<10)
		if a := posts(t, d, form+rest); a.StatusCode != http.StatusOK {
			t.Fatalf("eight passwords = %d; want them to pass", a.StatusCode)
		}
		a := posts(t, d, form+"&password="+url.QueryEscape(ownPassword)+rest)
		if a.Header.Get("Sekisho-Incident") == "" {
			t.Errorf("nine passwords = %d; want them cut", a.StatusCode)
		}
	})
}

// TestFloodOfCandidates: a page that has a site's queue full keeps its visitor
// from that site, with a word on what to do, and from no other.
func TestFloodOfCandidates(t *testing.T) {
	t.Parallel()
	const other = "lamps.example"
	l := start(t, func(o *proxy.Options) {
		store, err := accounts.Open(filepath.Join(t.TempDir(), "slow"), accounts.Options{KeyInFile: true, Cost: accounts.Cost{Time: 1, Memory: 8 << 10}})
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Add(ownID, ownLabel, []byte(ownPassword)); err != nil {
			t.Fatal(err)
		}
		o.Accounts = store
	})
	o := l.Origin([]string{shop, other}, labnet.Handler())
	c := l.client()
	at := func(host string) door { return door{client: c, base: strings.TrimSuffix(https(host, o, "/"), "/")} }
	var busy atomic.Int32
	var flood sync.WaitGroup
	for i := range 40 {
		flood.Go(func() {
			form := "email=" + url.QueryEscape(ownID)
			for k := range 16 { // much to compare for each, so that a busy machine is late with these first
				form += fmt.Sprintf("&password%d=%d-guess-%d", k, i, k)
			}
			a := posts(t, at(shop), form)
			if a.StatusCode == http.StatusServiceUnavailable {
				busy.Add(1)
				if a.Header.Get("Sekisho-Error") != "sign-in-not-checked" || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "not sent") {
					t.Errorf("refused with %v: %s", a.Header, a.body)
				}
			}
		})
	}
	if a := posts(t, at(other), "email="+url.QueryEscape(ownID)+"&k=a-memo-to-all"); a.StatusCode != http.StatusOK {
		t.Errorf("another site = %d; want it to pass", a.StatusCode)
	}
	flood.Wait()
	if busy.Load() == 0 {
		t.Error("the queue of the site has no end")
	}
}
