package console

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestCasesConsole has the cases about web consoles for those who are not signed in.
// What somebody who is may do, access_test.go has.
func TestCasesConsole(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	self := s.Addr().String()
	_, port, _ := net.SplitHostPort(self)
	with := func(header ...string) func(*http.Request) {
		return func(r *http.Request) {
			for i := 0; i < len(header); i += 2 {
				if r.Header.Set(header[i], header[i+1]); header[i] == "Host" {
					r.Host = header[i+1]
				}
			}
		}
	}
	upgrade := []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}
	for _, tt := range []struct {
		id, method, path string
		change           func(*http.Request)
		status           int
	}{
		{"AC-15 another name for this address", "GET", "/api/v1/events", with("Host", "rebind.evil.example:"+port), 403},
		{"AC-15 another name, token", "GET", "/api/v1/events", with("Host", "rebind.evil.example", "Authorization", "Bearer x"), 403},
		{"AC-15 forwarded name", "GET", "/healthz", with("Host", "evil.example", "X-Forwarded-Host", self, "Forwarded", "host="+self), 403},
		{"AC-15 another name, events", "GET", "/api/v1/events/stream", with("Host", "evil.example", "Accept", "text/event-stream"), 403},
		{"AC-17 form of another site", "POST", "/api/v1/check", with("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Content-Type", "application/x-www-form-urlencoded"), 403},
		{"AC-17 JSON as text", "POST", "/api/v1/check", with("Origin", "https://evil.example", "Content-Type", "text/plain"), 403},
		{"AC-17 sign-in from another site", "POST", "/sign-in", with("Origin", "https://evil.example"), 403},
		{"AC-17 sign-in from another site, told", "POST", "/sign-in", with("Sec-Fetch-Site", "cross-site"), 403},
		{"AC-17 sign-out from another site", "POST", "/sign-out", with("Sec-Fetch-Site", "same-site"), 403},
		{"AC-17 no Origin", "POST", "/api/v1/check", nil, 401},
		{"AC-17 cookies", "POST", "/api/v1/check", with("Cookie", "session=x"), 401},
		{"AC-17 set-up files", "POST", "/proxy.pac", with("Origin", "http://"+self), 405},
		{"AC-19 token", "GET", "/api/v1/events", with("Authorization", "Bearer 00000000"), 401},
		{"AC-19 password", "GET", "/api/v1/events", with("Authorization", "Basic YWRtaW46YWRtaW4="), 401},
		{"AC-19 password, right", "GET", "/api/v1/events", func(r *http.Request) { r.SetBasicAuth("owner", secret) }, 401},
		{"AC-19 sign-in", "POST", "/login", nil, 303},
		{"AC-20 WebSocket", "GET", "/api/v1/events", with(upgrade...), 401},
		{"AC-20 WebSocket elsewhere", "GET", "/ws", with(upgrade...), 303},
		{"AC-20 event stream", "GET", "/api/v1/events", with("Accept", "text/event-stream"), 401},
		{"AC-20 live events", "GET", "/events/stream?after=0", with("Accept", "text/event-stream"), 303},
		{"AC-20 live events, token", "GET", "/events/stream?after=0", with("Authorization", "Bearer 00000000"), 303},
		{"AC-20 live events, another name", "GET", "/events/stream?after=0", with("Host", "evil.example"), 403},
		{"AC-26 profiles", "GET", "/debug/pprof/", nil, 303},
		{"AC-26 heap", "GET", "/debug/pprof/heap", nil, 303},
		{"AC-26 variables", "GET", "/debug/vars", nil, 303},
		{"AC-26 requests", "GET", "/debug/requests", nil, 303},
	} {
		t.Run(tt.id, func(t *testing.T) {
			t.Parallel()
			got := ask(t, s, tt.method, tt.path, tt.change)
			if got.status != tt.status || got.header.Get("Set-Cookie") != "" || got.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%d %v; want %d, without a cookie or a word to other sites", got.status, got.header, tt.status)
			}
		})
	}
}

// TestCasesConsoleEcho is AC-18: nothing that a request says comes back, and
// what comes back runs nothing.
func TestCasesConsoleEcho(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const script = "<script>alert(1)</script>"
	for i, path := range []string{"/", "/sign-in?next=/" + script, "/sign-in?lang=" + script, "/first-owner?code=" + script, "/x%3Cscript%3Ealert(1)%3C/script%3E", "/?q=" + script, "/api/" + script, "/healthz?" + script, "/proxy.pac?" + script} {
		t.Run(fmt.Sprintf("AC-18 %d", i), func(t *testing.T) {
			t.Parallel()
			got := ask(t, s, "GET", path, func(r *http.Request) {
				r.Header.Set("User-Agent", script)
				r.Header.Set("Referer", script)
				r.Header.Set("X-Forwarded-For", script)
			})
			csp := got.header.Get("Content-Security-Policy")
			if strings.Contains(got.body, "script>") || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script-src") {
				t.Errorf("%s as %s under %q: %q", path, got.header.Get("Content-Type"), csp, got.body)
			}
		})
	}
}
