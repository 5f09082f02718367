package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestReuseSent holds that a protected account's password that goes to another site,
// because somebody said that it is that site's too, is in the journal as sent.
func TestReuseSent(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		post := func(kind map[string]string) answer {
			form := url.Values{"email": {"somebody@else.example"}, "password": {ownPassword}}.Encode()
			return do(t, d.client, http.MethodPost, d.base+"/echo", withHeader(kind, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form))
		}
		if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK {
			t.Fatalf("the page = %d", a.StatusCode)
		}
		w := page(t, d.client, post(navigation))
		if a := goOn(t, d.client, w, ""); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("going on = %d", a.StatusCode)
		}
		if e := post(fetch).echo(t); e.Size == 0 {
			t.Fatal("the sign-in did not arrive after the click")
		}
		events := l.events(journal.Filter{Host: shop, Door: journal.DoorGuard})
		last := events[len(events)-1]
		if last.Action != journal.ActionRelease || last.Technique != "protected-password" || last.Account != ownLabel || last.Sent == nil || !*last.Sent {
			t.Errorf("the last event = %+v; want the release of a protected password that was sent", last)
		}
	})
}
