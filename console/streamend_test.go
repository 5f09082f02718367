package console

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"sekisho/journal"
)

// TestLiveTailEnds: with the session, and when the console stops; a stream keeps no
// session alive.
func TestLiveTailEnds(t *testing.T) {
	t.Parallel()
	s, err := New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	addr := s.Addr().String()
	cookie, other := signedIn(t, s, "viewer"), signedIn(t, s, "owner")
	ends := func() (last time.Time) {
		store := s.sessions.plain.Store.(*sessionStore)
		store.mu.Lock()
		defer store.mu.Unlock()
		for _, x := range store.kept {
			if x.ends.After(last) {
				last = x.ends
			}
		}
		return last
	}
	before := ends()
	x, y := listen(t, addr, "after=0", cookie), listen(t, addr, "after=0", other)
	<-x.frames // it has begun
	<-y.frames
	if after := ends(); !after.Equal(before) {
		t.Errorf("the session ends at %v; want %v as before", after, before)
	}
	if got := send(t, s, "POST", "/sign-out", cookie, ""); got.status != 303 {
		t.Fatalf("sign-out: %d", got.status)
	}
	if f, ok := x.next(); !ok || f.name != "end" {
		t.Errorf("after signing out: %+v, %v", f, ok)
	}
	if f, ok := x.next(); ok {
		t.Errorf("after its end: %+v", f)
	}
	began := time.Now()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > drainTimeout {
		t.Errorf("the stop took %v: it waited for a stream", took)
	}
	if f, ok := y.next(); ok {
		t.Errorf("after the stop: %+v", f)
	}
}

// TestLiveTailsAreBounded: so many for a session and no more, and leaving makes room.
func TestLiveTailsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	addr := s.Addr().String()
	var first *tail
	for range maxSessionStreams {
		if x := listen(t, addr, "after=0", cookie); x.res.StatusCode != 200 {
			t.Fatal(x.res.Status)
		} else if first == nil {
			first = x
		}
	}
	refused := listen(t, addr, "after=0", cookie)
	if refused.res.StatusCode != 429 || refused.res.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d %v", refused.res.StatusCode, refused.res.Header)
	}
	if x := listen(t, addr, "after=0", signedIn(t, s, "owner")); x.res.StatusCode != 200 {
		t.Errorf("another session: %s", x.res.Status)
	}
	_ = first.res.Body.Close()
	for {
		x := listen(t, addr, "after=0", cookie)
		if x.res.StatusCode == 200 {
			break
		}
		time.Sleep(20 * time.Millisecond)
		if t.Context().Err() != nil {
			t.Fatal("leaving made no room")
		}
	}
	h := newHub(nil, nil)
	h.seen.changed = make(chan struct{})
	h.stop = func() {}
	for i := range maxStreams {
		if _, err := h.join(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.join("one more"); err == nil {
		t.Error("there is no bound for all sessions together")
	}
}

// TestLiveTailOutlastsTimeouts: those of a request do not end a stream.
func TestLiveTailOutlastsTimeouts(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const short = 300 * time.Millisecond
	h := &http.Server{Handler: s.plain.Handler, ReadTimeout: short, WriteTimeout: short, ReadHeaderTimeout: short, ErrorLog: debugLog(s.log)}
	done := make(chan error, 1)
	go func() { done <- h.Serve(l) }()
	t.Cleanup(func() {
		_ = h.Close() // what is under way is cut off
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	x := listen(t, l.Addr().String(), "after=0", cookie)
	<-x.frames
	time.Sleep(3 * short)
	if id := recordHost(t, s, "late.example"); x.rows(1)[0] != id {
		t.Error("another row came")
	}
}

func TestLiveTailParameters(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	for _, query := range []string{"", "after=x", "after=-1", "after=0&severity=pink", "after=0&cursor=x", "after=0&x=y", "after=0&after=1"} {
		if got := send(t, s, "GET", streamPath+"?"+query, cookie, ""); got.status != 400 {
			t.Errorf("%q: %d", query, got.status)
		}
	}
}

// TestPageLeadsToItsStream: the address that the page gives its script begins where
// its list ends and has the filter of the page.
func TestPageLeadsToItsStream(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	cookie := signedIn(t, s, "viewer")
	newest := recordHost(t, s, "x.example")
	for path, want := range map[string]string{
		"/events": streamPath + "?lang=ja", "/events?severity=red&text=a&lang=en": streamPath + "?lang=en&severity=red&text=a",
		"/events?until=2020-01-01": "", "/events?cursor=x": "",
	} {
		got := ""
		for _, n := range find(t, send(t, s, "GET", path, cookie, "", "Accept-Language", "ja").body, "div") {
			if attr(n, "id") == "live" {
				if got = attr(n, "data-stream"); attr(n, "data-after") != fmt.Sprint(newest) {
					t.Errorf("%s: after %s; want %d", path, attr(n, "data-after"), newest)
				}
			}
		}
		if got != want {
			t.Errorf("%s: %q; want %q", path, got, want)
		}
	}
}

// TestStreamMovesOn: events that do not match are not looked at again.
func TestStreamMovesOn(t *testing.T) {
	t.Parallel()
	x := &stream{filter: journal.Filter{Host: "none.example"}, at: 7, told: 7}
	if err := x.rows([]journal.Event{{ID: 8}, {ID: 9}}, 12); err != nil || x.at != 12 || x.told != 7 {
		t.Errorf("at %d, told %d, %v; want 12 and 7", x.at, x.told, err)
	}
}
