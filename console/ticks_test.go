package console

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sekisho/accounts"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/presence"
)

// ticked returns which steps the ticks of a page or a stream say are done.
func ticked(t *testing.T, body string) (list string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	walk(doc, func(n *html.Node) {
		if step := attr(n, "data-step"); step != "" && strings.Contains(attr(n, "class"), "done") {
			list += step + " "
		}
	})
	return strings.TrimSpace(list)
}

// TestTicksMove: an open set-up page is told of each step as it is done, of its own device
// alone, and of its end.
func TestTicksMove(t *testing.T) {
	t.Parallel()
	var protected accounts.Account
	known := make(chan []accounts.Account, 1)
	known <- nil
	seen, err := presence.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(o *Options) {
		o.Presence = seen
		o.Accounts = func() []accounts.Account {
			list := <-known
			known <- list
			return list
		}
	})
	cookie := signedIn(t, s, "viewer")
	page := send(t, s, "GET", "/set-up?lang=en", cookie, "")
	if got := ticked(t, page.body); got != "" || !strings.Contains(page.header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Fatalf("at first %q is done; policy %q", got, page.header.Get("Content-Security-Policy"))
	}
	x := listenAt(t, s.Addr().String(), ticksPath+"?lang=en", cookie)
	if x.res.StatusCode != 200 {
		t.Fatal(x.res.Status)
	}
	record := func(client, door, ground string) {
		e := journal.Event{Door: door, Client: client, Host: "amazon-signin.example", Action: journal.ActionBlock, Ground: ground}
		if ground == "rehearsal" {
			e.Host = journal.Rehearsal
		}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	drills := []string{interstitial.DrillLookalike, interstitial.DrillCopy, interstitial.DrillPassword}
	drill := func(client, host string) {
		e := journal.Event{Door: journal.DoorGuard, Client: client, Host: host, Action: journal.ActionHold, Severity: journal.SeverityRed, Ground: "drill"}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, ""},
		{func() { record("192.0.2.9", journal.DoorProxy, ""); record("127.0.0.1", journal.DoorDNS, "lookalike") }, "dns"},
		{func() { record("127.0.0.1", journal.DoorProxy, "rehearsal") }, "proxy dns"},
		{func() { seen.Note(netip.MustParseAddr("127.0.0.1"), presence.Trust, time.Now()) }, "ca proxy dns"},
		{func() {
			for _, host := range drills[1:] { // and another device's first
				drill("127.0.0.1", host)
			}
			drill("127.0.0.9", drills[0])
			record("127.0.0.1", journal.DoorPage, "lookalike")
			if _, err := s.options.Journal.Record(t.Context(), journal.Event{Client: "127.0.0.1", Host: drills[0], Ground: "drill", Action: journal.ActionRelease}); err != nil {
				t.Fatal(err)
			}
			if got := ticked(t, send(t, s, "GET", "/set-up?lang=en", cookie, "").body); got != "ca proxy dns" {
				t.Errorf("after two of three exercises %q is done", got)
			}
			drill("127.0.0.1", drills[0])
		}, "ca proxy dns drill"},
		{func() { <-known; known <- append([]accounts.Account{}, protected) }, "ca proxy dns accounts drill"},
	} {
		step.do()
		f, ok := x.next()
		for ok && f.name == "ticks" && ticked(t, f.data) != step.want && ticked(t, f.data) != "" { // one at a time
			f, ok = x.next()
		}
		if got := ticked(t, f.data); !ok || f.name != "ticks" || got != step.want {
			t.Fatalf("%q is done, %+v, %v; want %q", got, f, ok, step.want)
		}
	}
	if got := ticked(t, send(t, s, "GET", "/set-up?lang=en", cookie, "").body); got != "ca proxy dns accounts drill" {
		t.Errorf("the page made anew has %q", got)
	}
	if got := send(t, s, "POST", "/sign-out", cookie, ""); got.status != 303 {
		t.Fatal(got.status)
	}
	if f, ok := x.next(); !ok || f.name != "end" {
		t.Errorf("after signing out: %+v, %v; want the end", f, ok)
	}
}
