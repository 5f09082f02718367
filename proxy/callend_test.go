package proxy_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
	"sekisho/proxy"
)

// TestObservedCall: a proxy that observes lets the message pass and says so.
func TestObservedCall(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Observe = true })
	l.protect()
	s := &keeper{}
	k := l.converse(t, l.client(), https(shop, l.Origin([]string{shop}, s), "/"), grpc("application/grpc"))
	_, _ = k.Write(envelope(t, false, proto(ownID, ownPassword)))
	_ = k.close()
	resp := <-k.resp
	if a := read(t, resp); !strings.Contains(a.body, ownPassword) {
		t.Errorf("answer = %q; want what was sent", a.body)
	}
	events := l.events(journal.Filter{Host: shop})
	if len(events) != 1 || events[0].Action != journal.ActionHold || events[0].Sent == nil || !*events[0].Sent {
		t.Errorf("events = %+v; want one hold that was sent", events)
	}
}

// TestHP24TornCall: what stops being a row of messages goes no further.
func TestHP24TornCall(t *testing.T) {
	t.Parallel()
	l := start(t)
	s := &keeper{}
	k := l.converse(t, l.client(), https(shop, l.Origin([]string{shop}, s), "/"), grpc("application/grpc"))
	good := envelope(t, false, proto("hello"))
	_, _ = k.Write(append(bytes.Clone(good), "{no envelope}"...))
	select {
	case resp := <-k.resp:
		if body, err := io.ReadAll(resp.Body); err == nil && resp.StatusCode != http.StatusBadRequest {
			t.Errorf("answer = %d %q; want 400, or none", resp.StatusCode, body)
		}
	case err := <-k.fail:
		t.Logf("the call ended with %v", err)
	}
	if got := s.all(); strings.Contains(got, "{") {
		t.Errorf("the origin got %q", got)
	}
}

// TestHP24Drip: what is streamed with pauses is judged together each time, and of a page
// none of a password that is not there yet leaves.
func TestHP24Drip(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	l.dossier.Configure("protected", nil)                                         // or half a sign-in would be asked about
	sealed := func(s string) string { return fmt.Sprintf("\xd9%c%s", len(s), s) } // MessagePack
	for _, tt := range []struct {
		name, contentType string
		pieces            []string
		leaves            string // of them, in the end
		held              bool
	}{
		{"JSON", "application/json", []string{`{"email":"` + ownID + `",`, `"password":"` + ownPassword[:5], ownPassword[5:] + `"}`}, "", true},
		{"a form", "application/x-www-form-urlencoded", []string{"email=" + ownID + "&password=Momi", "ji%2B2026%2FTakao"}, "", true},
		{"MessagePack", "application/msgpack", []string{"\x82\xa1a" + sealed(ownID), "\xa1b" + sealed(ownPassword)}, "\x82", true},
		{"under a call's label", "application/grpc", []string{string(envelope(t, false, proto(ownID))), string(envelope(t, false, proto("", ownPassword)))}, "", true},
		{"behind what is no text", "application/octet-stream", []string{strings.Repeat("\x01\x02\x03", 1000), `{"email":"` + ownID + `","password":"` + ownPassword + `"}`}, "\x01", true},
		{"a program's JSON", "application/json", []string{`{"email":"` + ownID + `",`, `"password":"` + ownPassword + `"}`}, "email", true},
		{"nothing", "application/octet-stream", []string{strings.Repeat("\x01\x02\x03", 1000) + "hello ", strings.Repeat("\x01text", 20_000), "the end"}, "the end", false},
		{"nothing, long", "text/plain", []string{"hello ", strings.Repeat("long text ", 200_000), "and ", "the end"}, "and the end", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			host := strings.NewReplacer(" ", "", ",", "", "'", "").Replace(strings.ToLower(tt.name)) + ".labnet.example"
			s := &keeper{}
			o := l.Origin([]string{host}, s)
			kind := fetch
			if strings.Contains(tt.name, "program") {
				kind = nil
			}
			k := l.converse(t, l.client(), https(host, o, "/"), withHeader(kind, "Content-Type", tt.contentType))
			for i, piece := range tt.pieces {
				if i > 0 {
					time.Sleep(2500 * time.Millisecond) // longer than a page's pause is waited for
				}
				if _, err := io.WriteString(k, piece); err != nil {
					break
				}
			}
			_ = k.close()
			select {
			case resp := <-k.resp:
				body, err := io.ReadAll(resp.Body)
				if whole := err == nil && resp.StatusCode == http.StatusOK; whole == tt.held {
					t.Errorf("answer = %d, %d bytes, %v; want held %t", resp.StatusCode, len(body), err, tt.held)
				}
			case err := <-k.fail:
				if !tt.held {
					t.Errorf("the request ended with %v", err)
				}
			}
			got := s.all()
			if strings.Contains(got, ownPassword[:3]) {
				t.Errorf("the origin got %.80q", got)
			}
			if !strings.Contains(got, tt.leaves) || !tt.held && got != strings.Join(tt.pieces, "") {
				t.Errorf("the origin got %d bytes, %.40q; want %.40q among them", len(got), got, tt.leaves)
			}
			if events := l.events(journal.Filter{Host: host}); tt.held != (len(events) == 1) || tt.held && events[0].Account != ownLabel {
				t.Errorf("events = %+v; want a hold %t", events, tt.held)
			}
		})
	}
}
