package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestHP24FirstByte is HP-24: what the origin sent arrives while it is still busy.
func TestHP24FirstByte(t *testing.T) {
	t.Parallel()
	l := start(t)
	release := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sse" {
			w.Header().Set("Content-Type", "text/event-stream")
		}
		_, _ = io.WriteString(w, "data: first\n\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-release:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, "data: last\n\n")
	})
	for _, d := range l.doors(h) {
		for _, path := range []string{"/sse", "/poll"} {
			t.Run("HP-24 "+d.name+path, func(t *testing.T) {
				resp, err := d.client.Get(d.base + path)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = resp.Body.Close() }()
				br := bufio.NewReader(resp.Body)
				if line, err := br.ReadString('\n'); line != "data: first\n" || err != nil {
					t.Fatalf("first = %q, %v", line, err)
				}
				release <- struct{}{}
				rest, err := io.ReadAll(br)
				if string(rest) != "\ndata: last\n\n" || err != nil {
					t.Errorf("rest = %q, %v", rest, err)
				}
			})
		}
	}
}

// TestHP24BothWays holds that an answer may begin before the request has ended, as
// gRPC and other streams over HTTP/2 need.
func TestHP24BothWays(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sc := bufio.NewScanner(r.Body)
		for sc.Scan() {
			_, _ = fmt.Fprintf(w, "heard %s\n", sc.Text())
			_ = http.NewResponseController(w).Flush()
		}
	}))
	pr, pw := io.Pipe()
	defer func() { _ = pw.Close() }()
	go func() { _, _ = io.WriteString(pw, "one\n") }()
	resp, err := l.client().Post(https(shop, o, "/"), "text/plain", pr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	br := bufio.NewReader(resp.Body)
	for _, word := range []string{"one", "two", "three"} {
		if word != "one" {
			_, _ = io.WriteString(pw, word+"\n")
		}
		if line, err := br.ReadString('\n'); line != "heard "+word+"\n" || err != nil {
			t.Fatalf("line = %q, %v; want heard %s", line, err, word)
		}
	}
}

// TestHP20Expect is HP-20: a client that waits for 100 gets it before it sends, and
// gets the final answer instead when the origin does not want the body.
func TestHP20Expect(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/no" {
			w.Header().Set("Connection", "close")
			http.Error(w, "not wanted", http.StatusUnauthorized)
			return
		}
		labnet.Handler().ServeHTTP(w, r)
	}), labnet.HTTP1Only())
	head := "POST %s HTTP/1.1\r\nHost: " + authority(shop, o) + "\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
	t.Run("HP-20 wanted", func(t *testing.T) {
		c := l.tunnel(t, authority(shop, o), l.trusting())
		_, _ = fmt.Fprintf(c, head, "/upload")
		br := bufio.NewReader(c)
		resp, err := http.ReadResponse(br, nil)
		if err != nil || resp.StatusCode != http.StatusContinue {
			t.Fatalf("first answer = %v, %v; want 100", resp, err)
		}
		_, _ = io.WriteString(c, "12345")
		resp, err = http.ReadResponse(br, nil)
		if err != nil {
			t.Fatal(err)
		}
		if e := read(t, resp).echo(t); e.Size != 5 {
			t.Errorf("the origin saw %d bytes; want 5", e.Size)
		}
	})
	t.Run("HP-20 not wanted", func(t *testing.T) {
		c := l.tunnel(t, authority(shop, o), l.trusting())
		_, _ = fmt.Fprintf(c, head, "/no")
		br := bufio.NewReader(c)
		resp, err := http.ReadResponse(br, nil)
		if err == nil && resp.StatusCode == http.StatusContinue {
			_, _ = io.WriteString(c, "12345")
			resp, err = http.ReadResponse(br, nil)
		}
		if err != nil || resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("answer = %v, %v; want 401", resp, err)
		}
	})
}

// TestBegunByNothing: a page that streams words first and a sign-in after a pause has sent
// its site nothing, not even its head, when that is held.
func TestBegunByNothing(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	o := l.Origin([]string{shop}, labnet.Handler())
	for name, c := range map[string]*http.Client{"h2": l.client(), "h1": l.client1()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pr, pw := io.Pipe()
			go func() {
				_, _ = io.WriteString(pw, "hello=1&")
				time.Sleep(3 * time.Second) // longer than what a page may pause
				_, _ = io.WriteString(pw, url.Values{"email": {ownID}, "password": {ownPassword}}.Encode())
				_ = pw.Close()
			}()
			a := do(t, c, http.MethodPost, https(shop, o, "/"), withHeader(fetch, "Content-Type", formType), pr)
			if a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Incident") == "" || o.Requests() != 0 {
				t.Errorf("answer = %d, with %d requests at the site; want it held before any", a.StatusCode, o.Requests())
			}
		})
	}
	t.Cleanup(func() {
		for _, e := range l.events(journal.Filter{Host: shop}) {
			if e.Action != journal.ActionHold || e.Sent == nil || *e.Sent {
				t.Errorf("event = %+v; want a hold of what was not sent", e)
			}
		}
	})
}
