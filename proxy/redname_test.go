package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// TestRedNameLeave: past a block for a name goes only who is alone with this
// computer, by typing it, and not past the owner's own list.
func TestRedNameLeave(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, host string
		clients    []string
		may        bool
	}{
		{"alone", lookalike, []string{"127.0.0.0/8", "::1/128"}, true},
		{"an office", lookalike, []string{"127.0.0.0/8", "192.168.1.0/24"}, false},
		{"listed", "listed.labnet.example", []string{"127.0.0.0/8"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := start(t, func(o *proxy.Options) {
				o.Settings.Policy, o.Settings.Clients = policy("block", "listed.labnet.example"), prefixes(tt.clients...)
			})
			o := l.Origin([]string{tt.host}, labnet.Handler())
			c, u := l.client(), https(tt.host, o, "/echo")
			w := page(t, c, get(t, c, u, navigation))
			if got := formAction.MatchString(w.body); got != tt.may {
				t.Fatalf("a way on = %t; want %t", got, tt.may)
			}
			if !tt.may {
				if !appealAction.MatchString(w.body) {
					t.Error("no way to say that it is wrong")
				}
				return
			}
			if a := goOn(t, c, w, "amazon.co.jp"); a.StatusCode != http.StatusUnprocessableEntity || o.Connections() != 0 {
				t.Errorf("another name typed = %d; want 422", a.StatusCode)
			}
			if a := goOn(t, c, w, tt.host+" "); a.StatusCode != http.StatusSeeOther {
				t.Fatalf("the name typed = %d; want 303", a.StatusCode)
			}
			if a := get(t, c, u, navigation); a.StatusCode != http.StatusOK {
				t.Errorf("the site after it = %d; want 200", a.StatusCode)
			}
			if a := get(t, c, https("www."+tt.host, o, "/"), navigation); a.StatusCode != http.StatusSeeOther {
				t.Errorf("a name beside it = %d; want 303: the leave is for one host", a.StatusCode)
			}
			if e := l.events(journal.Filter{Action: journal.ActionRelease}); len(e) != 1 || e[0].Severity != journal.SeverityRed ||
				e[0].Host != tt.host || e[0].Ground != "lookalike" || e[0].Incident == "" {
				t.Errorf("releases = %+v; want one", e)
			}
		})
	}
}

// TestRedNameJudged: who insisted on a name has not said that a copy may be
// shown under it, nor that a protected password may go there.
func TestRedNameJudged(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Clients = prefixes("127.0.0.0/8") })
	l.protect()
	mux := http.NewServeMux()
	mux.Handle("/", labnet.Handler())
	mux.Handle("/copy", serves{contentType: "text/html", pieces: [][]byte{copied(t)}})
	o := l.Origin([]string{lookalike}, mux)
	c, base := l.client(), https(lookalike, o, "")
	if a := goOn(t, c, page(t, c, get(t, c, base+"/", navigation)), lookalike); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the name typed = %d; want 303", a.StatusCode)
	}
	header := withHeader(fetch, "Content-Type", "application/x-www-form-urlencoded")
	form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
	l.checkHeld(t, do(t, c, http.MethodPost, base+"/echo", header, strings.NewReader(form)), fetch)
	if w := page(t, c, get(t, c, base+"/", navigation)); !strings.Contains(w.body, "protected-sign-in") {
		t.Errorf("after a held sign-in comes %s; want the warning about it", w.body)
	}
	if w := page(t, c, get(t, c, base+"/copy", navigation)); !strings.Contains(w.body, "sign-in-copy") {
		t.Errorf("a copy under the name was answered with %s; want the warning about it", w.body)
	}
}
