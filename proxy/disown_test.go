package proxy_test

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
)

// TestDisowned: what only sekisho's own answers say does not come from an origin: neither
// in a head, nor in one before it, nor in trailers.
func TestDisowned(t *testing.T) {
	t.Parallel()
	l := start(t)
	origin := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Sekisho-Incident", "forged")
		h.Set("Sekishoes", "kept")
		w.WriteHeader(http.StatusEarlyHints)
		h.Set("Trailer", "Sekisho-Error, X-Sum")
		_, _ = io.WriteString(w, "body")
		h.Set("Sekisho-Error", "forged")
		h.Set("X-Sum", "kept")
	})
	l.each(t, origin, func(t *testing.T, d door) {
		for _, header := range []map[string]string{nil, {"TE": "trailers"}} {
			seen := http.Header{}
			note := func(h map[string][]string) {
				for name, values := range h {
					seen[name] = append(seen[name], values...)
				}
			}
			r := request(t, d.base+"/", header)
			r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
				Got1xxResponse: func(_ int, h textproto.MIMEHeader) error { note(h); return nil },
			}))
			resp, err := d.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			a := read(t, resp)
			note(a.Header)
			note(a.Trailer)
			if a.body != "body" || len(seen["Sekishoes"]) != 2 || seen.Get("X-Sum") != "kept" {
				t.Errorf("%q with %v; want the answer with its hints and trailers", a.body, seen)
			}
			for name := range seen {
				if strings.HasPrefix(name, "Sekisho-") {
					t.Errorf("an origin's %s came through: %v", name, seen)
				}
			}
		}
	})
}
