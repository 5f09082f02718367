package proxy_test

import (
	"fmt"
	"net/http"
	"net/url"
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
