package dossier

import "time"

// saveTried is how long a guess under a name that says nothing may wait for the file:
// such come from statistics as well. One by name is a tenth of an answer, and waits no
// longer than that.
const saveTried = 15 * time.Second

// tally is how many guesses there were before a restart. What they were is nowhere but
// in memory: a wrong password is the right one elsewhere.
type tally struct {
	named, tried int
	at           time.Time // of the last
}

// of returns how many of the same kind as g there were within its hour.
func (t tally) of(g guess) int {
	switch {
	case !within(guessFor, t.at, g.at):
		return 0
	case g.field == 0:
		return t.named
	}
	return t.tried
}

// counted returns how many guesses there are by name and of the name of any kind that
// has most, and when the last one was; nothing when it is an hour ago.
func (d *sheet) counted(now time.Time) (named, tried int, at time.Time) {
	fields := map[uint64]int{}
	for _, g := range d.guesses {
		if now.Sub(g.at) >= guessFor {
			continue
		}
		if at = later(at, g.at); g.field == 0 {
			named++
		} else if fields[g.field]++; fields[g.field] > tried {
			tried = fields[g.field]
		}
	}
	if within(guessFor, d.before.at, now) {
		named, tried, at = min(named+d.before.named, maxGuesses), min(tried+d.before.tried, maxGuesses), later(at, d.before.at)
	}
	return named, tried, at
}
