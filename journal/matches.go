package journal

import "sekisho/journal/trigram"

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
