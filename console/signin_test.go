package console

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/console/throttle"
)

func readCloser(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	got := tryToSignIn(t, s, "OWNER", secret, "")
	set := got.header.Get("Set-Cookie")
	for _, want := range []string{"sekisho-console=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("Set-Cookie %q lacks %q", set, want)
		}
	}
	if strings.Contains(set, "Expires") || strings.Contains(set, "Secure") || strings.Contains(set, "Domain") {
		t.Errorf("Set-Cookie %q; want a cookie of this browser session and host, in the clear", set)
	}
	cookie := cookieOf(t, got)
	home := send(t, s, "GET", "/", cookie, "")
	if home.status != 200 || !strings.Contains(home.body, "owner") || !strings.Contains(home.body, `action="/sign-out"`) {
		t.Errorf("home: %d %s", home.status, home.body)
	}
	if got := send(t, s, "GET", "/sign-in?next=/x", cookie, ""); got.status != 303 || got.header.Get("Location") != "/x" {
		t.Errorf("sign-in page when signed in: %d %s", got.status, got.header.Get("Location"))
	}
	if got := send(t, s, "GET", "/nothing", cookie, ""); got.status != 404 {
		t.Errorf("a path that leads nowhere: %d", got.status)
	}
	if got := send(t, s, "GET", "/api/nothing", cookie, ""); got.status != 404 || got.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("an API path that leads nowhere: %d %s", got.status, got.header.Get("Content-Type"))
	}
}

// TestSignInSaysNothing holds that nobody learns which names there are.
func TestSignInSaysNothing(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	var bodies []string
	for _, name := range []string{"owner", "nobody", "viewer"} {
		got := tryToSignIn(t, s, name, "wrong password", "")
		if got.status != 403 || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, Set-Cookie %q", name, got.status, got.header.Get("Set-Cookie"))
		}
		bodies = append(bodies, strings.ReplaceAll(got.body, `value="`+name+`"`, ""))
	}
	if bodies[0] != bodies[1] || bodies[0] != bodies[2] {
		t.Error("the answers for a name that is there and one that is not differ")
	}
	if strings.Contains(bodies[0], "wrong password") {
		t.Error("the password comes back")
	}
}

// TestFixation: an id that somebody planted or knew before is worth nothing after
// the sign-in, whether the console ever issued it or not.
func TestFixation(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	invented := "sekisho-console=" + strings.Repeat("A", 43)
	got := tryToSignIn(t, s, "owner", secret, invented)
	if cookieOf(t, got) == invented {
		t.Error("an invented id was taken")
	}
	if got := send(t, s, "GET", "/", invented, ""); got.status != 303 {
		t.Errorf("an invented id after the sign-in: %d", got.status)
	}
	// The attacker's own session, planted in the victim's browser.
	planted := signedIn(t, s, "viewer")
	victim := cookieOf(t, tryToSignIn(t, s, "owner", secret, planted))
	if victim == planted {
		t.Fatal("the id was not renewed")
	}
	if got := send(t, s, "GET", "/", planted, ""); got.status != 303 {
		t.Errorf("the planted id after the sign-in: %d %s", got.status, got.body)
	}
	if got := send(t, s, "GET", "/", victim, ""); got.status != 200 {
		t.Errorf("the victim: %d", got.status)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	one, two := signedIn(t, s, "owner"), signedIn(t, s, "owner")
	if got := send(t, s, "GET", "/sign-out", one, ""); got.status != 405 {
		t.Errorf("a link to sign-out: %d; want 405", got.status)
	}
	got := send(t, s, "POST", "/sign-out", one, "")
	if got.status != 303 || got.header.Get("Location") != "/sign-in" || !strings.Contains(got.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("sign-out: %d %v", got.status, got.header)
	}
	if got := send(t, s, "GET", "/", one, ""); got.status != 303 {
		t.Errorf("the session afterwards: %d", got.status)
	}
	if got := send(t, s, "GET", "/", two, ""); got.status != 200 {
		t.Errorf("another session of the same person: %d", got.status)
	}
}

// direct asks the handler without a network, so that a test can have a clock of its
// own.
func direct(s *Server, method, path, cookie, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.WithValue(context.Background(), http.LocalAddrContextKey,
		net.Addr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8766})), method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:8766"
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", asForm)
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	s.plain.Handler.ServeHTTP(w, r)
	return w
}

// within runs f with a console that is asked directly, on a clock of its own.
func within(t *testing.T, f func(t *testing.T, s *Server)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := New(options(t))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.listener.Close() }()
		defer s.reader.close()
		f(t, s)
	})
}

func formOf(name, password string) string {
	return url.Values{"name": {name}, "password": {password}}.Encode()
}

func TestThrottling(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *Server) {
		for i := range throttle.FreeTries {
			if w := direct(s, "POST", "/sign-in", "", formOf("owner", "wrong password")); w.Code != 403 {
				t.Fatalf("try %d: %d", i, w.Code)
			}
		}
		// Now the right password has to wait as well, or waiting would tell.
		w := direct(s, "POST", "/sign-in", "", formOf("owner", secret))
		if w.Code != 429 || w.Header().Get("Retry-After") != "2" || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("right password: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		if w := direct(s, "POST", "/sign-in", "", formOf("viewer", secret)); w.Code != 429 {
			t.Errorf("another name from the same address: %d", w.Code)
		}
		time.Sleep(throttle.FirstWait)
		if w := direct(s, "POST", "/sign-in", "", formOf("owner", "wrong password")); w.Code != 403 {
			t.Errorf("after the wait: %d", w.Code)
		}
		time.Sleep(throttle.FirstWait)
		if w := direct(s, "POST", "/sign-in", "", formOf("owner", secret)); w.Code != 429 {
			t.Errorf("the second wait is as short as the first: %d", w.Code)
		}
		time.Sleep(throttle.FirstWait)
		if w := direct(s, "POST", "/sign-in", "", formOf("owner", secret)); w.Code != 303 {
			t.Errorf("after the second wait: %d", w.Code)
		}
		for range throttle.FreeTries {
			if w := direct(s, "POST", "/sign-in", "", formOf("owner", "wrong password")); w.Code != 403 {
				t.Errorf("after a sign-in failures count from the beginning: %d", w.Code)
			}
		}
	})
}

// TestThrottleTogether: tries at the same time do not slip through.
func TestThrottleTogether(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	var all sync.WaitGroup
	codes := make(chan int, 30)
	for range cap(codes) {
		all.Go(func() { codes <- tryToSignIn(t, s, "owner", "wrong password", "").status })
	}
	all.Wait()
	close(codes)
	compared := 0
	for code := range codes {
		if code != 429 {
			compared++
		}
	}
	if compared > throttle.FreeTries {
		t.Errorf("%d passwords were compared; want %d at most", compared, throttle.FreeTries)
	}
}
