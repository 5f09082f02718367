package proxy_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/proxy"
)

// startSinkhole runs a proxy that serves the warning to clients of the resolver
// as well. alias.labnet.example leads to a blocked name.
func startSinkhole(t *testing.T, change ...func(*lab)) *lab {
	t.Helper()
	l := prepare(t)
	l.options.Sinkhole, l.options.SinkholeTLS = "127.0.0.1:0", "127.0.0.1:0"
	lookup := l.options.Lookup
	l.options.Lookup = func(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
		if n.String() == "alias.labnet.example" || n.String() == genuine { // whatever it is said to lead to
			evil := name(t, lookalike)
			return nil, &proxy.BlockedError{Name: evil, Verdict: l.options.Settings.Policy.Decide(evil)}
		}
		return lookup(ctx, n)
	}
	for _, f := range change {
		f(l)
	}
	l.serve()
	return l
}

// led is a browser without a proxy to which the resolver gave the sinkhole's
// address for every name.
func (l *lab) led(cfg *tls.Config, h2 bool) *http.Client {
	clear, secure := l.proxy.Sinkhole()
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(h2)
	tr := &http.Transport{
		TLSClientConfig: cfg, Protocols: p, DisableCompression: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			to := clear
			if strings.HasSuffix(addr, ":443") {
				to = secure
			}
			return new(net.Dialer).DialContext(ctx, network, to.String())
		},
	}
	l.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{
		Transport: tr, Timeout: 3 * patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// TestSinkholeAnswers serves the warning under the site's own name, over HTTP and
// TLS, for names that are blocked and for one that leads to such.
func TestSinkholeAnswers(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	for way, c := range map[string]*http.Client{"h1": l.led(l.trusting(), false), "h2": l.led(l.trusting(), true)} {
		for _, u := range []string{
			"https://" + lookalike + "/ap/signin?secret-of-mine=1", "http://" + lookalike + "/secret-of-mine", "https://alias.labnet.example/", "http://alias.labnet.example//x/../y",
		} {
			host := hostOf(t, u)
			for kind, tt := range map[string]struct {
				header  map[string]string
				content string
			}{
				"navigation": {navigation, "text/html"}, "frame": {frame, "text/html"},
				"fetch": {fetch, "application/problem+json"}, "image": {image, "application/problem+json"},
			} {
				t.Run(way+" "+u+" "+kind, func(t *testing.T) {
					a := get(t, c, u, tt.header)
					l.checkBlocked(t, a, host, http.StatusForbidden, tt.content)
					if kind == "navigation" && (!strings.Contains(a.body, "https://sellercentral.amazon.co.jp/") || !strings.Contains(a.body, "/appeal")) {
						t.Errorf("the page has no way on: %.400q", a.body)
					}
					for _, h := range []string{"Strict-Transport-Security", "Set-Cookie", "Location", "Access-Control-Allow-Origin"} {
						if a.Header.Get(h) != "" {
							t.Errorf("%s: %q; want none", h, a.Header.Get(h))
						}
					}
					if tt.content == "text/html" && strings.Contains(a.body, internalOrigin) {
						t.Error("the answer leads to sekisho's own origin, which cannot be reached from here")
					}
				})
			}
		}
	}
	ja := get(t, l.led(l.trusting(), true), "https://"+lookalike+"/?lang=ja", navigation)
	if !strings.Contains(ja.body, `lang="ja"`) {
		t.Error("the page is not in the language that its link asks for")
	}
}

func hostOf(t *testing.T, raw string) string {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u.Hostname()
}

// TestSinkholeVisit writes one event for what belongs to one visit, and one for
// each page that was shown.
func TestSinkholeVisit(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	c := l.led(l.trusting(), true)
	for range 5 {
		get(t, c, "https://"+lookalike+"/x.js", image)
	}
	if n := len(l.events(journal.Filter{Host: lookalike})); n != 1 {
		t.Errorf("%d events of one visit's parts; want 1", n)
	}
	for range 2 {
		get(t, c, "https://"+lookalike+"/", navigation)
	}
	if n := len(l.events(journal.Filter{Host: lookalike})); n != 3 {
		t.Errorf("%d events; want one more for each page", n)
	}
}

// TestSinkholeAppeal takes a visitor's reason on the page itself, once, from that
// page alone.
func TestSinkholeAppeal(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	for _, scheme := range []string{"https://", "http://"} {
		host := map[string]string{"https://": lookalike, "http://": typo}[scheme]
		c := l.led(l.trusting(), true)
		page := get(t, c, scheme+host+"/", navigation)
		id, token := page.Header.Get("Sekisho-Incident"), formToken.FindStringSubmatch(page.body)
		if token == nil {
			t.Fatalf("no form: %s", page.body)
		}
		if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self'") || strings.Contains(csp, "script-src") {
			t.Errorf("policy %q", csp)
		}
		send := func(token string, header map[string]string) answer {
			form := url.Values{"token": {token}, "reason": {"it is our own shop"}}.Encode()
			return do(t, c, http.MethodPost, scheme+host+"/i/"+id+"/appeal", withHeader(header, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form))
		}
		own := withHeader(navigation, "Sec-Fetch-Site", "same-origin")
		if a := send("x", own); a.StatusCode/100 != 4 {
			t.Errorf("without the token: %d", a.StatusCode)
		}
		if a := send(token[1], withHeader(navigation, "Sec-Fetch-Site", "cross-site")); a.StatusCode != http.StatusForbidden {
			t.Errorf("from another site: %d", a.StatusCode)
		}
		if a := send(token[1], own); a.StatusCode != http.StatusOK {
			t.Errorf("from the page: %d %.300q", a.StatusCode, a.body)
		}
		if a := send(token[1], own); a.StatusCode/100 != 4 {
			t.Errorf("once more: %d", a.StatusCode)
		}
		var reasons []string
		for _, e := range l.events(journal.Filter{Incident: id}) {
			if e.Technique == "appeal" {
				reasons = append(reasons, e.Detail)
			}
		}
		if fmt.Sprint(reasons) != "[it is our own shop]" {
			t.Errorf("appeals = %q", reasons)
		}
		l.checkReview(id, "it is our own shop")
	}
}

// TestNE17GenuineAlias is NE-17: a genuine name is never decrypted, nor warned of, whatever it
// is said to lead to.
func TestNE17GenuineAlias(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	a := l.send(t, "CONNECT "+genuine+":443 HTTP/1.1\r\nHost: "+genuine+"\r\n\r\n")
	if a.StatusCode < 400 || a.Header.Get("Sekisho-Error") == "" || a.Header.Get("Sekisho-Incident") != "" {
		t.Errorf("CONNECT = %d with %v; want an error, and neither a tunnel nor a warning", a.StatusCode, a.Header)
	}
}
