package proxy_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

const internalOrigin = "https://sekisho.internal/"

// blockedKinds are the kinds of requests to a blocked site, and their answers.
var blockedKinds = []struct {
	name, method string
	header       map[string]string
	body         string
	status       int
	content      string // prefix of Content-Type
}{
	{"navigation", "GET", navigation, "", http.StatusSeeOther, ""},
	{"form post", "POST", navigation, "email=a%40b.example&password=secret-of-mine", http.StatusSeeOther, ""},
	{"frame", "GET", frame, "", http.StatusForbidden, "text/html"},
	{"fetch", "GET", fetch, "", http.StatusForbidden, "application/problem+json"},
	{"fetch post", "POST", fetch, `{"password":"secret-of-mine"}`, http.StatusForbidden, "application/problem+json"},
	{"image", "GET", image, "", http.StatusForbidden, "application/problem+json"},
	{"preflight", "OPTIONS", map[string]string{
		"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Origin": "https://shop.labnet.example",
		"Access-Control-Request-Method": "POST",
	}, "", http.StatusForbidden, "application/problem+json"},
	{"websocket", "GET", map[string]string{
		"Sec-Fetch-Mode": "websocket", "Sec-Fetch-Dest": "empty", "Connection": "Upgrade", "Upgrade": "websocket",
		"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	}, "", http.StatusForbidden, "application/problem+json"},
}

func TestBlocked(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Policy = policy("block", "listed.labnet.example") })
	for _, host := range []string{lookalike, typo, "listed.labnet.example", "below.listed.labnet.example"} {
		secure := l.Origin([]string{host}, labnet.Handler())
		clear := l.Origin([]string{host}, labnet.Handler(), labnet.Plain())
		for _, door := range []struct {
			name   string
			client *http.Client
			url    string
		}{
			{"https h2", l.client(), https(host, secure, "/signin?token=secret-of-mine")},
			{"https h1", l.client1(), https(host, secure, "/signin?token=secret-of-mine")},
			{"http", l.client(), plain(host, clear, "/signin?token=secret-of-mine")},
			{"default port", l.client(), "https://" + host + "/"},
			{"default plain port", l.client(), "http://" + host + "/"},
		} {
			for _, kind := range blockedKinds {
				if kind.name == "websocket" && strings.HasSuffix(door.name, "h2") {
					continue // a browser opens an HTTP/1.1 connection for it
				}
				t.Run(strings.Join([]string{host, door.name, kind.name}, "/"), func(t *testing.T) {
					var body io.Reader
					if kind.body != "" {
						body = strings.NewReader(kind.body)
					}
					a := do(t, door.client, kind.method, door.url, kind.header, body)
					l.checkBlocked(t, a, host, kind.status, kind.content)
				})
			}
		}
		for _, o := range []*labnet.Origin{secure, clear} {
			if n := o.Connections(); n != 0 {
				t.Errorf("%s: the origin accepted %d connections; want 0", host, n)
			}
		}
		if n := l.Asked(host); n != 0 {
			t.Errorf("%s: %d DNS questions went out; want 0", host, n)
		}
	}
}

// checkBlocked checks one answer about a blocked host, and its event.
func (l *lab) checkBlocked(t *testing.T, a answer, host string, status int, content string) {
	t.Helper()
	incident := a.Header.Get("Sekisho-Incident")
	if a.StatusCode != status || incident == "" || !strings.HasPrefix(a.Header.Get("Content-Type"), content) {
		t.Fatalf("answer = %d %v; want %d %s with an incident", a.StatusCode, a.Header, status, content)
	}
	if got := a.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("Cache-Control = %q; want no-store", got)
	}
	if loc := a.Header.Get("Location"); (status == http.StatusSeeOther) != strings.HasPrefix(loc, internalOrigin) {
		t.Errorf("Location = %q with status %d", loc, status)
	}
	if strings.Contains(fmt.Sprint(a.Header)+a.body, "secret-of-mine") {
		t.Errorf("the answer repeats the request: %v %q", a.Header, a.body)
	}
	if content == "application/problem+json" {
		var p struct {
			Type, Title string
			Status      int
		}
		if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != status || p.Title == "" {
			t.Errorf("problem = %+v, %v in %q; want its status and a title", p, err, a.body)
		}
	}
	events := l.events(journal.Filter{Incident: incident})
	if len(events) == 0 {
		t.Fatalf("no event of incident %s is in the journal when the answer is there", incident)
	}
	e := events[len(events)-1]
	if e.Door != journal.DoorProxy || e.Action != journal.ActionBlock || e.Severity != journal.SeverityRed || e.Host != host ||
		e.Sent == nil || *e.Sent || e.Client != "127.0.0.1" || e.Ground == "" {
		t.Errorf("event = %+v; want a red block of %s by the proxy, nothing sent", e, host)
	}
}

