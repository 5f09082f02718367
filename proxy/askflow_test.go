package proxy_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// signIn posts a sign-in that nobody protects.
func signIn(t *testing.T, c *http.Client, base string, kind map[string]string) answer {
	t.Helper()
	form := url.Values{"email": {"somebody@else.example"}, "password": {"a password of theirs"}}.Encode()
	return do(t, c, http.MethodPost, base+"/echo", withHeader(kind, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form))
}

// page reads the warning that an answer leads to.
func page(t *testing.T, c *http.Client, a answer) answer {
	t.Helper()
	loc := a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(loc, internalOrigin+"i/") {
		t.Fatalf("answer = %d to %q; want 303 to a warning", a.StatusCode, loc)
	}
	return get(t, c, loc, navigation)
}

// goOn presses the button of a warning.
func goOn(t *testing.T, c *http.Client, a answer, typed string) answer {
	t.Helper()
	action, token := formAction.FindStringSubmatch(a.body), formToken.FindStringSubmatch(a.body)
	if action == nil || token == nil {
		t.Fatalf("no way on: %s", a.body)
	}
	form := url.Values{"token": {token[1]}, "host": {typed}}.Encode()
	return do(t, c, http.MethodPost, strings.TrimSuffix(internalOrigin, "/")+action[1],
		withHeader(fromOwnPage, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form))
}

// TestAsk: the first sign-in to a site that is new here is asked about, once for
// the whole office, and sent by its own page again.
func TestAsk(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK {
			t.Fatalf("the page = %d", a.StatusCode)
		}
		before := d.origin.Requests()
		w := page(t, d.client, signIn(t, d.client, d.base, navigation))
		if strings.Contains(w.body, "a password of theirs") || !strings.Contains(w.body, shop) {
			t.Error("the page lacks the site, or shows the password")
		}
		if d.origin.Requests() != before {
			t.Fatal("the sign-in was sent")
		}
		if a := goOn(t, d.client, w, ""); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != d.base+"/" {
			t.Fatalf("going on = %d to %q; want the site's front page", a.StatusCode, a.Header.Get("Location"))
		}
		for range 2 {
			if e := signIn(t, d.client, d.base, fetch).echo(t); e.Size == 0 {
				t.Error("the sign-in did not arrive after the click")
			}
		}
		events := l.events(journal.Filter{Host: shop})
		if len(events) != 2 || events[0].Action != journal.ActionHold || events[0].Severity != journal.SeverityAmber || events[0].Technique != "unfamiliar-sign-in" ||
			events[0].Sent == nil || *events[0].Sent || events[1].Action != journal.ActionRelease || events[1].Incident != events[0].Incident {
			t.Errorf("events = %+v; want an amber hold and a release", events)
		}
	})
}

// TestAskScript: a script that is held back gets an error, and the tab's next
// page is the warning, once.
func TestAskScript(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		a := signIn(t, d.client, d.base, withHeader(fetch, "Origin", "https://other.labnet.example"))
		l.checkHeld(t, a, fetch)
		if a := get(t, d.client, d.base+"/echo", fetch); a.StatusCode != http.StatusOK {
			t.Errorf("another fetch = %d; want it answered", a.StatusCode)
		}
		if w := page(t, d.client, get(t, d.client, d.base+"/", navigation)); w.Header.Get("Sekisho-Incident") != a.Header.Get("Sekisho-Incident") {
			t.Error("the next page is not that warning")
		}
		if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK {
			t.Errorf("the page after it = %d; want the site's", a.StatusCode)
		}
	})
}

