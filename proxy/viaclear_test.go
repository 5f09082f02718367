package proxy_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sekisho/internal/labnet"
)

// lines are what a server saw.
type lines struct {
	mu   sync.Mutex
	list []string
}

func (l *lines) add(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, s)
}

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.list...)
}

const ownPage = "Set-Cookie: evil=1\r\nLocation: http://evil.example/\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nEVIL"

// TestUpstreamProxyClear: without TLS as well, the proxy's own words are told from
// the site's.
func TestUpstreamProxyClear(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	o := l.Origin([]string{shop, "two.labnet.example"}, labnet.Handler(), labnet.Plain())
	var answer atomic.Value
	answer.Store("HTTP/1.1 200 OK\r\n\r\n")
	office, seen := l.scriptedProxy(func(string) string { return answer.Load().(string) })
	l.through(office.Port(), nil)
	l.serve()
	for range 2 {
		if a := get(t, l.client(), plain(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
			t.Fatalf("answer = %d %q; want 200", a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
	if got := seen.all(); len(got) != 1 || !strings.HasPrefix(got[0], "CONNECT ") {
		t.Errorf("the proxy saw %q; want one CONNECT", got)
	}
	for status, want := range map[string]string{"407 Login": "upstream-proxy-login", "403 No": "upstream-proxy", "302 Found": "upstream-proxy", "502 Bad": "upstream-proxy"} {
		answer.Store("HTTP/1.1 " + status + "\r\n" + ownPage)
		a := get(t, l.client(), plain("two.labnet.example", o, "/echo"), navigation)
		if a.StatusCode != http.StatusBadGateway || a.Header.Get("Sekisho-Error") != want {
			t.Errorf("%s: answer = %d %q; want 502 %q", status, a.StatusCode, a.Header.Get("Sekisho-Error"), want)
		}
		if strings.Contains(a.body, "EVIL") || a.Header.Get("Set-Cookie") != "" || a.Header.Get("Location") != "" {
			t.Errorf("%s: the proxy's page came through: %v", status, a.Header)
		}
	}
}

// TestUpstreamProxyAbsolute: a proxy that opens no tunnel to port 80 gets the
// request itself, whole, and once; and what shows itself as its own is told.
func TestUpstreamProxyAbsolute(t *testing.T) {
	t.Parallel()
	for _, refusal := range []string{"403 Forbidden", "405 Method Not Allowed", "501 Not Implemented"} {
		l := prepare(t)
		o := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
		var answer atomic.Value
		answer.Store("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		office, seen := l.scriptedProxy(func(line string) string {
			if strings.HasPrefix(line, "CONNECT") {
				return "HTTP/1.1 " + refusal + "\r\nContent-Length: 0\r\n\r\n"
			}
			return answer.Load().(string)
		})
		l.through(office.Port(), nil)
		l.serve()
		answer.Store("HTTP/1.1 " + refusal + "\r\n" + ownPage)
		if a := get(t, l.client(), plain(shop, o, "/one"), navigation); a.StatusCode != http.StatusBadGateway || a.Header.Get("Sekisho-Error") != "upstream-proxy" {
			t.Errorf("%s, twice: answer = %d %q; want 502, upstream-proxy", refusal, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
		answer.Store("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		body := strings.Repeat("a", 3<<20) // more than is held, so that it streams
		a := do(t, l.client(), http.MethodPost, plain(shop, o, "/a%2Fb//c?q=%20"), map[string]string{"Content-Type": "text/plain"}, strings.NewReader(body))
		if a.StatusCode != http.StatusOK || a.body != "ok" {
			t.Fatalf("%s: answer = %d %q; want 200", refusal, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
		get(t, l.client(), plain(shop, o, "/two"), nil)
		at := authority(shop, o)
		want := fmt.Sprintf("[CONNECT %[1]s  GET http://%[1]s/one  CONNECT %[1]s  POST http://%[1]s/a%%2Fb//c?q=%%20  GET http://%[1]s/two ]", at)
		if got := fmt.Sprint(seen.all()); got != want {
			t.Errorf("%s: the proxy saw %s; want %s", refusal, got, want)
		}
		for head, want := range map[string]string{
			"407 Login\r\n": "upstream-proxy-login", "503 No\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\n": "upstream-proxy",
			"403 No\r\n": "", "200 OK\r\nX-Squid-Error: x\r\n": "", // the site's, for all that is known
		} {
			answer.Store("HTTP/1.1 " + head + ownPage)
			a := get(t, l.client(), plain(shop, o, "/three"), navigation)
			if got := a.Header.Get("Sekisho-Error"); got != want || (a.body == "EVIL") != (want == "") {
				t.Errorf("%s: answer = %d %q %.20q; want %q", head, a.StatusCode, got, a.body, want)
			}
		}
	}
}

// TestUpstreamProxyPassword: it goes to the proxy and nowhere else.
func TestUpstreamProxyPassword(t *testing.T) {
	t.Parallel()
	const password = "s3cret p@ss:word"
	user := url.UserPassword("staff@office", password)
	coded := base64.StdEncoding.EncodeToString([]byte("staff@office:" + password))
	for _, refuses := range []bool{false, true} {
		for _, absolute := range []bool{false, true} {
			l := prepare(t)
			o := l.Origin([]string{shop}, labnet.Handler())
			clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
			office, seen := l.scriptedProxy(func(line string) string {
				switch {
				case refuses && !strings.HasPrefix(line, "CONNECT"), refuses && !absolute:
					return "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=" + coded + "\r\nContent-Length: 0\r\n\r\n"
				case absolute && strings.HasPrefix(line, "CONNECT"):
					return "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"
				case absolute:
					return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
				}
				return "HTTP/1.1 200 OK\r\n\r\n"
			})
			l.through(office.Port(), user)
			l.serve()
			everything := ""
			for _, u := range []string{https(shop, o, "/echo"), plain(shop, clear, "/echo")} {
				a := get(t, l.client(), u, navigation)
				everything += fmt.Sprint(a.Header) + a.body
				if want := a.Header.Get("Sekisho-Error"); refuses && u[:5] == "http:" && want != "upstream-proxy-login" {
					t.Errorf("%s = %d %q; want upstream-proxy-login", u, a.StatusCode, want)
				}
			}
			for _, line := range seen.all() {
				if !strings.HasSuffix(line, "Basic "+coded) {
					t.Errorf("the proxy saw %q; want the password", line)
				}
			}
			for _, e := range l.logs.All() {
				everything += e.Message + fmt.Sprint(e.ContextMap())
			}
			for _, secret := range []string{coded, password, url.QueryEscape(password), "s3cret", "Proxy-Auth"} {
				if strings.Contains(everything, secret) {
					t.Errorf("refuses %t, absolute %t: %q is in a page, an origin or a log", refuses, absolute, secret)
				}
			}
		}
	}
}
