package dossier

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/accounts"
)

// tries sends n other passwords of the protected account to a host.
func (o office) tries(host string, from, n int) {
	f := anySignIn
	f.Named = 1
	for i := range n {
		o.submit(host, f, accounts.Match{Label: "shop", ID: true, Other: uint64(from + i + 1)})
	}
}

// TestGuessesAfterPardon: who lets a site pass has it pass, whatever it tried before; it
// is not let try passwords from then on.
func TestGuessesAfterPardon(t *testing.T) {
	t.Parallel()
	const host, guesses = "gadget.example", "hold red guess-oracle"
	synctest.Test(t, func(t *testing.T) {
		o := office{t, open(t)}
		check := func(when, want string) {
			t.Helper()
			if got := verdict(o.navigate(host)); got != want {
				t.Errorf("%s: %q; want %q", when, got, want)
			}
		}
		next := 0
		try := func(n int) {
			o.tries(host, next, n)
			next += n
			time.Sleep(time.Minute)
		}
		o.pardon(host)
		try(guessMany - 1)
		check("nine", "pass")
		o.tries(host, next-1, 1)
		check("the ninth again", "pass")
		try(1)
		check("ten", guesses)
		for i := range 3 {
			o.pardonFor(host, 24*time.Hour)
			if when := fmt.Sprint("said once more ", i); !o.Settled(name(t, host), red, guessOracle) {
				t.Errorf("%s: not settled", when)
			} else {
				check(when, "pass")
			}
			try(guessMany - 1)
			check("nine since", "pass")
			try(1)
			check("ten since", guesses)
		}
		time.Sleep(2 * guessFor)
		check("hours later", guesses)
		o.Pardon(nil)
		check("taken back", guesses)
		time.Sleep(awayFor)
		check("a month later", "pass")
	})
}

// TestGuessesBeforePardon: what a site tried before somebody let it pass does not count
// with what is tried afterwards.
func TestGuessesBeforePardon(t *testing.T) {
	t.Parallel()
	const host = "gadget.example"
	synctest.Test(t, func(t *testing.T) {
		o := office{t, open(t)}
		o.tries(host, 0, guessMany-1)
		time.Sleep(time.Minute)
		o.pardon(host)
		time.Sleep(time.Minute)
		o.tries(host, guessMany, guessMany-1)
		if got := verdict(o.navigate(host)); got != "pass" {
			t.Errorf("nine before and nine after: %q; want them apart", got)
		}
	})
}
