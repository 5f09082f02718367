package dossier

import (
	"net/netip"
	"sync"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/hostname"
)

// unseen counts what all pages try that send to other sites and forbid the browser to say
// where they are. Whoever receives it may know nothing of it: laid to the receiver, ten
// posts of somebody's page would take an honest tool away from an office. Laid to nobody,
// guessing would be free for such a page. So they are one site among themselves, of which
// no more is held than its tries, wherever they go, and for a day: somebody's own page may
// send a sign-in so. A restart forgets them: no page can bring one about.
type unseen struct {
	mu sync.Mutex
	d  sheet // of no site
}

// guessedUnseen is guessed for a request of a page that hides, and returns what it has
// against it.
func (b *Book) guessedUnseen(client netip.Addr, f guard.Finding, m accounts.Match, now time.Time) evidence {
	last := b.clients.of(client)
	b.unseen.mu.Lock()
	defer b.unseen.mu.Unlock()
	d := &b.unseen.d
	e := b.guessed(d, &visitor{label: last.label, labelAt: last.labelAt}, hostname.Name{}, f, m, now)
	if n := len(d.guesses); n > 0 && d.guesses[n-1].at.Equal(now) {
		e |= trying.when(within(triedFor, d.guessedAt, now))
	}
	return e
}
