package daemon_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

const (
	browserLookalike = "sellercentral-amazon-login.example"
	browserTypo      = "amozon-seller.example"
	browserAmber     = "myamazon.example" // warned about, not blocked
	browserGenuine   = "sellercentral.amazon.co.jp"
	browserShop      = "shop.labnet.example"
)

// TestBrowser drives a real Chromium through the whole daemon.
func TestBrowser(t *testing.T) {
	l := startBrowserLab(t)
	t.Run("lookalike", l.testLookalike)
	t.Run("resemblance", l.testResemblance)
	t.Run("requests of a page", l.testRequests)
	t.Run("ordinary page", l.testOrdinary)
	t.Run("download", l.testDownload)
	t.Run("genuine", l.testGenuine)
	t.Run("bad certificate", l.testBadCertificate)
	t.Run("status page", l.testStatus)
}

func at(scheme, host string, o *labnet.Origin, path string) string {
	return fmt.Sprintf("%s://%s:%d%s", scheme, host, o.Port(), path)
}

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
				chromedp.Evaluate[bool](`[...document.links].some(a => a.href.startsWith("https://sellercentral.amazon.co.jp/"))`))
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
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("form button"))); err != nil {
		t.Fatalf("go on: %v", err)
	}
	if got := browserDo(t, ctx, "read the address bar", chromedp.Location()); got != site || o.Requests() == 0 {
		t.Errorf("after going on the visitor is at %s; want %s", got, site)
	}
	if v := l.open(t, ctx, at("http", browserAmber, clear, "/")); v.heading == "" || !strings.HasPrefix(v.url, "http://"+browserAmber) {
		t.Errorf("the same host in the clear: the visitor is at %s", v.url)
	}
}

// testRequests: what an ordinary page asks of a lookalike fails, and a frame
// shows a notice.
func (l *browserLab) testRequests(t *testing.T) {
	bad := l.Origin([]string{browserLookalike}, labnet.Handler())
	o := l.Origin([]string{browserShop}, labnet.Handler())
	q := url.Values{
		"title": {"a page that asks"}, "fetch": {at("https", browserLookalike, bad, "/echo")},
		"frame": {at("https", browserLookalike, bad, "/")}, "ws": {at("wss", browserLookalike, bad, "/ws")},
	}
	ctx := l.tab(t, "en")
	statuses := make(chan string, 64)
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*network.EventResponseReceived); ok && strings.Contains(e.Response.URL, browserLookalike) {
			statuses <- fmt.Sprintf("%s %d %s", e.Type, e.Response.Status, e.Response.MimeType)
		}
	}); err != nil {
		t.Fatal(err)
	}
	l.open(t, ctx, at("https", browserShop, o, "/page?"+q.Encode()))
	if got := said(t, ctx, "cors"); got != "cors failed TypeError" {
		t.Errorf("fetch = %q; want it kept from the page", got)
	}
	if got := said(t, ctx, "fetch"); !strings.HasPrefix(got, "fetch ") {
		t.Errorf("no-cors fetch = %q", got)
	}
	if got := said(t, ctx, "ws"); got != "ws failed" {
		t.Errorf("WebSocket = %q; want it refused", got)
	}
	want := map[string]bool{"Fetch 403 application/problem+json": false, "Document 403 text/html": false}
	for end := time.After(browserPatience); ; {
		missing := false
		for _, ok := range want {
			missing = missing || !ok
		}
		if !missing {
			break
		}
		select {
		case s := <-statuses:
			want[s] = true
		case <-end:
			t.Fatalf("answers = %v; want all of them", want)
		}
	}
	l.shoot(t, ctx, "frame")
	if bad.Connections() != 0 {
		t.Errorf("the lookalike accepted %d connections", bad.Connections())
	}
}

// testOrdinary: a page works as it does without sekisho.
func (l *browserLab) testOrdinary(t *testing.T) {
	o := l.Origin([]string{browserShop}, labnet.Handler())
	clear := l.Origin([]string{browserShop}, labnet.Handler(), labnet.Plain())
	for _, tt := range []struct {
		scheme            string
		o                 *labnet.Origin
		secure, proto, ws string
	}{
		{"https", o, "secure true", "proto h2", at("wss", browserShop, o, "/ws")},
		{"http", clear, "secure false", "proto http/1.1", at("ws", browserShop, clear, "/ws")},
	} {
		t.Run(tt.scheme, func(t *testing.T) {
			site := at(tt.scheme, browserShop, tt.o, "")
			q := url.Values{"title": {"an ordinary page"}, "fetch": {site + "/echo"}, "ws": {tt.ws}, "frame": {site + "/"}}
			ctx := l.tab(t, "en")
			v := l.open(t, ctx, site+"/page?"+q.Encode())
			if v.heading != "an ordinary page" || v.response.Status != 200 {
				t.Errorf("the page is %q, status %d", v.heading, v.response.Status)
			}
			for id, want := range map[string]string{
				"secure": tt.secure, "proto": tt.proto, "ws": "ws hello", "cors": "cors 200 application/json", "fetch": "fetch basic 200",
			} {
				if got := said(t, ctx, id); got != want {
					t.Errorf("%s = %q; want %q", id, got, want)
				}
			}
			l.shoot(t, ctx, "ordinary-"+tt.scheme)
		})
	}
}

// testDownload: a file arrives whole.
func (l *browserLab) testDownload(t *testing.T) {
	const size = 24 << 20
	o := l.Origin([]string{browserShop}, labnet.Handler())
	ctx := l.tab(t, "en")
	q := url.Values{"title": {"downloads"}, "download": {fmt.Sprintf("/download?bytes=%d", size)}}
	l.open(t, ctx, at("https", browserShop, o, "/page?"+q.Encode()))
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.ID("download"))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(l.downloads, "pattern.bin")
	for end := time.Now().Add(browserPatience); ; time.Sleep(20 * time.Millisecond) {
		if info, err := os.Stat(file); err == nil && info.Size() == size {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the download has not come")
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	if got := hex.EncodeToString(sum[:]); got != labnet.PatternSum(size) {
		t.Errorf("sum = %s; want the pattern's", got)
	}
}

// testGenuine: the browser sees the origin's own certificate.
func (l *browserLab) testGenuine(t *testing.T) {
	o := l.Origin([]string{browserGenuine}, labnet.Handler())
	other := l.Origin([]string{browserShop}, labnet.Handler())
	for _, tt := range []struct {
		host   string
		o      *labnet.Origin
		issuer string
	}{{browserGenuine, o, "Labnet Root"}, {browserShop, other, "sekisho"}} {
		v := l.open(t, l.tab(t, "en"), at("https", tt.host, tt.o, "/"))
		if v.response.SecurityDetails == nil {
			t.Fatalf("%s: no security details", tt.host)
		}
		if got := v.response.SecurityDetails.Issuer; !strings.Contains(strings.ToLower(got), strings.ToLower(tt.issuer)) {
			t.Errorf("%s: issuer = %q; want %s", tt.host, got, tt.issuer)
		}
	}
	if events := l.blocks(t, browserGenuine); len(events) != 0 {
		t.Errorf("events = %+v; want none", events)
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
