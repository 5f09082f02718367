package console

import (
	"fmt"
	"testing"
	"time"

	"sekisho/staff"
)

// TestEndedSessionStaysEnded: a request that is under way while its session ends
// must not store it again.
func TestEndedSessionStaysEnded(t *testing.T) {
	t.Parallel()
	store := newSessions().plain.Store
	if err := store.Commit("id", []byte("x"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := store.Delete("id"); err != nil {
		t.Fatal(err)
	}
	if err := store.Commit("id", []byte("x"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := store.Find("id"); found {
		t.Error("an ended session came back")
	}
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	store := newSessions().plain.Store.(*sessionStore)
	now := time.Now()
	for i := range maxSessions + 10 {
		if err := store.Commit(fmt.Sprint(i), []byte("x"), now.Add(time.Hour+time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if len(store.kept) != maxSessions {
		t.Errorf("%d sessions are kept; want %d", len(store.kept), maxSessions)
	}
	if _, found, _ := store.Find("0"); found {
		t.Error("the one that ends first was kept")
	}
	if _, found, _ := store.Find(fmt.Sprint(maxSessions + 9)); !found {
		t.Error("the newest was not kept")
	}
}

// TestRemovalEndsSessions: whoever is removed, gets another role or another
// password is out or has it at once, within the second in which a file is looked at.
func TestRemovalEndsSessions(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	people := s.options.Staff
	viewer, owner := signedIn(t, s, "viewer"), signedIn(t, s, "owner")
	if err := people.RemoveUser("viewer"); err != nil {
		t.Fatal(err)
	}
	if got := send(t, s, "GET", "/", viewer, ""); got.status != 303 {
		t.Errorf("who was removed: %d", got.status)
	}
	if _, err := people.AddUser("viewer", staff.Viewer, []byte(secret)); err != nil {
		t.Fatal(err)
	}
	if got := send(t, s, "GET", "/", viewer, ""); got.status != 303 {
		t.Errorf("who was removed and added again: %d", got.status)
	}
	if _, err := people.AddUser("owner", staff.Owner, []byte(secret+"2")); err != nil {
		t.Fatal(err)
	}
	if got := send(t, s, "GET", "/", owner, ""); got.status != 303 {
		t.Errorf("after another password: %d", got.status)
	}
}

// TestBackgroundIsNoUse: what a browser fetches by itself, with the cookie, keeps no
// session alive: the PAC, the certificate and the health check.
func TestBackgroundIsNoUse(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/proxy.pac", "/ca.crt", "/healthz"} {
		within(t, func(t *testing.T, s *Server) {
			in := direct(s, "POST", "/sign-in", "", formOf("owner", secret))
			cookie := cookieOf(t, answer{in.Code, in.Header(), ""})
			for range 2 {
				time.Sleep(idleEnd * 2 / 3)
				if w := direct(s, "GET", path, cookie, ""); w.Code != 200 || w.Header().Get("Set-Cookie") != "" {
					t.Errorf("%s: %d, %v", path, w.Code, w.Header())
				}
			}
			if w := direct(s, "GET", "/", cookie, ""); w.Code != 303 {
				t.Errorf("after %s alone, the session is used: %d", path, w.Code)
			}
		})
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *Server) {
		in := direct(s, "POST", "/sign-in", "", formOf("owner", secret))
		cookie := cookieOf(t, answer{in.Code, in.Header(), ""})
		steps := 0
		for end := time.Now().Add(absoluteEnd - time.Minute); time.Now().Before(end.Add(-idleEnd)); steps++ {
			time.Sleep(idleEnd - time.Minute)
			if w := direct(s, "GET", "/", cookie, ""); w.Code != 200 {
				t.Fatalf("in use, after %d visits: %d", steps, w.Code)
			}
		}
		if steps < 10 {
			t.Fatalf("%d visits; the test does not reach the end", steps)
		}
		time.Sleep(idleEnd - time.Minute)
		_ = direct(s, "GET", "/", cookie, "")
		time.Sleep(idleEnd - time.Minute)
		if w := direct(s, "GET", "/", cookie, ""); w.Code != 303 {
			t.Errorf("in use all the time, after the absolute end: %d", w.Code)
		}
		in = direct(s, "POST", "/sign-in", "", formOf("owner", secret))
		cookie = cookieOf(t, answer{in.Code, in.Header(), ""})
		time.Sleep(idleEnd)
		if w := direct(s, "GET", "/", cookie, ""); w.Code != 303 {
			t.Errorf("not in use, after the idle end: %d", w.Code)
		}
	})
}

// TestTailsEndIdle holds that a page which was left open and asks by itself does not
// keep its session alive, nor does the browser that fetches its configuration.
func TestTailsEndIdle(t *testing.T) {
	t.Parallel()
	for _, path := range []string{streamPath + "?after=0", ticksPath, "/proxy.pac", "/healthz"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			within(t, func(t *testing.T, s *Server) {
				in := direct(s, "POST", "/sign-in", "", formOf("owner", secret))
				cookie := cookieOf(t, answer{in.Code, in.Header(), ""})
				for range 3 {
					time.Sleep(idleEnd / 2)
					_ = direct(s, "GET", path, cookie, "") // ends at once: the recorder has no deadlines
				}
				if w := direct(s, "GET", "/", cookie, ""); w.Code != 303 {
					t.Errorf("with a tail alone, after the idle end: %d", w.Code)
				}
			})
		})
	}
}
