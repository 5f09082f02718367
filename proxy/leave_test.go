package proxy_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/rules"
)

// amber returns a name that the rules warn about without blocking it.
func amber(t *testing.T) string {
	t.Helper()
	p := policy()
	for _, s := range []string{
		"amazon-tips.example", "amazon-guide.example", "amazonseller.example", "myamazon.example", "amazon-blog.example",
		"amazonn.example", "amzon.example", "amazon.example", "amazon-shop.example", "seller-central.example", "sellercentral.example",
	} {
		if p.Decide(name(t, s)).Action == rules.Warn {
			return s
		}
	}
	t.Fatal("no candidate is amber: name another")
	return ""
}

var (
	formAction = regexp.MustCompile(`<form[^>]*\saction="([^"]+/proceed)"`)
	formToken  = regexp.MustCompile(`name="token"[^>]*\svalue="([^"]+)"`)
)

// decision is what the form on an amber page would send.
type decision struct{ url, token string }

// warned opens host, follows to the warning and reads its form.
func (l *lab) warned(t *testing.T, c *http.Client, u string) decision {
	t.Helper()
	first := get(t, c, u, navigation)
	if first.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s = %d; want 303", u, first.StatusCode)
	}
	page := get(t, c, first.Header.Get("Location"), navigation)
	action, token := formAction.FindStringSubmatch(page.body), formToken.FindStringSubmatch(page.body)
	if action == nil || token == nil {
		t.Fatalf("the page has no form with a token: %s", page.body)
	}
	return decision{strings.TrimSuffix(internalOrigin, "/") + action[1], token[1]}
}

// decide sends the form with the given headers.
func (d decision) decide(t *testing.T, c *http.Client, header map[string]string) answer {
	t.Helper()
	form := url.Values{"token": {d.token}}.Encode()
	return do(t, c, http.MethodPost, d.url, withHeader(header, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form))
}

var fromOwnPage = withHeader(navigation, "Sec-Fetch-Site", "same-origin", "Origin", "https://sekisho.internal")

// TestLeave: an amber page lets one device on to one host after a click.
func TestLeave(t *testing.T) {
	t.Parallel()
	l := start(t)
	host := amber(t)
	o := l.Origin([]string{host, "www." + host}, labnet.Handler())
	c := l.client()
	u := https(host, o, "/echo?q=secret-of-mine")
	d := l.warned(t, c, u)
	if a := get(t, c, u, fetch); a.StatusCode != http.StatusForbidden {
		t.Errorf("a fetch before the click = %d; want 403", a.StatusCode)
	}
	if o.Connections() != 0 {
		t.Fatalf("the origin accepted %d connections before the click", o.Connections())
	}
	for _, e := range l.events(journal.Filter{Host: host}) {
		if e.Action != journal.ActionWarn || e.Severity != journal.SeverityAmber || e.Sent == nil || *e.Sent {
			t.Errorf("event = %+v; want an amber warn, nothing sent", e)
		}
	}
	a := d.decide(t, c, fromOwnPage)
	if loc := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || loc != https(host, o, "/") {
		t.Fatalf("the click = %d to %q; want 303 to the host's front page", a.StatusCode, loc)
	}
	if a := get(t, c, u, navigation); a.StatusCode != http.StatusOK || a.echo(t).URI != "/echo?q=secret-of-mine" {
		t.Errorf("after the click = %d; want the site", a.StatusCode)
	}
	if a := get(t, l.client(), u, fetch); a.StatusCode != http.StatusOK {
		t.Errorf("a fetch after the click = %d; want the site", a.StatusCode)
	}
	released := l.events(journal.Filter{Host: host, Action: journal.ActionRelease})
	if len(released) != 1 || released[0].Door != journal.DoorPage || released[0].Client != "127.0.0.1" {
		t.Errorf("releases = %+v; want one from the page", released)
	}
	if a := d.decide(t, c, fromOwnPage); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != https(host, o, "/") {
		t.Errorf("a second click = %d; want 303 to the host's front page", a.StatusCode)
	}
	if again := l.events(journal.Filter{Host: host, Action: journal.ActionRelease}); len(again) != 1 {
		t.Errorf("releases after a second click = %+v; want the first alone", again)
	}
	if a := get(t, c, "https://"+lookalike+"/", navigation); a.StatusCode != http.StatusSeeOther {
		t.Errorf("another host after the click = %d; want 303", a.StatusCode)
	}
}

