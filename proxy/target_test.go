package proxy_test

import (
	"io"
	"net/http"
	"testing"

	"sekisho/internal/labnet"
)

// TestHP15Target is HP-15: the request target goes on byte for byte.
func TestHP15Target(t *testing.T) {
	t.Parallel()
	l := start(t)
	secure := l.Origin([]string{shop}, http.HandlerFunc(serveURI))
	h1 := l.Origin([]string{shop}, http.HandlerFunc(serveURI), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, http.HandlerFunc(serveURI), labnet.Plain())
	for _, target := range []string{
		"/", "//double//slash", "/a%2Fb", "/;p=1;q", "/a/../b/./c", "/%7Etilde", "/~tilde", "/caf%c3%a9", "/%E3%81%82?q=%E3%81%82",
		"/?a;b=c", "/?a=1&a=2&&b", "/?", "/?%zz=%", "/?q=a+b%20c", "/'(quote)*!$", "/[brackets]?[x]=|", "/?u=https://evil.example/%3Fx", "/%00", "/a?b?c",
	} {
		t.Run("HP-15 "+target, func(t *testing.T) {
			for _, o := range []*labnet.Origin{secure, h1} {
				host := authority(shop, o)
				if a := l.raw(t, host, "GET "+target+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); a.body != target {
					t.Errorf("https: the origin saw %q, status %d", a.body, a.StatusCode)
				}
			}
			host := authority(shop, clear)
			if a := l.send(t, "GET http://"+host+target+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); a.body != target {
				t.Errorf("http: the origin saw %q, status %d", a.body, a.StatusCode)
			}
		})
	}
}

// TestHP15Fragment is HP-15: a fragment in a target, which would arrive as another path,
// is refused at each door; HTTP/2 is among TestCasesDowngrade.
func TestHP15Fragment(t *testing.T) {
	t.Parallel()
	l := start(t)
	secure := l.Origin([]string{shop}, http.HandlerFunc(serveURI), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, http.HandlerFunc(serveURI), labnet.Plain())
	for _, target := range []string{"/a#b", "/#", "/?q#b"} {
		for _, method := range []string{"GET", "POST"} {
			ask := func(base, host string) string {
				return method + " " + base + target + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n"
			}
			host, open := authority(shop, secure), authority(shop, clear)
			for door, a := range map[string]answer{
				"tunnel": l.raw(t, host, ask("", host)), "front": l.send(t, ask("http://"+open, open)), "clear tunnel": exchange(t, l.connect(t, open), ask("", open)),
			} {
				if a.StatusCode != http.StatusBadRequest {
					t.Errorf("%s %s, %s = %d %q; want 400", method, target, door, a.StatusCode, a.body)
				}
			}
		}
	}
	if n := secure.Requests() + clear.Requests(); n != 0 {
		t.Errorf("%d requests at the origin; want none", n)
	}
}

func serveURI(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RequestURI) }
