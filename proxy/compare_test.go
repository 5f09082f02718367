package proxy_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sekisho/accounts"
	"sekisho/dossier"
	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// TestWaitsItsTurn: what a page sends after the ID is refused nothing because the page
// sends much at once: it waits until others of its site were compared.
func TestWaitsItsTurn(t *testing.T) {
	t.Parallel()
	var slow *accounts.Store
	l := start(t, func(o *proxy.Options) {
		var err error
		slow, err = accounts.Open(filepath.Join(t.TempDir(), "slow"), accounts.Options{KeyInFile: true, Cost: accounts.Cost{Time: 4, Memory: 32 << 10}})
		if err != nil {
			t.Fatal(err)
		}
		if err := slow.Add(ownID, ownLabel, []byte(ownPassword)); err != nil {
			t.Fatal(err)
		}
		o.Accounts = slow
	})
	d := l.doors(labnet.Handler())[0]
	ctx, end := context.WithCancel(t.Context())
	var others sync.WaitGroup
	defer func() { end(); others.Wait() }()
	who := accounts.Asker{Client: netip.MustParseAddr("127.0.0.1"), Site: dossier.SiteOf(name(t, shop))}
	for i := range 8 { // as many as may wait for one site
		others.Go(func() {
			var guesses [][]byte
			for k := range 32 {
				guesses = append(guesses, fmt.Appendf(nil, "guess-%d-%d", i, k))
			}
			_, _ = slow.Check(ctx, who, [][]byte{[]byte(ownID)}, guesses)
		})
	}
	wait(t, "the line to be as long as it may be", func() bool { return slow.Load().Waiting >= 4 })
	answered := make(chan int, 1)
	others.Go(func() { answered <- posts(t, d, "u="+url.QueryEscape(ownID)+"&k=a-memo-to-all").StatusCode })
	wait(t, "the request to be turned away", func() bool { return slow.Load().TurnedAway > 0 })
	end()
	if got := <-answered; got != http.StatusOK {
		t.Errorf("the request = %d; want it to pass once there is room", got)
	}
}

// TestGuessesBesideTokens: under a name that imitates Amazon a value of any name is a
// guess, although something follows that programs make, which is compared apart and is
// the same in each request.
func TestGuessesBesideTokens(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	host := amber(t)
	o := l.Origin([]string{host}, labnet.Handler())
	d := door{client: l.client(), base: strings.TrimSuffix(https(host, o, "/"), "/")}
	l.warned(t, d.client, d.base+"/").decide(t, d.client, fromOwnPage)
	for i := range 10 {
		posts(t, d, fmt.Sprintf("u=%s&k=guess-%d&s=3f2a9c5be17d4068a1c2b39d5e7f60a4", url.QueryEscape(ownID), i))
	}
	if a := get(t, d.client, d.base+"/", fetch); a.StatusCode != http.StatusForbidden {
		t.Errorf("after ten guesses the site answers %d; want 403", a.StatusCode)
	}
	if e := l.events(journal.Filter{Host: host}); len(e) == 0 || e[len(e)-1].Technique != "guess-oracle" {
		t.Errorf("events = %+v; want guess-oracle", e)
	}
}

// TestCodeInCookie: after a copy even a request that carries nothing at sight is looked
// into at a site that is new here.
func TestCodeInCookie(t *testing.T) {
	t.Parallel()
	l := start(t)
	const other = "lamps.example"
	copies := serves{contentType: "text/html", pieces: [][]byte{copied(t)}}
	shown, fresh := l.Origin([]string{other}, copies), l.Origin([]string{shop}, labnet.Handler())
	c := l.client()
	code := withHeader(fetch, "Cookie", "k=482915")
	if a := do(t, c, http.MethodGet, https(shop, fresh, "/"), code, strings.NewReader("")); a.StatusCode != http.StatusOK {
		t.Fatalf("before a copy = %d; want it to pass", a.StatusCode)
	}
	if a := get(t, c, https(other, shown, "/"), navigation); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the copy = %d; want the warning", a.StatusCode)
	}
	l.checkHeld(t, get(t, c, https(shop, fresh, "/"), code), fetch)
}
