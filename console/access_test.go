package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sekisho/staff"
)

// send makes a request as a page of the console's own would, with the cookies of
// the client of a session.
func send(t testing.TB, s *Server, method, path, cookie, body string, header ...string) answer {
	t.Helper()
	return ask(t, s, method, path, func(r *http.Request) {
		if body != "" {
			r.Body, r.ContentLength = readCloser(body), int64(len(body))
		}
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
	})
}

const asForm = "application/x-www-form-urlencoded"

// tryToSignIn posts the form of the sign-in page.
func tryToSignIn(t testing.TB, s *Server, name, password, cookie string) answer {
	t.Helper()
	form := url.Values{"name": {name}, "password": {password}, "next": {"/"}}
	return send(t, s, "POST", "/sign-in", cookie, form.Encode(), "Content-Type", asForm)
}

// signedIn returns the cookie of somebody who signed in.
func signedIn(t testing.TB, s *Server, name string) string {
	t.Helper()
	got := tryToSignIn(t, s, name, secret, "")
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/" {
		t.Fatalf("sign-in of %q: %d %s", name, got.status, got.body)
	}
	return cookieOf(t, got)
}

// cookieOf returns the session cookie that an answer sets.
func cookieOf(t testing.TB, got answer) string {
	t.Helper()
	res := http.Response{Header: got.header}
	for _, c := range res.Cookies() {
		if strings.HasSuffix(c.Name, "sekisho-console") {
			return c.Name + "=" + c.Value
		}
	}
	t.Fatalf("no session cookie in %v", got.header)
	return ""
}

// TestEveryRouteWithEveryRole tries everything in the table as everybody: without
// credentials, with wrong ones, with the cookie and with the token of each role.
func TestEveryRouteWithEveryRole(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	type caller struct {
		name   string
		role   staff.Role
		header []string
		cookie bool
	}
	callers := []caller{
		{name: "nobody"},
		{name: "wrong token", header: []string{"Authorization", "Bearer sekisho_" + strings.Repeat("A", 43)}},
		{name: "wrong cookie", header: []string{"Cookie", "sekisho-console=AAAA"}},
	}
	for _, r := range []staff.Role{staff.Viewer, staff.Reviewer, staff.Owner} {
		token, err := s.options.Staff.AddToken(r.String(), r, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		callers = append(callers,
			caller{r.String() + " by token", r, []string{"Authorization", "Bearer " + token}, false},
			caller{r.String() + " by cookie", r, []string{"Cookie", signedIn(t, s, r.String())}, true})
	}
	for _, route := range routes {
		if route.path == "/sign-out" {
			continue // ends the session; TestSignOut
		}
		for _, c := range callers {
			t.Run(fmt.Sprintf("%s %s/%s", route.method, route.path, c.name), func(t *testing.T) {
				t.Parallel()
				path := strings.NewReplacer("{$}", "", "{id}", "0000", ticksPath, ticksPath+"?endless=no").Replace(route.path)
				got := send(t, s, route.method, path, "", "", c.header...)
				// A token is for the API alone.
				allowed := c.role >= route.need && (isAPI(path) || c.cookie || route.need == staff.None && c.header == nil)
				if route.need == staff.None && (c.cookie || c.name == "wrong cookie" || isSetUp(path)) {
					allowed = true
				}
				refused := got.status == http.StatusUnauthorized || got.status == http.StatusForbidden ||
					got.status == http.StatusSeeOther && strings.HasPrefix(got.header.Get("Location"), "/sign-in")
				if strings.HasPrefix(route.path, "/sign-in") && allowed {
					refused = false // they refuse an empty name and password, or who gave none, by themselves
				}
				if refused == allowed {
					t.Errorf("%d %s %s; allowed: %v", got.status, got.header.Get("Location"), got.body, allowed)
				}
				if !allowed && isAPI(path) {
					want := http.StatusUnauthorized
					if c.role > staff.None {
						want = http.StatusForbidden
					}
					if got.status != want || got.header.Get("Content-Type") != "application/problem+json" {
						t.Errorf("%d %s; want %d as a problem", got.status, got.header.Get("Content-Type"), want)
					}
				}
			})
		}
	}
}

// TestCookieAloneChangesNothing is AC-17 for somebody who is signed in: a request
// with the cookie that another site had the browser send, or that does not say from
// where it comes, has no effect.
func TestCookieAloneChangesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "owner")
	self := "http://" + s.Addr().String()
	for _, tt := range []struct {
		name   string
		header []string
		status int
	}{
		{"cross-site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"same-site, another port", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"Origin of another site", []string{"Origin", "https://evil.example"}, 403},
		{"Origin of another port", []string{"Origin", "http://127.0.0.1:1"}, 403},
		{"Origin null", []string{"Origin", "null"}, 403},
		{"says nothing", nil, 403},
		{"own Origin", []string{"Origin", self}, 200},
		{"own Sec-Fetch-Site", []string{"Sec-Fetch-Site", "same-origin", "Origin", self}, 200},
	} {
		for _, contentType := range []string{"application/json", "text/plain", asForm, ""} {
			t.Run(tt.name+" "+contentType, func(t *testing.T) {
				t.Parallel()
				got := ask(t, s, "POST", "/api/v1/check", func(r *http.Request) {
					body := `{"names":["example.com"]}`
					r.Body, r.ContentLength = readCloser(body), int64(len(body))
					r.Header.Set("Cookie", cookie)
					if contentType != "" {
						r.Header.Set("Content-Type", contentType)
					}
					for i := 0; i < len(tt.header); i += 2 {
						r.Header.Set(tt.header[i], tt.header[i+1])
					}
				})
				want := tt.status
				if want == 200 && contentType != "application/json" {
					want = 415
				}
				if got.status != want {
					t.Errorf("%d %s; want %d", got.status, got.body, want)
				}
			})
		}
	}
	if got := send(t, s, "GET", "/", cookie, ""); got.status != 200 {
		t.Errorf("the session afterwards: %d", got.status)
	}
}

// TestRebindingWithSession is AC-15 for somebody who is signed in.
func TestRebindingWithSession(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "owner")
	token, err := s.options.Staff.AddToken("bot", staff.Owner, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/api/v1/events", "/sign-in", "/api/v1/openapi.json"} {
		got := ask(t, s, "GET", path, func(r *http.Request) {
			r.Host = "rebind.evil.example"
			r.Header.Set("Cookie", cookie)
			r.Header.Set("Authorization", "Bearer "+token)
		})
		if got.status != 403 || strings.Contains(got.body, "events") {
			t.Errorf("%s under a foreign name: %d %s", path, got.status, got.body)
		}
	}
}
