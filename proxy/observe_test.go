package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
	"sekisho/rules"
)

// TestObserveJudged: a proxy that observes lets pages and sign-ins pass, and
// records what would have become of them.
func TestObserveJudged(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			serves{contentType: "text/html", pieces: [][]byte{copied(t)}}.ServeHTTP(w, r)
			return
		}
		labnet.Handler().ServeHTTP(w, r)
	})
	for i := range 5 {
		l := start(t, func(o *proxy.Options) { o.Settings.Observe = true })
		l.protect()
		d := l.doors(h)[i]
		t.Run(d.name, func(t *testing.T) {
			if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK || a.body != string(copied(t)) {
				t.Errorf("the page = %d; want it as it is", a.StatusCode)
			}
			form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
			a := do(t, d.client, http.MethodPost, d.base+"/echo", withHeader(fetch, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form))
			if a.StatusCode != http.StatusOK || a.echo(t).Size != int64(len(form)) {
				t.Errorf("the sign-in = %d; want it to arrive", a.StatusCode)
			}
			var page, hold int
			for _, e := range l.events(journal.Filter{Host: shop}) {
				switch {
				case e.Door == journal.DoorPage && e.Action == journal.ActionBlock && e.Technique == "sign-in-copy":
					page++
				case e.Door == journal.DoorGuard && e.Action == journal.ActionHold && e.Technique == "protected-sign-in":
					hold++
				default:
					t.Errorf("event = %+v", e)
				}
				if e.Sent == nil || !*e.Sent {
					t.Errorf("event = %+v; want it sent", e)
				}
			}
			if page != 1 || hold != 1 {
				t.Errorf("recorded: %d pages, %d holds; want one each", page, hold)
			}
		})
	}
}

// TestGenuineUntouched: nothing that goes to Amazon or comes from there is looked
// into or changed, in the clear either.
func TestGenuineUntouched(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ap/signin" && r.Method == http.MethodGet {
			serves{contentType: "text/html", coding: r.Header.Get("X-Coding"), pieces: [][]byte{copied(t)}}.ServeHTTP(w, r)
			return
		}
		labnet.Handler().ServeHTTP(w, r)
	})
	for _, host := range []string{genuine, "www.amazon.co.jp"} {
		if !rules.IsGenuine(name(t, host)) {
			t.Fatalf("%s is not genuine", host)
		}
		secure, clear := l.Origin([]string{host}, h), l.Origin([]string{host}, h, labnet.Plain())
		for _, base := range []string{https(host, secure, ""), plain(host, clear, "")} {
			for _, c := range []*http.Client{l.client(), l.client1()} {
				if a := get(t, c, base+"/ap/signin", navigation); a.StatusCode != http.StatusOK || a.body != string(copied(t)) {
					t.Errorf("%s: the page = %d; want it as it is", base, a.StatusCode)
				}
				form := url.Values{"appActionToken": {"x"}, "appAction": {"SIGNIN"}, "email": {ownID}, "password": {ownPassword}}.Encode()
				header := withHeader(navigation, "Content-Type", "application/x-www-form-urlencoded", "Accept-Encoding", "gzip, dcb, x-odd")
				e := do(t, c, http.MethodPost, base+"/echo", header, strings.NewReader(form)).echo(t)
				if e.Size != int64(len(form)) || e.Header.Get("Accept-Encoding") != "gzip, dcb, x-odd" {
					t.Errorf("%s: the origin saw %+v; want the sign-in as it was sent", base, e)
				}
			}
		}
	}
	if events := l.events(journal.Filter{}); len(events) != 0 {
		t.Errorf("events = %+v; want none", events)
	}
}

// TestAllowedPage: a name that the owner allows shows what it shows; a protected
// sign-in does not go there all the same.
func TestAllowedPage(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Policy = policy("allow", shop) })
	l.protect()
	s := new(sink)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			s.ServeHTTP(w, r)
			return
		}
		serves{contentType: "text/html", pieces: [][]byte{copied(t)}}.ServeHTTP(w, r)
	})
	l.each(t, h, func(t *testing.T, d door) {
		if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK {
			t.Errorf("the page = %d; want it shown", a.StatusCode)
		}
		l.checkHeld(t, carriers(t)[0].send(t, d, fetch, false), fetch)
		page(t, d.client, get(t, d.client, d.base+"/", navigation)) // that warning, once
	})
	if n := s.requests.Load(); n != 0 {
		t.Errorf("the sink got %d requests; want none", n)
	}
}

// TestObservedIsUsed: the sites that people signed in to while all was only observed are
// used from here; each is recorded once, and none is asked about later.
func TestObservedIsUsed(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Observe = true })
	d := l.doors(labnet.Handler())[0]
	sign := func() int {
		form := url.Values{"email": {"somebody@else.example"}, "password": {"Hello-World-12"}}.Encode()
		return do(t, d.client, http.MethodPost, d.base+"/echo", withHeader(fetch, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form)).StatusCode
	}
	sign()
	sign()
	s := l.options.Settings
	s.Observe = false
	l.proxy.Reload(s)
	if got := sign(); got != http.StatusOK {
		t.Errorf("a sign-in after the week that was observed = %d; want it to pass", got)
	}
	if e := l.events(journal.Filter{Host: shop}); len(e) != 1 || e[0].Severity != journal.SeverityAmber || e[0].Sent == nil || !*e[0].Sent {
		t.Errorf("events = %+v; want one question, of what was sent", e)
	}
}
