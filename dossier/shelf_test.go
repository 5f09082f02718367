package dossier

import (
	"fmt"
	"testing"

	"sekisho/imitation"
)

// filled returns how many places are taken.
func (s *shelf) filled() (n int) {
	for i := range s.places {
		n += s.places[i].Len()
	}
	return n
}

// TestBounds floods the book: what was judged stays, and the rest is bounded.
func TestBounds(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	o.page("copy.example", copied)
	o.Passed(name(t, "passed.example"))
	o.visit("daily.example")
	daily := o.submit("daily.example", anySignIn, none).FirstSeen
	const flood = 60_000
	for i := range flood {
		o.visit(fmt.Sprintf("flood%d.example", i))
		if i%100 == 0 {
			o.visit("daily.example")
		}
		if i%3 == 0 {
			o.Passed(name(t, fmt.Sprintf("sign-in%d.example", i)))
			o.Passed(name(t, "passed.example"))
		}
	}
	if got := verdict(o.navigate("copy.example")); got != "hold red sign-in-copy" {
		t.Errorf("after the flood: %q", got)
	}
	if got := verdict(o.submit("passed.example", anySignIn, none)); got != "pass" {
		t.Errorf("after the flood: %q", got)
	}
	if got := o.submit("daily.example", anySignIn, none).FirstSeen; !got.Equal(daily) {
		t.Errorf("a site opened every day was pushed out: first seen %v; want %v", got, daily)
	}
	total := 0
	for i := range o.shelves {
		s := &o.shelves[i]
		if len(s.sites) != s.filled() {
			t.Errorf("shelf %d has %d sites in %d places", i, len(s.sites), s.filled())
		}
		total += len(s.sites)
	}
	if total > 40_000 || total < 15_000 {
		t.Errorf("%d sites are kept", total)
	}

	var r imitation.Result
	for i := range 500 {
		r.Signs = append(r.Signs, fmt.Sprintf("sign-%d", i))
	}
	o.page("signs.example", r)
	for i := range 300 {
		client := pc1
		for range i {
			client = client.Next()
		}
		o.Page(name(t, "signs.example"), client, copied)
	}
	d := o.shelfOf("signs.example").look("signs.example")
	if len(d.signs) > maxSigns || len(d.clients) > maxClients {
		t.Errorf("%d signs, %d clients; want at most %d and %d", len(d.signs), len(d.clients), maxSigns, maxClients)
	}
	client := pc1
	for range maxKnownClients + 100 {
		client = client.Next()
		o.Page(name(t, "one.example"), client, copied)
	}
	if got := len(o.clients.m); got > maxKnownClients {
		t.Errorf("%d clients are known; want at most %d", got, maxKnownClients)
	}
}
