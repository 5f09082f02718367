package proxy_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestSharedScript: a copy in a script of a host that lends scripts to everybody
// is held against the page that is nothing without it, and not against the host
// of scripts, nor against a page that merely loads it. Of a shell that hides
// where it is, sign-ins are asked about.
func TestSharedScript(t *testing.T) {
	t.Parallel()
	const cdn = "cdn.lent-scripts.example"
	bundle := "const page=`" + string(copied(t)) + "`;document.body.innerHTML=page"
	load := `<script src="https://` + cdn + `/app.js"></script>`
	words := strings.Repeat("<p>Lamps of brass and paper, made to order in our workshop by the river.</p>", 100)
	for _, tt := range []struct {
		name, page string
		script     map[string]string
		away, asks bool // of the page afterwards, and of a sign-in on it
	}{
		{"shell", "<!doctype html><div id=app></div>" + load, map[string]string{"Referer": "https://" + shop + "/"}, true, true},
		{"shell that hides where it is", `<!doctype html><meta name="referrer" content="no-referrer"><div id=app></div>` + load, nil, false, true},
		{"page of its own", "<!doctype html><title>lamps</title>" + words + load, map[string]string{"Referer": "https://" + shop + "/"}, false, false},
		{"page of its own that hides where it is", "<!doctype html><title>lamps</title>" + words + load, nil, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, version := range []string{"h2", "h1"} {
				l := start(t)
				site := l.Origin([]string{shop}, serves{contentType: "text/html", pieces: [][]byte{[]byte(tt.page)}})
				scripts := l.Origin([]string{cdn}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/app.js" {
						serves{contentType: "text/javascript", pieces: [][]byte{[]byte(bundle)}}.ServeHTTP(w, r)
						return
					}
					labnet.Handler().ServeHTTP(w, r)
				}))
				c := l.client()
				if version == "h1" {
					c = l.client1()
				}
				if a := get(t, c, https(cdn, scripts, "/echo"), navigation); a.StatusCode != http.StatusOK {
					t.Fatalf("%s: the front page of the scripts = %d", version, a.StatusCode)
				}
				if a := get(t, c, https(shop, site, "/"), navigation); a.StatusCode != http.StatusOK {
					t.Fatalf("%s: the page = %d; want it shown", version, a.StatusCode)
				}
				header := withHeader(tt.script, "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script", "Sec-Fetch-Site", "cross-site")
				if resp, err := c.Do(request(t, https(cdn, scripts, "/app.js"), header)); err == nil { // or it is cut
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				}
				want := http.StatusOK
				if tt.away {
					want = http.StatusSeeOther
				}
				if a := get(t, c, https(shop, site, "/"), navigation); a.StatusCode != want {
					t.Errorf("%s: the page afterwards = %d; want %d", version, a.StatusCode, want)
				}
				signIn(t, c, https(shop, site, ""), fetch)
				events := l.events(journal.Filter{Host: shop})
				if got := len(events) > 0 && events[len(events)-1].Technique == "sign-in-copy"; got != tt.asks {
					t.Errorf("%s: the sign-in was stopped for a copy = %t; want %t: %+v", version, got, tt.asks, events)
				}
				if a := get(t, c, https(cdn, scripts, "/echo"), navigation); a.StatusCode != http.StatusOK {
					t.Errorf("%s: the host of scripts = %d; want 200", version, a.StatusCode)
				}
			}
		})
	}
}

// TestShellWithoutEnd: a page that never ends is a shell as soon as it is shown.
func TestShellWithoutEnd(t *testing.T) {
	t.Parallel()
	const cdn = "cdn.lent-scripts.example"
	bundle := "const page=`" + string(copied(t)) + "`;document.body.innerHTML=page"
	for _, version := range []string{"h2", "h1"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			over := make(chan struct{})
			t.Cleanup(func() { close(over) })
			site := l.Origin([]string{shop}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, `<!doctype html><div id=app></div><script src="https://`+cdn+`/app.js"></script>`)
				if r.URL.Path == "/" {
					_ = http.NewResponseController(w).Flush()
					select {
					case <-over:
					case <-r.Context().Done():
					}
				}
			}))
			scripts := l.Origin([]string{cdn}, serves{contentType: "text/javascript", pieces: [][]byte{[]byte(bundle)}})
			c := l.client()
			if version == "h1" {
				c = l.client1()
			}
			page := request(t, https(shop, site, "/"), navigation)
			resp, err := c.Do(page)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			if _, err := io.ReadFull(resp.Body, make([]byte, 15)); err != nil {
				t.Fatal(err)
			}
			script := request(t, https(cdn, scripts, "/app.js"), map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script", "Sec-Fetch-Site": "cross-site", "Referer": "https://" + shop + "/"})
			if resp, err := c.Do(script); err == nil { // or it is cut
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
			if a := get(t, c, https(shop, site, "/again"), navigation); a.StatusCode != http.StatusSeeOther {
				t.Errorf("the page afterwards = %d; want 303", a.StatusCode)
			}
		})
	}
}

// request is a GET with the headers of one kind.
func request(t *testing.T, u string, header map[string]string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	return r
}
