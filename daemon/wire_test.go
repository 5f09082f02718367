package daemon_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"sekisho/certs"
	"sekisho/internal/labnet"
)

// wireGet asks for url through the daemon's proxy as a browser that trusts the
// CA would, without following redirects.
func (l *browserLab) wireGet(t *testing.T, u string) (*http.Response, string) {
	t.Helper()
	ca, _ := l.daemon.CA()
	pool := l.Roots()
	pool.AddCert(ca.Root())
	tr := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: l.daemon.Running().Proxy}),
		TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true,
	}
	defer tr.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"} {
		req.Header.Set(k, v)
	}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatalf("GET %s: %v", u, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("GET %s: %v", u, err)
	}
	return resp, string(body)
}

// TestNames: what the resolver finds out about a name decides what the proxy
// answers.
func TestNames(t *testing.T) {
	l := &browserLab{Net: labnet.New(t), t: t}
	l.startDaemon()
	o := l.Origin([]string{browserShop, browserLookalike}, labnet.Handler())
	clear := l.Origin([]string{browserShop}, labnet.Handler(), labnet.Plain())
	l.Answer("alias.labnet.example", labnet.Reply{CNAME: browserLookalike})
	l.Answer("far.labnet.example", labnet.Reply{CNAME: "alias.labnet.example"})
	l.Answer("harmless.labnet.example", labnet.Reply{CNAME: browserShop})
	l.Answer("broken.labnet.example", labnet.Reply{Rcode: labnet.ServerFailure})
	l.Answer("private.labnet.example", labnet.Reply{Addrs: []netip.Addr{netip.MustParseAddr("10.1.2.3")}})
	for _, tt := range []struct {
		host, code string // Sekisho-Error; "incident" for a blocked one
		status     int
	}{
		{browserShop, "", 200},
		{browserLookalike, "incident", 303},
		{"alias.labnet.example", "incident", 303},
		{"far.labnet.example", "incident", 303},
		{"nowhere.labnet.example", "name-not-found", 502},
		{"broken.labnet.example", "name-lookup-failed", 502},
		{"private.labnet.example", "address-refused", 403},
	} {
		for _, base := range []string{at("https", tt.host, o, "/echo"), at("http", tt.host, clear, "/echo")} {
			t.Run(base[:5]+" "+tt.host, func(t *testing.T) {
				if tt.status == http.StatusForbidden && strings.HasPrefix(base, "https") {
					return // said in the answer to CONNECT
				}
				resp, body := l.wireGet(t, base)
				code := resp.Header.Get("Sekisho-Error")
				if resp.Header.Get("Sekisho-Incident") != "" {
					code = "incident"
				}
				if resp.StatusCode != tt.status || code != tt.code {
					t.Errorf("answer = %d %q; want %d %q (%.200s)", resp.StatusCode, code, tt.status, tt.code, body)
				}
			})
		}
	}
	for _, host := range []string{"alias.labnet.example", "far.labnet.example"} {
		events := l.blocks(t, host)
		if len(events) == 0 {
			t.Errorf("%s: no event", host)
		}
		for _, e := range events {
			if e.Severity != "red" || e.Sent == nil || *e.Sent || !strings.Contains(e.Detail, browserLookalike) {
				t.Errorf("event = %+v; want a red block that names %s", e, browserLookalike)
			}
		}
	}
	if got, want := o.Requests()+clear.Requests(), 2; got != want {
		t.Errorf("the origins saw %d requests; want %d", got, want)
	}
	_, body := l.wireGet(t, "https://sekisho.internal/")
	if !strings.Contains(body, "127.0.0.1") {
		t.Errorf("the status page does not name the client: %s", body)
	}
}

// TestOneJudge: a name that the proxy blocks, the resolver blocks.
func TestOneJudge(t *testing.T) {
	l := &browserLab{Net: labnet.New(t), t: t}
	l.startDaemon()
	l.Answer(browserShop, labnet.Reply{})
	l.Answer(browserLookalike, labnet.Reply{})
	for host, want := range map[string]int{browserShop: labnet.NoError, browserLookalike: labnet.NameError} {
		for _, network := range []string{"udp", "tcp"} {
			if got := labnet.Ask(t, network, l.daemon.Running().DNS, host); got != want {
				t.Errorf("%s over %s: response code %d; want %d", host, network, got, want)
			}
		}
	}
	if n := l.Asked(browserLookalike); n != 0 {
		t.Errorf("%d questions about %s went out; want 0", n, browserLookalike)
	}
	resp, _ := l.wireGet(t, fmt.Sprintf("http://%s/", browserLookalike))
	if resp.StatusCode != http.StatusSeeOther {
		t.Errorf("the proxy answers %d; want 303", resp.StatusCode)
	}
}

// TestStatusPage: the status page names what really runs.
func TestStatusPage(t *testing.T) {
	l := &browserLab{Net: labnet.New(t), t: t}
	l.startDaemon()
	resp, body := l.wireGet(t, "https://sekisho.internal/?lang=en")
	body = strings.ReplaceAll(body, "<wbr>", "")
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status = %d", resp.StatusCode)
	}
	ca, _ := l.daemon.CA()
	for _, want := range []string{l.daemon.Running().DNS, certs.Fingerprint(ca.Root()), `lang="en"`} {
		if want == "" || !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