// TestWarningPage follows the redirect to sekisho's own origin.
func TestWarningPage(t *testing.T) {
	t.Parallel()
	l := start(t)
	c := l.client()
	for _, tt := range []struct{ lang, want string }{
		{"ja,en;q=0.8", `lang="ja"`},
		{"en-GB,en;q=0.9", `lang="en"`},
	} {
		header := withHeader(navigation, "Accept-Language", tt.lang)
		first := get(t, c, "https://"+lookalike+"/path-of-mine?q=query-of-mine", header)
		a := get(t, c, first.Header.Get("Location"), header)
		if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusForbidden {
			t.Fatalf("page = %d; want 200 or 403", a.StatusCode)
		}
		for _, want := range []string{tt.want, lookalike, "https://sellercentral.amazon.co.jp/", "<h1"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: the page lacks %q", tt.lang, want)
			}
		}
		for _, no := range []string{"path-of-mine", "query-of-mine", "<script"} {
			if strings.Contains(a.body, no) {
				t.Errorf("%s: the page holds %q", tt.lang, no)
			}
		}
		wantHeaders(t, a)
		if !l.ours(a.TLS.PeerCertificates) {
			t.Error("sekisho.internal is not served with sekisho's certificate")
		}
	}
}

// wantHeaders checks the headers that keep a page of sekisho's to itself.
func wantHeaders(t *testing.T, a answer) {
	t.Helper()
	for key, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "no-referrer", "Content-Security-Policy": "default-src 'none'",
	} {
		if got := a.Header.Get(key); !strings.Contains(got, want) {
			t.Errorf("%s = %q; want %q", key, got, want)
		}
	}
}

// TestWarningPageStranger holds that a made-up or foreign incident shows nothing.
func TestWarningPageStranger(t *testing.T) {
	t.Parallel()
	l := start(t)
	first := get(t, l.client(), "https://"+lookalike+"/", navigation)
	loc, err := url.Parse(first.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	id := first.Header.Get("Sekisho-Incident")
	for _, path := range []string{
		strings.Replace(loc.RequestURI(), id, strings.Repeat("A", len(id)), 1),
		strings.Replace(loc.RequestURI(), id, "..%2f..%2fetc", 1),
		strings.Replace(loc.RequestURI(), id, "%3Cscript%3E", 1),
		strings.Replace(loc.RequestURI(), id, strings.Repeat("x", 4000), 1),
	} {
		a := get(t, l.client(), strings.TrimSuffix(internalOrigin, "/")+path, navigation)
		if a.StatusCode != http.StatusNotFound || strings.Contains(a.body, lookalike) || strings.Contains(a.body, "<script>") {
			t.Errorf("%.60s = %d, %.100q; want 404 that names nothing", path, a.StatusCode, a.body)
		}
	}
}

func withHeader(base map[string]string, pairs ...string) map[string]string {
	out := make(map[string]string, len(base)+len(pairs)/2)
	for k, v := range base {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

func TestObserve(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Observe = true })
	o := l.Origin([]string{lookalike}, labnet.Handler())
	clear := l.Origin([]string{lookalike}, labnet.Handler(), labnet.Plain())
	for i, u := range []string{https(lookalike, o, "/echo"), plain(lookalike, clear, "/echo")} {
		a := get(t, l.client(), u, navigation)
		if a.StatusCode != http.StatusOK || a.echo(t).Host == "" || a.Header.Get("Sekisho-Incident") != "" {
			t.Fatalf("%s = %d; want the origin's answer", u, a.StatusCode)
		}
		events := l.events(journal.Filter{Host: lookalike})
		if len(events) != i+1 {
			t.Fatalf("%d events; want %d", len(events), i+1)
		}
		if e := events[i]; e.Action != journal.ActionBlock || e.Sent == nil || !*e.Sent {
			t.Errorf("event = %+v; want a block with sent true", e)
		}
	}
}

// TestAllowlistOpens holds that the owner's word opens what looks alike.
func TestAllowlistOpens(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Policy = policy("allow", lookalike) })
	o := l.Origin([]string{lookalike}, labnet.Handler())
	if a := get(t, l.client(), https(lookalike, o, "/echo"), navigation); a.StatusCode != http.StatusOK {
		t.Errorf("answer = %d; want 200", a.StatusCode)
	}
}
