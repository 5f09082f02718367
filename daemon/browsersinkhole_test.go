package daemon_test

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/miekg/dns"

	"sekisho/internal/labnet"
)

// resolved is what sekisho's resolver tells of host, for a browser that asks it.
// Chromium cannot be given a resolver at another port than 53, so what it would be
// told is asked first.
func (l *browserLab) resolved(host string) string {
	l.t.Helper()
	r, _, err := new(dns.Client).Exchange(new(dns.Msg).SetQuestion(host+".", dns.TypeA), l.daemon.Running().DNS)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, rr := range r.Answer {
		if a, ok := rr.(*dns.A); ok {
			return a.A.String()
		}
	}
	return "~NOTFOUND"
}

// browseWithoutProxy starts a browser that resolves host, and nothing else, as
// sekisho does at present.
func (l *browserLab) browseWithoutProxy(path, home, host string) {
	l.t.Helper()
	to := l.resolved(host)
	rules := []string{fmt.Sprintf("MAP %s %s", host, to)}
	if to != "~NOTFOUND" {
		running := l.daemon.Running()
		rules = []string{
			fmt.Sprintf("MAP %s:80 %s", host, net.JoinHostPort(to, portOf(running.Sinkhole))),
			fmt.Sprintf("MAP %s:443 %s", host, net.JoinHostPort(to, portOf(running.SinkholeTLS))),
		}
	}
	l.startBrowser(path, home, chromedp.Flag("no-proxy-server", true), chromedp.Flag("host-resolver-rules", strings.Join(rules, ", ")))
}

func portOf(addr string) string {
	return fmt.Sprint(netip.MustParseAddrPort(addr).Port())
}

// TestBrowserSinkhole is a device of the office that has no proxy set. A browser
// on it that does not trust the CA is told that a lookalike does not exist. Once it
// trusts the CA, and sekisho has seen that, it is shown the page under the name
// itself, with a healthy lock. A browser that does not is what ends it.
func TestBrowserSinkhole(t *testing.T) {
	path := chromium(t)
	l := &browserLab{
		Net: labnet.New(t), t: t, downloads: t.TempDir(),
		listen: `{proxy: "", console: "127.0.0.1:0", dns: "127.0.0.1:0", doh: "127.0.0.1:0", sinkhole: "127.0.0.1:0", sinkhole_tls: "127.0.0.1:0"}`,
	}
	l.startDaemon()
	if got := l.resolved(browserLookalike); got != "~NOTFOUND" {
		t.Fatalf("led to %s before anything was shown", got)
	}
	ca, _ := l.daemon.CA()
	home := browserHome(t)
	l.trust(ca.Root())
	l.browseWithoutProxy(path, home, browserLookalike)
	if _, err := chromedp.Run(l.tab(t, "en"), chromedp.NavigateResponse("https://"+browserLookalike+"/")); err == nil || !strings.Contains(err.Error(), "ERR_NAME_NOT_RESOLVED") {
		t.Errorf("the name opens before anything was shown: %v", err)
	}
	// Any page of sekisho's over TLS will do.
	_, _ = chromedp.Run(l.tab(t, "en"), chromedp.NavigateResponse("https://"+l.daemon.Running().DoH+"/dns-query"))
	l.ledThere(t, true)

	home = browserHome(t) // a fresh browser, which asks anew
	l.trust(ca.Root())
	l.browseWithoutProxy(path, home, browserLookalike)
	for _, lang := range []string{"ja", "en"} {
		for _, scheme := range []string{"https", "http"} {
			t.Run(scheme+" "+lang, func(t *testing.T) { l.testSinkholePage(t, scheme, lang) })
		}
	}
	t.Run("appeal", l.testSinkholeAppeal)

	l.browseWithoutProxy(path, browserHome(t), browserLookalike) // and trusts nothing
	if _, err := chromedp.Run(l.tab(t, "en"), chromedp.NavigateResponse("https://"+browserLookalike+"/")); err == nil || !strings.Contains(err.Error(), "ERR_CERT_AUTHORITY_INVALID") {
		t.Errorf("a browser without the CA: %v", err)
	}
	l.ledThere(t, false)
}

// ledThere waits until the resolver leads to the page, or does so no more.
func (l *browserLab) ledThere(t *testing.T, want bool) {
	t.Helper()
	for end := time.Now().Add(browserPatience); (l.resolved(browserLookalike) != "~NOTFOUND") != want; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("led to the page: %t; want %t", !want, want)
		}
	}
}

// testSinkholePage opens the page and looks at it.
func (l *browserLab) testSinkholePage(t *testing.T, scheme, lang string) {
	ctx := l.tab(t, lang)
	v := l.open(t, ctx, scheme+"://"+browserLookalike+"/ap/signin?openid=1")
	if v.response.Status != 403 || v.lang != lang || !strings.HasPrefix(v.url, scheme+"://"+browserLookalike+"/") {
		t.Errorf("status %d in %q at %s; want the page, 403, in %s", v.response.Status, v.lang, v.url, lang)
	}
	if scheme == "https" && (v.response.SecurityState != "secure" || v.response.Protocol != "h2") {
		t.Errorf("the connection is %s over %s; want secure over h2", v.response.SecurityState, v.response.Protocol)
	}
	if !strings.Contains(v.body, browserLookalike) {
		t.Errorf("the page does not name the site: %s", v.body)
	}
	l.shoot(t, ctx, "sinkhole-"+scheme+"-"+lang)
	if events := l.blocks(t, browserLookalike); len(events) == 0 {
		t.Error("no event")
	}
}

// testSinkholeAppeal says on the page why it is wrong.
func (l *browserLab) testSinkholeAppeal(t *testing.T) {
	ctx := l.tab(t, "ja")
	l.open(t, ctx, "https://"+browserLookalike+"/")
	statuses := make(chan int64, 16)
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*network.EventResponseReceived); ok && strings.HasSuffix(e.Response.URL, "/appeal") {
			statuses <- e.Response.Status
		}
	}); err != nil {
		t.Fatal(err)
	}
	sent := browserDo(t, ctx, "send the form", chromedp.Evaluate[bool](`(() => {
		document.getElementById('reason').value = '取引先のサイトです';
		document.querySelector('form.appeal').requestSubmit();
		return true;
	})()`))
	if !sent {
		t.Fatal("no form")
	}
	select {
	case got := <-statuses:
		if got != 200 {
			t.Errorf("answer %d; want 200", got)
		}
	case <-time.After(browserPatience):
		t.Fatal("the form was not sent")
	}
	for end := time.Now().Add(browserPatience); ; time.Sleep(20 * time.Millisecond) {
		// Between two documents there is none to ask.
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.querySelector('form') === null && document.querySelector('h1') !== null"))
		if there && err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the answer is not shown: %v", err)
		}
	}
	l.shoot(t, ctx, "sinkhole-appeal")
}
