package proxy_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestRationOfPaths: after a protected ID went to a site, dozens of values in the paths of
// what its page loads are compared and no more, and none of them has the site held; what
// it posts is compared all the same.
func TestRationOfPaths(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	d := l.doors(labnet.Handler())[0]
	posts(t, d, "u="+url.QueryEscape(ownID))
	loads := func(value string) int {
		return get(t, d.client, d.base+"/assets/"+url.PathEscape(value), withHeader(fetch, "Referer", d.base+"/")).StatusCode
	}
	if got := loads(ownPassword); got != http.StatusForbidden {
		t.Fatalf("the password in a path = %d; want 403", got)
	}
	d.base = https("two.example", l.Origin([]string{"two.example"}, labnet.Handler()), "")
	posts(t, d, "u="+url.QueryEscape(ownID))
	for i := range 64 {
		if got := loads(fmt.Sprintf("Tanuki%d-aB", i)); got == http.StatusForbidden {
			t.Fatalf("file %d = %d; want it to pass", i, got)
		}
	}
	if got := loads(ownPassword); got == http.StatusForbidden {
		t.Errorf("the value behind all that are compared = %d; want it to pass like any", got)
	}
	if got := posts(t, d, "x="+url.QueryEscape(ownPassword)).StatusCode; got == http.StatusOK {
		t.Error("the password in a body passes")
	}
	for _, e := range l.events(journal.Filter{Host: "two.example"}) {
		if e.Technique == "guess-oracle" {
			t.Errorf("event %+v; want no guesses", e)
		}
	}
}

// TestBehindDecoys: after dozens of other values under a name that says something else, the
// password does not leave under it either.
func TestBehindDecoys(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	s := new(sink)
	d := l.doors(s)[0]
	save := func(title string) int {
		return posts(t, d, "u="+url.QueryEscape(ownID)+"&title="+url.QueryEscape(title)).StatusCode
	}
	for i := range 64 {
		if got := save(fmt.Sprintf("Tanuki%d-aB", i)); got != http.StatusOK {
			t.Fatalf("decoy %d = %d; want it to pass", i, got)
		}
	}
	if got := save(ownPassword); got == http.StatusOK || s.requests.Load() != 64 {
		t.Errorf("the password behind them = %d, %d requests at the sink; want none of its own", got, s.requests.Load())
	}
	events := l.events(journal.Filter{Host: shop})
	if len(events) != 1 || events[0].Severity != journal.SeverityAmber || events[0].Technique != "crowded-sign-in" || events[0].Account != ownLabel {
		t.Errorf("events = %+v; want one question", events)
	}
}

// TestManySaves: a tool that saves prices by the dozen beside its user's address is asked
// about once; whoever sends its password there then is held as ever.
func TestManySaves(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	d := l.doors(labnet.Handler())[0]
	save := func(sku string) answer {
		body := fmt.Sprintf(`{"user":%q,"sku":%q,"price":1980}`, ownID, sku)
		return do(t, d.client, http.MethodPost, d.base+"/echo", withHeader(fetch, "Content-Type", "application/json", "Referer", d.base+"/"), strings.NewReader(body))
	}
	asked := 0
	for i := range 200 {
		if save(fmt.Sprintf("HN-%d-bk", 1000+i)).StatusCode == http.StatusOK {
			continue
		}
		if asked++; asked > 1 {
			t.Fatalf("save %d is stopped again", i)
		}
		goOn(t, d.client, page(t, d.client, get(t, d.client, d.base+"/", navigation)), "")
	}
	if asked != 1 {
		t.Errorf("asked %d times; want once", asked)
	}
	if got := save(ownPassword).StatusCode; got != http.StatusForbidden {
		t.Errorf("the password = %d; want 403", got)
	}
}