// TestAskModes: what credentials.ask and credentials.familiar say is done.
func TestAskModes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ask, familiar string
		held          [2]bool // the first sign-in, and the second
	}{
		{"unfamiliar", "", [2]bool{true, true}},
		{"unfamiliar", "labnet.example", [2]bool{false, false}},
		{"protected", "", [2]bool{false, false}},
		{"always", "labnet.example", [2]bool{true, true}},
	} {
		t.Run(tt.ask+" "+tt.familiar, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			l.dossier.Configure(tt.ask, strings.Fields(tt.familiar))
			d := l.doors(labnet.Handler())[0]
			for i, want := range tt.held {
				if got := signIn(t, d.client, d.base, fetch).StatusCode == http.StatusForbidden; got != want {
					t.Errorf("sign-in %d held = %t; want %t", i, got, want)
				}
			}
		})
	}
}

// mistyped is where the page says which name it expects.
var mistyped = regexp.MustCompile(`class="mistyped"[^>]*>[^<]+<bdi class="name"`)

// fullWidth is s as a Japanese keyboard may write it.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r - '!' + '！'
		}
		return r
	}, s)
}

// TestRedLeave: past a red warning goes only who is alone with this computer,
// and only by typing the name.
func TestRedLeave(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		clients []string
		may     bool
	}{{"alone", []string{"127.0.0.0/8", "::1/128"}, true}, {"an office", []string{"127.0.0.0/8", "192.168.1.0/24"}, false}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := start(t, func(o *proxy.Options) { o.Settings.Clients = prefixes(tt.clients...) })
			l.protect()
			d := l.doors(serves{contentType: "text/html", pieces: [][]byte{copied(t)}})[0]
			w := page(t, d.client, get(t, d.client, d.base+"/", navigation))
			if got := formAction.MatchString(w.body); got != tt.may {
				t.Fatalf("a way on = %t; want %t", got, tt.may)
			}
			if !tt.may {
				return
			}
			for _, typed := range []string{"", "labnet.example", "amazon.co.jp", "yes", shop + " " + shop, "https://amazon.co.jp/" + shop} {
				a := goOn(t, d.client, w, typed)
				if a.StatusCode != http.StatusUnprocessableEntity || !mistyped.MatchString(a.body) {
					t.Errorf("%q typed = %d; want 422, with the name that is expected: %s", typed, a.StatusCode, a.body)
				}
			}
			for _, typed := range []string{shop, strings.ToUpper(shop) + ".", " " + shop + " ", shop + "\u3000", fullWidth(shop), shop + ":8443", d.base + "/path?q#f"} {
				if a := goOn(t, d.client, w, typed); a.StatusCode != http.StatusSeeOther {
					t.Errorf("the name typed as %q = %d; want 303", typed, a.StatusCode)
				}
			}
			if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK || a.body != string(copied(t)) {
				t.Errorf("the page after it = %d; want the site's", a.StatusCode)
			}
			form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
			header := withHeader(fetch, "Content-Type", "application/x-www-form-urlencoded")
			l.checkHeld(t, do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader(form)), fetch)
			if e := l.events(journal.Filter{Action: journal.ActionRelease}); len(e) == 0 || e[0].Severity != journal.SeverityRed || e[0].Host != shop {
				t.Errorf("releases = %+v; want one of it", e)
			}
		})
	}
}

// TestRedLeaveOfASignIn: who is alone with this computer may send a protected sign-in all
// the same, by typing the name; whoever has the leave, and nothing else.
func TestRedLeaveOfASignIn(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Clients = prefixes("127.0.0.0/8", "::1/128") })
	l.protect()
	d := l.doors(labnet.Handler())[0]
	own := func(kind map[string]string) answer {
		form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
		return do(t, d.client, http.MethodPost, d.base+"/echo", withHeader(kind, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form))
	}
	w := page(t, d.client, own(navigation))
	l.checkHeld(t, own(fetch), fetch)
	if a := goOn(t, d.client, w, shop); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the name typed = %d; want 303", a.StatusCode)
	}
	if a := own(fetch); a.StatusCode != http.StatusOK || a.echo(t).Size == 0 {
		t.Errorf("the sign-in after it = %d; want it sent", a.StatusCode)
	}
}
