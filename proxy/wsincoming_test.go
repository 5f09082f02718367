package proxy_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// tells sends messages to whoever opens a WebSocket, then echoes.
func tells(mode websocket.CompressionMode, kind websocket.MessageType, messages ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ws" {
			serves{contentType: "text/html", pieces: [][]byte{[]byte("<!doctype html><div id=app></div><script src=/app.js></script>")}}.ServeHTTP(w, r)
			return
		}
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: mode, CompressionThreshold: 1})
		if err != nil {
			return
		}
		defer func() { _ = c.CloseNow() }()
		for _, m := range messages {
			if c.Write(r.Context(), kind, []byte(m)) != nil {
				return
			}
		}
		_, _, _ = c.Read(r.Context()) // until it ends
	})
}

// hears reads n messages and returns how the socket ended before that.
func hears(t *testing.T, ws *websocket.Conn, n int) (heard []string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws.SetReadLimit(16 << 20)
	for range n {
		_, m, err := ws.Read(ctx)
		if err != nil {
			return heard, err
		}
		heard = append(heard, string(m))
	}
	return heard, nil
}

// TestPageFromSocket: a page that comes in a message of the server is not handed
// on, and the site is known for what it is from then on.
func TestPageFromSocket(t *testing.T) {
	t.Parallel()
	page := string(copied(t))
	quoted, _ := json.Marshal(page)
	noise := strings.Repeat(`{"price":1234.5,"name":"lamp"}`, 400)
	modes := map[string]websocket.CompressionMode{"plain": websocket.CompressionDisabled, "deflate": websocket.CompressionContextTakeover}
	for name, mode := range modes {
		for _, tt := range []struct {
			name     string
			kind     websocket.MessageType
			messages []string
		}{
			{"document", websocket.MessageText, []string{"hello", page}},
			{"bytes", websocket.MessageBinary, []string{page}},
			{"socket.io", websocket.MessageText, []string{`0{"sid":"x"}`, "40", `42["page",{"html":` + string(quoted) + `}]`}},
			{"after noise", websocket.MessageText, []string{noise, "<!-- ", "<script>", page}},
		} {
			t.Run(name+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				l := start(t)
				o := l.Origin([]string{shop}, tells(mode, tt.kind, tt.messages...))
				if a := get(t, l.client(), https(shop, o, "/"), navigation); a.StatusCode != http.StatusOK {
					t.Fatalf("the page = %d; want it shown", a.StatusCode)
				}
				ws := dialWS(t, l.client1(), https(shop, o, "/ws"), mode)
				heard, err := hears(t, ws, len(tt.messages))
				if err == nil || strings.Contains(strings.Join(heard, ""), "ap_password") {
					t.Errorf("heard all, %v; want the page held", err)
				}
				if a := get(t, l.client(), https(shop, o, "/"), navigation); a.StatusCode != http.StatusSeeOther {
					t.Errorf("the next page = %d; want the warning", a.StatusCode)
				}
			})
		}
	}
}

// TestTalkFromSocket: what is no copy passes as it came, more of it than is read.
func TestTalkFromSocket(t *testing.T) {
	t.Parallel()
	messages := []string{
		`42["chat","I bought it at Amazon, Amazonの新しいお客様ですか？ it asked"]`, `42["form","<form><input name=email><input type=password name=p></form>"]`, "",
		strings.Repeat("Amazon ", 50_000), strings.Repeat("x", 900_000), "end",
	}
	for name, mode := range map[string]websocket.CompressionMode{"plain": websocket.CompressionDisabled, "deflate": websocket.CompressionNoContextTakeover} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			o := l.Origin([]string{shop}, tells(mode, websocket.MessageText, messages...))
			if a := get(t, l.client(), https(shop, o, "/"), navigation); a.StatusCode != http.StatusOK {
				t.Fatalf("the page = %d; want it shown", a.StatusCode)
			}
			ws := dialWS(t, l.client1(), https(shop, o, "/ws"), mode)
			heard, err := hears(t, ws, len(messages))
			if err != nil || strings.Join(heard, "|") != strings.Join(messages, "|") {
				t.Errorf("heard %d messages, %v; want all as they came", len(heard), err)
			}
			if a := get(t, l.client(), https(shop, o, "/"), navigation); a.StatusCode != http.StatusOK {
				t.Errorf("the next page = %d", a.StatusCode)
			}
		})
	}
}
