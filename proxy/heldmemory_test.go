package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestNoRoom: without memory to hold anything, what goes to a site with signs of
// Amazon is refused, and what goes elsewhere is judged as it passes.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	for i := range 5 {
		l := prepare(t)
		l.bounds = proxy.Bounds{Held: 1}
		l.serve()
		l.protect()
		d := l.doors(labnet.Handler())[i]
		t.Run(d.name, func(t *testing.T) {
			if e := do(t, d.client, http.MethodPost, d.base+"/echo", fetch, strings.NewReader(strings.Repeat("nothing ", 50_000))).echo(t); e.Size != 400_000 {
				t.Errorf("%d bytes arrived; want all", e.Size)
			}
			form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
			header := withHeader(fetch, "Content-Type", "application/x-www-form-urlencoded")
			l.checkHeld(t, do(t, d.client, http.MethodPost, d.base+"/echo", header, strings.NewReader(form)), fetch)
			bad := l.Origin([]string{amber(t)}, labnet.Handler())
			d := l.warned(t, d.client, https(amber(t), bad, "/"))
			d.decide(t, l.client(), fromOwnPage)
			base := https(amber(t), bad, "")
			if a := get(t, l.client(), base+"/", navigation); a.StatusCode != http.StatusOK {
				t.Fatalf("the site = %d after the click", a.StatusCode)
			}
			if a := do(t, l.client(), http.MethodPost, base+"/echo", fetch, strings.NewReader("anything")); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Sekisho-Error") == "" {
				t.Errorf("to a suspicious site = %d; want 503 with its reason", a.StatusCode)
			}
		})
	}
}

// TestHeldMemoryReturns: whatever becomes of requests and documents, the memory
// that was counted for them is given back.
func TestHeldMemoryReturns(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ws":
			labnet.ServeWS(w, r)
		case "/copy":
			serves{contentType: "text/html", pieces: [][]byte{copied(t)}}.ServeHTTP(w, r)
		case "/early":
			w.Header().Set("Connection", "close")
			http.Error(w, "not wanted", http.StatusRequestEntityTooLarge)
		case "/cut":
			serves{contentType: "text/html", pieces: [][]byte{article, article}}.ServeHTTP(w, r)
			panic(http.ErrAbortHandler)
		default:
			labnet.Handler().ServeHTTP(w, r)
		}
	})
	for i, d := range l.doors(h) {
		do(t, d.client, http.MethodPost, d.base+"/echo", fetch, strings.NewReader(strings.Repeat("nothing ", 50_000)))
		for _, path := range []string{"/", "/copy", "/early", "/cut"} {
			for _, body := range []string{"", strings.Repeat("x", 3<<20)} {
				method := http.MethodGet
				if body != "" {
					method = http.MethodPost
				}
				req, err := http.NewRequestWithContext(t.Context(), method, d.base+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				if resp, err := d.client.Do(req); err == nil {
					_ = resp.Body.Close() // unread
				}
			}
		}
		if i >= 2 {
			o := l.Origin([]string{"socket.example"}, h)
			ws := dialWS(t, d.client, https("socket.example", o, "/ws"), websocket.CompressionDisabled)
			w, err := ws.Writer(t.Context(), websocket.MessageText)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write([]byte(strings.Repeat("half a message ", 1000)))
			_ = ws.CloseNow()
		}
	}
	wait(t, "the memory to come back", func() bool { return l.proxy.HeldBytes() == 0 })
}
