package proxy_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"sekisho/guard"
	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestCutUpload: a sign-in behind the first MiB cuts the upload, before it
// leaves; what was before it is gone, and the record says so.
func TestCutUpload(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	bodies := make(chan []byte, 10)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var got bytes.Buffer
		_, _ = io.Copy(&got, r.Body)
		bodies <- got.Bytes()
	})
	form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
	l.each(t, h, func(t *testing.T, d door) {
		for _, chunked := range []bool{false, true} {
			body := io.Reader(strings.NewReader("pad=" + strings.Repeat("x", 3<<20) + "&" + form + "&more=" + strings.Repeat("y", 1<<20)))
			if chunked {
				body = io.MultiReader(body)
			}
			header := withHeader(fetch, "Content-Type", "application/x-www-form-urlencoded")
			a := do(t, d.client, http.MethodPost, d.base+"/", header, body)
			l.checkHeld(t, a, fetch)
			if !strings.Contains(a.body, `"sent":true`) {
				t.Errorf("problem = %s; want it to say that something was sent", a.body)
			}
			if p := <-bodies; bytes.Contains(p, []byte(url.QueryEscape(ownPassword))) || bytes.Contains(p, []byte(url.QueryEscape(ownID))) {
				t.Error("the origin got the sign-in")
			}
		}
	})
	page := get(t, l.client(), internalOrigin+"i/"+l.events(journal.Filter{Host: shop})[0].Incident, withHeader(navigation, "Accept-Language", "en"))
	if page.StatusCode != http.StatusOK || strings.Contains(page.body, "was not sent") || strings.Contains(page.body, "not been sent") {
		t.Errorf("the page, %d, says that nothing was sent", page.StatusCode)
	}
	events := l.events(journal.Filter{Host: shop})
	if len(events) != 10 {
		t.Fatalf("%d events; want one an upload", len(events))
	}
	for _, e := range events {
		if e.Action != journal.ActionHold || e.Severity != journal.SeverityRed || e.Sent == nil || !*e.Sent {
			t.Errorf("event = %+v; want a red hold of which something was sent", e)
		}
	}
}

// TestHP20ExpectHeld: a client that waits for 100 gets it from sekisho, which has to
// read the body before the origin is asked, and gets it once.
func TestHP20ExpectHeld(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	for _, tt := range []struct {
		name, body string
		status     int
	}{
		{"a sign-in", url.Values{"email": {ownID}, "password": {ownPassword}}.Encode(), http.StatusForbidden},
		{"anything else", "nothing=here", http.StatusOK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := o.Requests()
			c := l.tunnel(t, authority(shop, o), l.trusting())
			_, _ = fmt.Fprintf(c, "POST /echo HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
				authority(shop, o), len(tt.body))
			br := bufio.NewReader(c)
			resp, err := http.ReadResponse(br, nil)
			if err != nil || resp.StatusCode != http.StatusContinue || o.Requests() != before {
				t.Fatalf("first answer = %v, %v, and the origin was asked %d times; want 100 before it is", resp, err, o.Requests()-before)
			}
			_, _ = io.WriteString(c, tt.body)
			if resp, err = http.ReadResponse(br, nil); err != nil || resp.StatusCode != tt.status {
				t.Fatalf("answer = %v, %v; want %d", resp, err, tt.status)
			}
			a := read(t, resp)
			if tt.status != http.StatusOK {
				if o.Requests() != before {
					t.Error("the origin was asked")
				}
				return
			}
			if e := a.echo(t); e.Size != int64(len(tt.body)) || e.Header.Get("Expect") != "" {
				t.Errorf("the origin got %d bytes, Expect %q", e.Size, e.Header.Get("Expect"))
			}
		})
	}
}

// TestSlowUpload: a body that comes a byte at a time is judged like any other.
func TestSlowUpload(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	s := new(sink)
	form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
	l.each(t, s, func(t *testing.T, d door) {
		header := withHeader(fetch, "Content-Type", "application/x-www-form-urlencoded")
		l.checkHeld(t, do(t, d.client, http.MethodPost, d.base+"/", header, iotest.OneByteReader(strings.NewReader(form))), fetch)
	})
	if n := s.requests.Load(); n != 0 {
		t.Errorf("the sink got %d requests; want none", n)
	}
}

// TestConversation: a request of which each half waits for the other gets
// through, because what is there of a body of unknown length is judged when no
// more comes.
func TestConversation(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		br := bufio.NewReader(r.Body)
		for {
			line, err := br.ReadString('\n')
			if err != nil {
				return
			}
			_, _ = io.WriteString(w, "heard "+line)
			_ = http.NewResponseController(w).Flush()
		}
	}))
	r, w := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, https(shop, o, "/"), r)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(w, "one\n") }()
	resp, err := l.client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	br := bufio.NewReader(resp.Body)
	for _, word := range []string{"one", "two", "three"} {
		if word != "one" {
			_, _ = io.WriteString(w, word+"\n")
		}
		if line, err := br.ReadString('\n'); err != nil || line != "heard "+word+"\n" {
			t.Fatalf("heard %q, %v; want %s", line, err, word)
		}
	}
	_ = w.Close()
}

// TestLongUploadUnasked: a file of some size may hold anything, so behind the
// first MiB only what is certain cuts it.
func TestLongUploadUnasked(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	l.each(t, labnet.Handler(), func(t *testing.T, d door) {
		code := "user=somebody&password=example-of-one&"
		for contentType, body := range map[string]string{
			"application/octet-stream": strings.Repeat("x", guard.MaxBody) + strings.Repeat("&"+code+strings.Repeat("y", 5000), 200),
			formType:                   "pad=" + strings.Repeat("x", guard.MaxBody) + "&email=somebody%40else.example&password=a+password+of+theirs",
		} {
			a := do(t, d.client, http.MethodPut, d.base+"/upload", withHeader(fetch, "Content-Type", contentType), strings.NewReader(body))
			if e := a.echo(t); e.Size != int64(len(body)) {
				t.Errorf("%s: the origin saw %d bytes; want %d", contentType, e.Size, len(body))
			}
		}
	})
	if n := len(l.events(journal.Filter{Host: shop})); n != 0 {
		t.Errorf("%d events; want none", n)
	}
}
