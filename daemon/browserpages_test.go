package daemon_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// testLookalike: the visitor ends on sekisho's own page and nothing of the visit
// reached the site.
func (l *browserLab) testLookalike(t *testing.T) {
	secure := l.Origin([]string{browserLookalike, browserTypo}, labnet.Handler())
	clear := l.Origin([]string{browserLookalike, browserTypo}, labnet.Handler(), labnet.Plain())
	for _, tt := range []struct{ name, lang, url string }{
		{"https-ja", "ja", at("https", browserLookalike, secure, "/ap/signin?openid=1")},
		{"https-en", "en", at("https", browserTypo, secure, "/")},
		{"http-ja", "ja", at("http", browserTypo, clear, "/")},
		{"http-en", "en", at("http", browserLookalike, clear, "/ap/signin")},
		{"default-port-en", "en", "https://" + browserLookalike + "/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := l.tab(t, tt.lang)
			v := l.open(t, ctx, tt.url)
			l.shoot(t, ctx, "lookalike-"+tt.name)
			if !strings.HasPrefix(v.url, "https://sekisho.internal/") || v.lang != tt.lang || v.heading == "" {
				t.Errorf("the visitor sees %q in %q at %s; want sekisho's page in %s", v.heading, v.lang, v.url, tt.lang)
			}
			u, err := url.Parse(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(v.body, u.Hostname()) || strings.Contains(v.body, "openid") {
				t.Errorf("the page does not name %s, or more than that: %s", u.Hostname(), v.body)
			}
			if japanese := strings.ContainsAny(v.heading, "のはをにがで"); japanese != (tt.lang == "ja") {
				t.Errorf("heading = %q; want it in %s", v.heading, tt.lang)
			}
			real := browserDo(t, ctx, "find the real address",
				chromedp.Evaluate[bool](`[...document.links].some(a => a.hostname === "sellercentral.amazon.co.jp")`))
			if !real {
				t.Error("the page does not link to the real Seller Central")
			}
		})
	}
	for _, host := range []string{browserLookalike, browserTypo} {
		if secure.Connections() != 0 || clear.Connections() != 0 || l.Asked(host) != 0 {
			t.Errorf("%s was reached", host)
		}
		events := l.blocks(t, host)
		if len(events) < 2 {
			t.Fatalf("%s: %d events; want one a visit", host, len(events))
		}
		for _, e := range events {
			if e.Door != journal.DoorProxy || e.Severity != journal.SeverityRed || e.Sent == nil || *e.Sent {
				t.Errorf("event = %+v; want a red block, nothing sent", e)
			}
		}
	}
}

// testResemblance: the visitor may go on past an amber page by its button, and
// then has the site.
func (l *browserLab) testResemblance(t *testing.T) {
	o := l.Origin([]string{browserAmber}, labnet.Handler())
	clear := l.Origin([]string{browserAmber}, labnet.Handler(), labnet.Plain())
	ctx := l.tab(t, "ja")
	site := at("https", browserAmber, o, "/")
	v := l.open(t, ctx, site)
	if !strings.HasPrefix(v.url, "https://sekisho.internal/") || o.Connections() != 0 {
		t.Fatalf("the visitor is at %s, the site accepted %d connections", v.url, o.Connections())
	}
	browserDo(t, ctx, "unfold the page", chromedp.Evaluate[int](`[...document.querySelectorAll("details")].map(d => d.open = true).length`))
	l.shoot(t, ctx, "amber")
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("form[action$=proceed] button"))); err != nil {
		t.Fatalf("go on: %v", err)
	}
	if got := browserDo(t, ctx, "read the address bar", chromedp.Location()); got != site || o.Requests() == 0 {
		t.Errorf("after going on the visitor is at %s; want %s", got, site)
	}
	if v := l.open(t, ctx, at("http", browserAmber, clear, "/")); v.heading == "" || !strings.HasPrefix(v.url, "http://"+browserAmber) {
		t.Errorf("the same host in the clear: the visitor is at %s", v.url)
	}
}

// testBadCertificate: a page says why, and offers no way past.
func (l *browserLab) testBadCertificate(t *testing.T) {
	for _, tt := range []struct {
		host, code string
		opt        labnet.OriginOption
	}{
		{"selfsigned.labnet.example", "certificate-untrusted", labnet.KeyPair(labnet.SelfSigned(t, []string{"selfsigned.labnet.example"}))},
		{"wronghost.labnet.example", "certificate-wrong-host", labnet.KeyPair(l.CA().Issue(t, []string{"other.labnet.example"}, nil))},
	} {
		o := l.Origin([]string{tt.host}, labnet.Handler(), tt.opt)
		for _, lang := range []string{"ja", "en"} {
			t.Run(tt.code+"-"+lang, func(t *testing.T) {
				ctx := l.tab(t, lang)
				v := l.open(t, ctx, at("https", tt.host, o, "/echo"))
				l.shoot(t, ctx, tt.code+"-"+lang)
				if v.response.Status != 502 || v.lang != lang || v.heading == "" || !strings.Contains(v.body, tt.host) {
					t.Errorf("the visitor sees %d %q in %q", v.response.Status, v.heading, v.lang)
				}
				past := browserDo(t, ctx, "look for a way past", chromedp.Evaluate[int](
					fmt.Sprintf(`document.forms.length + document.querySelectorAll("button, script").length + [...document.links].filter(a => a.hostname === %q).length`, tt.host)))
				if past != 0 {
					t.Errorf("the page offers %d ways past: %s", past, v.body)
				}
			})
		}
		if o.Requests() != 0 {
			t.Errorf("%s saw %d requests", tt.host, o.Requests())
		}
	}
}

// testStatus: this browser's own page.
func (l *browserLab) testStatus(t *testing.T) {
	for _, lang := range []string{"ja", "en"} {
		ctx := l.tab(t, lang)
		v := l.open(t, ctx, "https://sekisho.internal/")
		l.shoot(t, ctx, "status-"+lang)
		if v.response.Status != 200 || v.lang != lang || v.heading == "" || !strings.Contains(v.body, "127.0.0.1") {
			t.Errorf("the visitor sees %d %q in %q: %s", v.response.Status, v.heading, v.lang, v.body)
		}
	}
}
