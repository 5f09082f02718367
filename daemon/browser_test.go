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
	t.Run("copied page", l.testCopiedPage)
	t.Run("late copy", l.testLateCopy)
	t.Run("typed password", l.testTypedPassword)
	t.Run("drill", l.testDrill)
	t.Run("red name", l.testRedName)
	t.Run("bad certificate", l.testBadCertificate)
	t.Run("status page", l.testStatus)
}

func at(scheme, host string, o *labnet.Origin, path string) string {
	return fmt.Sprintf("%s://%s:%d%s", scheme, host, o.Port(), path)
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