// TestAC17ForgedLeave: nobody but the page itself can press its button.
func TestAC17ForgedLeave(t *testing.T) {
	t.Parallel()
	l := start(t)
	host := amber(t)
	o := l.Origin([]string{host}, labnet.Handler())
	c := l.client()
	d := l.warned(t, c, https(host, o, "/"))
	red := get(t, c, "https://"+lookalike+"/", navigation)
	for _, tt := range []struct {
		name   string
		d      decision
		header map[string]string
	}{
		{"cross-site", d, withHeader(navigation, "Sec-Fetch-Site", "cross-site", "Origin", "https://"+host)},
		{"same-site by Origin alone", d, map[string]string{"Origin": "https://" + host}},
		{"opaque origin", d, withHeader(navigation, "Sec-Fetch-Site", "cross-site", "Origin", "null")},
		{"other token", decision{d.url, strings.Repeat("A", len(d.token))}, fromOwnPage},
		{"no token", decision{d.url, ""}, fromOwnPage},
		{"token of another incident", decision{"https://sekisho.internal/i/" + red.Header.Get("Sekisho-Incident") + "/proceed", d.token}, fromOwnPage},
		{"no incident", decision{"https://sekisho.internal/i/" + strings.Repeat("A", 26) + "/proceed", d.token}, fromOwnPage},
	} {
		a := tt.d.decide(t, c, tt.header)
		if a.StatusCode < 400 || a.StatusCode > 499 || a.Header.Get("Sekisho-Error") != string(interstitial.CodeDecision) {
			t.Errorf("%s = %d, %q; want 4xx, and no other reason", tt.name, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
	if a := get(t, c, d.url, fromOwnPage); a.StatusCode < 400 {
		t.Errorf("GET of the decision = %d; want 4xx", a.StatusCode)
	}
	if a := get(t, c, https(host, o, "/echo"), navigation); a.StatusCode != http.StatusSeeOther || o.Connections() != 0 {
		t.Errorf("the site = %d with %d connections; want it still held", a.StatusCode, o.Connections())
	}
}

// TestOwnSite: sekisho's own origin exists over TLS, for nobody else, and says
// how this browser is protected.
func TestOwnSite(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.Answer("sekisho.internal", labnet.Reply{})
	for _, c := range []*http.Client{l.client(), l.client1()} {
		a := get(t, c, internalOrigin, navigation)
		wantHeaders(t, a)
		if a.StatusCode != http.StatusOK || !l.ours(a.TLS.PeerCertificates) || !strings.Contains(a.body, "127.0.0.1") {
			t.Errorf("status = %d; want sekisho's page that names the client", a.StatusCode)
		}
		if a := get(t, c, internalOrigin+"nothing", navigation); a.StatusCode != http.StatusNotFound {
			t.Errorf("another path = %d; want 404", a.StatusCode)
		}
		if a := do(t, c, "POST", internalOrigin, withHeader(navigation, "Sec-Fetch-Site", "cross-site"), io.NopCloser(strings.NewReader("x"))); a.StatusCode < 400 || a.StatusCode > 499 {
			t.Errorf("cross-site POST = %d; want 4xx", a.StatusCode)
		}
		if a := get(t, c, internalOrigin+"ca.crt", nil); !strings.Contains(a.body, "BEGIN CERTIFICATE") || strings.Contains(a.body, "PRIVATE") {
			t.Errorf("ca.crt = %d %.40q", a.StatusCode, a.body)
		}
	}
	if a := get(t, l.client(), "http://sekisho.internal/", navigation); a.Header.Get("Location") != internalOrigin {
		t.Errorf("in the clear = %d to %q; want a redirect to https", a.StatusCode, a.Header.Get("Location"))
	}
	if n := l.Asked("sekisho.internal"); n != 0 {
		t.Errorf("%d DNS questions about sekisho.internal; want 0", n)
	}
}

// TestLeaveOverRestart: who typed the name of a site goes on after a restart of the proxy.
func TestLeaveOverRestart(t *testing.T) {
	t.Parallel()
	l := start(t)
	d := l.doors(serves{contentType: "text/html", pieces: [][]byte{copied(t)}})[0]
	w := page(t, d.client, get(t, d.client, d.base+"/", navigation))
	if a := goOn(t, d.client, w, shop); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the name typed = %d; want 303", a.StatusCode)
	}
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	l.serve()
	if a := get(t, l.client(), d.base+"/", navigation); a.StatusCode != http.StatusOK || a.body != string(copied(t)) {
		t.Errorf("the page after a restart = %d; want the site's", a.StatusCode)
	}
}
