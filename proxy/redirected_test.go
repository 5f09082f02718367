package proxy_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// TestRedirectedByMail: the redirector of a mail is noticed, with a body or without, and counts
// for the host that it leads to.
func TestRedirectedByMail(t *testing.T) {
	t.Parallel()
	const tracker, evil, other = "u60.ct.sendgrid.net", "kuru-tani.example", "bookmark.example"
	byHand := withHeader(navigation, "Sec-Fetch-Site", "none")
	for _, tt := range []struct {
		body, host  string
		secure, old bool
		want        bool
	}{
		{"", evil, true, true, true},
		{"", evil, true, false, true},
		{"", evil, false, true, true},
		{"<a href=x>moved</a>", evil, true, true, true},
		{"<a href=x>moved</a>", evil, true, false, true},
		{"moved", evil, true, true, true},
		{"", other, true, true, false},
		{"<a href=x>moved</a>", other, true, true, false},
		{"<a href=x>moved</a>", other, true, false, false},
	} {
		t.Run(fmt.Sprintf("%+v", tt), func(t *testing.T) {
			t.Parallel()
			l := start(t)
			pages := l.Origin([]string{evil, other}, serves{contentType: "text/html", pieces: [][]byte{copied(t)}})
			redirector := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", https(evil, pages, "/"))
				if tt.body == "moved" {
					w.Header().Set("Content-Type", "text/plain")
				}
				w.WriteHeader(http.StatusFound)
				_, _ = w.Write([]byte(tt.body))
			})
			c := l.client()
			if tt.old {
				c = l.client1()
			}
			url := plain(tracker, l.Origin([]string{tracker}, redirector, labnet.Plain()), "/ls/click")
			if tt.secure {
				url = https(tracker, l.Origin([]string{tracker}, redirector), "/ls/click")
			}
			if a := get(t, c, url, byHand); a.StatusCode != http.StatusFound || a.body != tt.body {
				t.Fatalf("the redirector's answer is %d %q", a.StatusCode, a.body)
			}
			a := get(t, c, https(tt.host, pages, "/"), byHand)
			l.checkReplaced(t, a, "navigation")
			w := get(t, l.client(), a.Header.Get("Location"), withHeader(navigation, "Accept-Language", "en"))
			if got := strings.Contains(w.body, `class="rule mail"`); got != tt.want {
				t.Errorf("that a mail led there is said: %t; want %t", got, tt.want)
			}
		})
	}
}
