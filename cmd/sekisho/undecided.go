package main

import (
	"context"
	"errors"

	"sekisho/journal"
)

// sayUndecided says that verdicts left out what people decided, where they decided
// anything, or where that cannot be read.
func (e *env) sayUndecided(ctx context.Context) {
	dir, err := e.dir()
	if err != nil {
		return
	}
	r, err := journal.OpenReader(dir.Journal())
	if errors.Is(err, journal.ErrNoJournal) {
		return
	}
	decided := true
	if err == nil {
		if found, err := r.Decided(ctx); err == nil {
			decided = found
		}
		_ = r.Close()
	}
	if decided {
		e.say("What people decided in the console does not count here. The page /exceptions has it.")
	}
}
