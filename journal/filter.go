package journal

import (
	"time"

	"sekisho/journal/trigram"
)

// Filter selects events. The zero value selects all; what is set has to hold
// together. Strings match exactly: hosts in the form of hostname.Name.String,
// clients as they were recorded.
type Filter struct {
	Since time.Time // events of this time and later
	Until time.Time // events before this time
	After int64     // events with higher ids
	UpTo  int64     // events with ids up to this one; 0 is no end

	Action, Host, Client, Door, Severity, Technique, Incident string
	Device, Account                                           string

	Exercise   bool // only those of exercises, see [Event.Exercise]
	NoExercise bool // none of them

	// Text is a part of the host's name, in any case and width. In other letters than
	// ASCII it is a part of what the name shows, and looked for among the 10,000 hosts
	// with such letters that came last.
	Text string

	// Limit, when positive, is how many events are wanted: the next ones when
	// After is set, otherwise the newest. They ascend either way, but in a
	// [Page].
	Limit int
}

func (f Filter) query() query {
	q := query{
		after: max(f.After, 0), upTo: maxID, left: -1, exercise: f.Exercise, noExercise: f.NoExercise,
		incident: cleanText(f.Incident, maxWord), text: searched(f.Text),
	}
	if f.Limit > 0 {
		q.left, q.newest = f.Limit, q.after == 0
	}
	if f.UpTo > 0 {
		q.upTo = f.UpTo
	}
	q.since, q.until = millis(f.Since, f.Until)
	// Cleaned as on the way in, so that what is shown can be asked for.
	for _, w := range [...]wordKey{
		{kindHost, cleanText(f.Host, maxHost)},
		{kindClient, cleanText(f.Client, maxClient)},
		{kindDevice, cleanText(f.Device, maxLabel)},
		{kindAccount, cleanText(f.Account, maxLabel)},
		{kindAction, cleanText(f.Action, maxWord)},
		{kindDoor, cleanText(f.Door, maxWord)},
		{kindSeverity, cleanText(f.Severity, maxWord)},
		{kindTechnique, cleanText(f.Technique, maxWord)},
	} {
		if w.text != "" {
			q.words = append(q.words, w)
		}
	}
	return q
}

// millis returns a time range in milliseconds, nil for an open end.
func millis(since, until time.Time) (from, to *int64) {
	if !since.IsZero() {
		ms := toMillis(since)
		if since.After(fromMillis(ms)) {
			ms++ // between two milliseconds
		}
		from = &ms
	}
	if !until.IsZero() && until.Before(fromMillis(maxMillis)) {
		ms := toMillis(until)
		to = &ms
	}
	return from, to
}

// Matches reports whether f selects e, an event as a [Reader] yields it: for events
// that come one by one. Limit says nothing here. It may be called concurrently.
func (f Filter) Matches(e Event) bool {
	for _, w := range [...]struct {
		want, have string
		limit      int
	}{
		{f.Host, e.Host, maxHost},
		{f.Client, e.Client, maxClient},
		{f.Device, e.Device, maxLabel},
		{f.Account, e.Account, maxLabel},
		{f.Action, e.Action, maxWord},
		{f.Door, e.Door, maxWord},
		{f.Severity, e.Severity, maxWord},
		{f.Technique, e.Technique, maxWord},
		{f.Incident, e.Incident, maxWord},
	} {
		if w.want != "" && cleanText(w.want, w.limit) != w.have {
			return false
		}
	}
	if f.Exercise && !e.Exercise() || f.NoExercise && e.Exercise() {
		return false
	}
	since, until := millis(f.Since, f.Until)
	at := toMillis(e.Time)
	return e.ID > f.After && (f.UpTo <= 0 || e.ID <= f.UpTo) && (since == nil || at >= *since) && (until == nil || at < *until) &&
		trigram.Shows(e.Host, searched(f.Text))
}
