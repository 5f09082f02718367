package main

import "time"

// longUpgrade is of how many events on it is said that the journal is brought up to date:
// a million takes some seconds, in which nothing else is seen of a start.
const longUpgrade = 100_000

// upgrading says before and after that the journal is brought up to date.
func (e *env) upgrading(events int64) (over func(error)) {
	if events < longUpgrade {
		return func(error) {}
	}
	began := time.Now()
	e.say("Bringing the journal of an earlier version up to date: about %d events, some seconds for each million. sekisho begins to work after that.", events)
	return func(err error) {
		if err == nil { // otherwise whoever opens it says so
			e.say("The journal is up to date, after %v.", time.Since(began).Round(time.Second))
		}
	}
}
