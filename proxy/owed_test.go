package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/guard"
	"sekisho/internal/labnet"
	"sekisho/journal"
)

const formType = "application/x-www-form-urlencoded"

// TestOwedToPage: a script's request that was held is shown by the next page that the tab
// opens, of the site that was sent to and of the one that sent; a person who saw the
// warning at once is not shown it again.
func TestOwedToPage(t *testing.T) {
	t.Parallel()
	const lamps = "lamps.example"
	form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
	for name, tt := range map[string]struct {
		header     map[string]string
		shop, page int // the answers to the next pages of the two sites
	}{
		"a script": {withHeader(fetch, "Origin", "https://"+lamps, "Sec-Fetch-Site", "cross-site"), http.StatusSeeOther, http.StatusSeeOther},
		"a form":   {withHeader(navigation, "Origin", "https://"+lamps, "Sec-Fetch-Site", "cross-site"), http.StatusOK, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
				l.protect()
				o := l.Origin([]string{lamps}, labnet.Handler())
				header := withHeader(tt.header, "Content-Type", formType)
				l.checkHeld(t, do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader(form)), tt.header)
				for u, want := range map[string]int{d.base + "/echo": tt.shop, https(lamps, o, "/echo"): tt.page} {
					for _, purpose := range []string{"prefetch", "prefetch;prerender"} { // nobody sees that
						a := get(t, d.client, u, withHeader(navigation, "Sec-Purpose", purpose))
						if want == http.StatusSeeOther && a.StatusCode != http.StatusServiceUnavailable || want == http.StatusOK && a.StatusCode != want {
							t.Errorf("%s of the next page of %s = %d", purpose, u, a.StatusCode)
						}
					}
					if a := get(t, d.client, u, navigation); a.StatusCode != want {
						t.Errorf("the next page of %s = %d; want %d", u, a.StatusCode, want)
					}
					if a := get(t, d.client, u, navigation); a.StatusCode != http.StatusOK {
						t.Errorf("the page after it = %d; want the site's", a.StatusCode)
					}
					// The one before was a window that nobody sees.
					if a := get(t, d.client, u, withHeader(navigation, "Sec-Fetch-Site", "same-origin")); a.StatusCode != want {
						t.Errorf("where the page leads after it = %d; want %d", a.StatusCode, want)
					}
				}
			})
		})
	}
}

// TestOwedOfPart: what was held of a long upload, as it passed, is shown as well.
func TestOwedOfPart(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		form := "pad=" + strings.Repeat("x", guard.MaxBody) + "&" + url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
		l.checkHeld(t, do(t, d.client, http.MethodPost, d.base+"/echo", withHeader(fetch, "Content-Type", formType), strings.NewReader(form)), fetch)
		for _, want := range []int{http.StatusSeeOther, http.StatusOK} {
			if a := get(t, d.client, d.base+"/echo", navigation); a.StatusCode != want {
				t.Errorf("the next page = %d; want %d", a.StatusCode, want)
			}
		}
	})
}

// TestIDBeside: the ID in a cookie says who is signed in, and with the password in the
// body it makes a sign-in.
func TestIDBeside(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		header := withHeader(fetch, "Content-Type", formType, "Cookie", "user="+url.QueryEscape(ownID))
		l.checkHeld(t, do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader("password="+url.QueryEscape(ownPassword))), fetch)
		if e := l.events(journal.Filter{Host: shop}); len(e) != 1 || e[0].Technique != "protected-sign-in" || e[0].Severity != journal.SeverityRed {
			t.Errorf("events = %+v; want a protected sign-in", e)
		}
	})
}

// TestPassedIsKnown: where a sign-in went, the next one is not asked about, and what was
// taken for one at a page that mentions Amazon is none.
func TestPassedIsKnown(t *testing.T) {
	t.Parallel()
	page := serves{contentType: "text/html", pieces: [][]byte{[]byte(`<!doctype html><title>card</title><form><input name=id><input type=password name=pw></form><p>11/20 AMAZON.CO.JP 1,980`)}}
	for name, tt := range map[string]struct {
		first string
		ask   string
		want  int
	}{
		"a sign-in": {"id=somebody%40else.example&pw=Hello-World-12", "protected", http.StatusOK},
		"a letter":  {"mail=somebody%40else.example&text=Lamps1", "unfamiliar", http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, page, func(t *testing.T, l *lab, d door) {
				header := withHeader(fetch, "Content-Type", formType)
				get(t, d.client, d.base+"/", navigation)
				l.dossier.Configure(tt.ask, nil)
				if a := do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader(tt.first)); a.StatusCode != http.StatusOK {
					t.Fatalf("it = %d; want it to pass", a.StatusCode)
				}
				l.dossier.Configure("unfamiliar", nil)
				if a := do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader("id=another%40else.example&pw=Hello-World-34")); a.StatusCode != tt.want {
					t.Errorf("the next sign-in = %d; want %d", a.StatusCode, tt.want)
				}
			})
		})
	}
}

// TestOwedElsewhere: a page whose script was refused leads its tab on to another site, as kits
// do; the warning is shown there, as far as the page says where it is.
func TestOwedElsewhere(t *testing.T) {
	t.Parallel()
	const lamps, thanks = "lamps.example", "thanks.example"
	form := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		o := l.Origin([]string{thanks}, labnet.Handler())
		from := withHeader(fetch, "Origin", "https://"+lamps, "Sec-Fetch-Site", "cross-site", "Content-Type", formType)
		l.checkHeld(t, do(t, d.client, http.MethodPost, d.base+"/", from, strings.NewReader(form)), fetch)
		led := withHeader(navigation, "Sec-Fetch-Site", "cross-site", "Referer", "https://"+lamps+"/")
		for range 2 { // the first is a window that nobody sees
			if a := get(t, d.client, https(thanks, o, "/echo"), led); a.StatusCode != http.StatusSeeOther {
				t.Errorf("the page that the tab is led to = %d; want the warning", a.StatusCode)
			}
		}
		if a := get(t, d.client, https(thanks, o, "/echo"), navigation); a.StatusCode != http.StatusOK {
			t.Errorf("the page that somebody opens after it = %d; want it shown", a.StatusCode)
		}
	})
}
