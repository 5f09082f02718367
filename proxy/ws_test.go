package proxy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"sekisho/journal"
	"sekisho/proxy"
)

// wsSink takes messages and answers each with its length.
type wsSink struct {
	mode  websocket.CompressionMode
	bytes atomic.Int64
	seen  atomic.Bool // of the sign-in
}

// ServeHTTP implements [http.Handler].
func (s *wsSink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: s.mode, CompressionThreshold: 1})
	if err != nil {
		return
	}
	defer func() { _ = c.CloseNow() }()
	c.SetReadLimit(16 << 20)
	for {
		_, msg, err := c.Read(r.Context())
		if err != nil {
			return
		}
		s.bytes.Add(int64(len(msg)))
		if strings.Contains(string(msg), ownPassword) {
			s.seen.Store(true)
		}
		if c.Write(r.Context(), websocket.MessageText, fmt.Append(nil, len(msg))) != nil {
			return
		}
	}
}

// dialWS opens a WebSocket through the proxy, compressed as mode says.
func dialWS(t *testing.T, c *http.Client, url string, mode websocket.CompressionMode) *websocket.Conn {
	t.Helper()
	ws, resp, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: c.Transport}, CompressionMode: mode, CompressionThreshold: 1,
	})
	if err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
	if agreed := resp.Header.Get("Sec-Websocket-Extensions") != ""; agreed != (mode != websocket.CompressionDisabled) {
		t.Fatalf("compression agreed = %t", agreed)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

// talks sends a message and hears its length.
func talks(t *testing.T, ws *websocket.Conn, kind websocket.MessageType, msg string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := ws.Write(ctx, kind, []byte(msg)); err != nil {
		t.Fatalf("write: %v", err)
	}
	if _, got, err := ws.Read(ctx); err != nil || string(got) != fmt.Sprint(len(msg)) {
		t.Fatalf("heard %q, %v; want the length of the message, %d", got, err, len(msg))
	}
}

// wsMessages carry the protected sign-in.
var wsMessages = []struct {
	name string
	kind websocket.MessageType
	text string
}{
	{"JSON", websocket.MessageText, `{"op":"login","data":{"email":"` + ownID + `","password":"` + ownPassword + `"}}`},
	{"JSON in a binary message", websocket.MessageBinary, `{"email":"` + ownID + `","password":"` + ownPassword + `"}`},
	{"socket.io", websocket.MessageText, `42["signin",{"email":"` + ownID + `","password":"` + ownPassword + `"}]`},
}

// TestHeldMessage: a WebSocket ends before a message with the protected sign-in
// leaves, compressed or not, whole or in fragments.
func TestHeldMessage(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	modes := map[string]websocket.CompressionMode{
		"plain": websocket.CompressionDisabled, "deflate": websocket.CompressionContextTakeover, "deflate, no takeover": websocket.CompressionNoContextTakeover,
	}
	for name, mode := range modes {
		s := &wsSink{mode: mode}
		for _, d := range l.doors(s)[2:] {
			for _, m := range wsMessages {
				for _, fragments := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s %s %s fragments %t", name, d.name, m.name, fragments), func(t *testing.T) {
						ws := dialWS(t, d.client, d.base+"/ws", mode)
						for _, text := range []string{"hello", "", strings.Repeat("hello ", 20_000), "hello again", strings.Repeat("long ", 500_000)} {
							talks(t, ws, m.kind, text)
						}
						before := s.bytes.Load()
						l.sendHeld(t, ws, m.kind, m.text, fragments)
						if got := s.bytes.Load() - before; got != 0 || s.seen.Load() {
							t.Errorf("%d bytes of the message arrived; want none", got)
						}
					})
				}
			}
		}
	}
	for _, e := range l.events(journal.Filter{Host: shop}) {
		if e.Action != journal.ActionHold || e.Severity != journal.SeverityRed || e.Account != ownLabel || e.Sent == nil || *e.Sent {
			t.Fatalf("event = %+v; want a red hold, nothing sent", e)
		}
	}
}

// sendHeld sends a message and checks that the socket ends with 1008.
func (l *lab) sendHeld(t *testing.T, ws *websocket.Conn, kind websocket.MessageType, text string, fragments bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	w, err := ws.Writer(ctx, kind)
	if err != nil {
		t.Fatal(err)
	}
	step := len(text)
	if fragments {
		step = 7
	}
	for i := 0; i < len(text) && err == nil; i += step {
		_, err = w.Write([]byte(text[i:min(i+step, len(text))]))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Logf("write: %v", err) // the end may come early
	}
	_, got, err := ws.Read(ctx)
	if status := websocket.CloseStatus(err); status != websocket.StatusPolicyViolation {
		t.Errorf("heard %q, %v; want the socket closed with 1008", got, err)
	}
}

// TestObservedMessage: a proxy that observes lets the message pass and says so.
func TestObservedMessage(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Observe = true })
	l.protect()
	s := &wsSink{}
	d := l.doors(s)[3]
	ws := dialWS(t, d.client, d.base+"/ws", websocket.CompressionDisabled)
	talks(t, ws, websocket.MessageText, wsMessages[0].text)
	events := l.events(journal.Filter{Host: shop})
	if len(events) != 1 || events[0].Action != journal.ActionHold || events[0].Sent == nil || !*events[0].Sent {
		t.Errorf("events = %+v; want one hold that was sent", events)
	}
}

// TestCutMessage: a sign-in far into a long message ends the socket before it
// leaves.
func TestCutMessage(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	for name, mode := range map[string]websocket.CompressionMode{"plain": websocket.CompressionDisabled, "deflate": websocket.CompressionContextTakeover} {
		t.Run(name, func(t *testing.T) {
			bodies := make(chan []byte, 1)
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: mode, CompressionThreshold: 1})
				if err != nil {
					return
				}
				defer func() { _ = c.CloseNow() }()
				c.SetReadLimit(16 << 20)
				var got bytes.Buffer
				if _, msg, err := c.Reader(r.Context()); err == nil {
					_, _ = io.Copy(&got, msg)
				}
				bodies <- got.Bytes()
			})
			o := l.Origin([]string{shop}, h)
			ws := dialWS(t, l.client1(), https(shop, o, "/ws"), mode)
			noise := make([]byte, 2<<20) // which deflate makes no shorter
			for i := range noise {
				noise[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"[rand.IntN(64)]
			}
			l.sendHeld(t, ws, websocket.MessageText, `{"pad":"`+string(noise)+`","email":"`+ownID+`","password":"`+ownPassword+`","more":"`+string(noise)+`"}`, false)
			if got := <-bodies; bytes.Contains(got, []byte(ownPassword)) || bytes.Contains(got, []byte(ownID)) {
				t.Error("the origin got the sign-in")
			}
		})
	}
}
