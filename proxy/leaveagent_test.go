package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// agents are what browsers call themselves.
var agents = []string{
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Vivaldi/7.7.3851.52",
	"Mozilla/5.0 (Linux; Android 15; SM-S921Q) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
	"curl/8.5.0",
}

// TestLeaveOfAnyBrowser: who typed the name of a copied site gets it, and what it loads,
// whatever the browser calls itself; and though the same device gave a protected ID to
// a site of nobody's before, so that values of any name are looked at.
func TestLeaveOfAnyBrowser(t *testing.T) {
	t.Parallel()
	for _, agent := range agents {
		l := start(t)
		l.protect()
		d := l.doors(serves{contentType: "text/html", pieces: [][]byte{copied(t)}})[0]
		other := l.Origin([]string{"steps.example"}, labnet.Handler())
		do(t, d.client, http.MethodPost, https("steps.example", other, "/"), withHeader(navigation, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader("u="+url.QueryEscape(ownID)))
		open := withHeader(navigation, "User-Agent", agent, "Priority", "u=0, i", "Upgrade-Insecure-Requests", "1", "Sec-Fetch-Site", "cross-site")
		w := page(t, d.client, get(t, d.client, d.base+"/", open))
		if a := goOn(t, d.client, w, shop); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: the name typed = %d; want 303", agent, a.StatusCode)
		}
		if a := get(t, d.client, d.base+"/", open); a.StatusCode != http.StatusOK {
			t.Errorf("%s: the page = %d; want the site's", agent, a.StatusCode)
		}
		if a := get(t, d.client, d.base+"/assets/Settings-4NJDC-BR.js?x=Main-7x", withHeader(fetch, "User-Agent", agent)); a.StatusCode != http.StatusOK {
			t.Errorf("%s: what the page loads = %d; want the site's", agent, a.StatusCode)
		}
		if a := posts(t, d, "u="+url.QueryEscape(ownID)+"&k="+url.QueryEscape(ownPassword)); a.StatusCode == http.StatusOK {
			t.Errorf("%s: the protected sign-in passed by the leave for the page", agent)
		}
	}
}
