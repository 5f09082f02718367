package console

import (
	"context"
	"strconv"
	"time"

	"sekisho/journal"
)

// today answers whether anybody was in danger since midnight, in the zone of this
// computer. Exercises and what somebody called a false alarm are none of it.
type today struct {
	words
	journal.Dangers
	Day, End time.Time // its midnights
	UpTo     int64     // the newest event that counts; 0 is any
}

// newToday counts the dangers of the day that now is in, of the events up to upTo; j is
// nil while there is no journal.
func newToday(ctx context.Context, w words, j *journal.Reader, now time.Time, upTo int64) (t today, err error) {
	t = today{
		words: w, UpTo: upTo,
		Day: journal.Midnight(now, 0), End: journal.Midnight(now, 1),
	}
	if j != nil {
		t.Dangers, err = j.Dangers(ctx, t.Day, t.End, t.UpTo)
	}
	return t, err
}

// List is the address of the incidents that t counts, of those of one outcome, or of
// those that were called false alarms: the same ones whenever it is opened, unless
// somebody decides or more was sent.
func (t today) List(danger string) string { return t.at("/incidents", danger) }

// Endangered is the address of the devices that t counts.
func (t today) Endangered() string { return t.at("/clients", journal.DangerReal) }

func (t today) at(path, danger string) string {
	upTo := ""
	if t.UpTo > 0 {
		upTo = strconv.FormatInt(t.UpTo, 10)
	}
	return link(path, "danger", danger, "since", stamp(t.Day), "until", stamp(t.End), "upto", upTo)
}

// Grave reports whether somebody has to do something at once.
func (t today) Grave() bool { return t.Sent > 0 || t.Unknown > 0 }

// Date is the day, and the zone that it is meant in.
func (t today) Date() string { return t.Day.Format("2006-01-02 (MST)") }

// Answer says yes or no, and how often.
func (t today) Answer() (string, error) {
	switch {
	case t.Count == 0 && t.More:
		return t.T("today.unsure")
	case t.Count == 0:
		return t.T("today.no")
	}
	key := "today.yes"
	if t.More {
		key = "today.more"
	}
	return t.T(key, t.N("n.danger", t.Count), t.N("n.device", t.Devices))
}

// outcome is what became of some dangers, in words, and where they are listed.
type outcome struct{ Text, List string }

// Outcome says what became of the dangers, the worst first.
func (t today) Outcome() (said []outcome) {
	add := func(danger string, n int) {
		key := "today." + danger
		if n > 0 && n == t.Count && !t.More {
			said = append(said, outcome{t.O(key + ".all"), t.List(danger)})
		} else if n > 0 {
			said = append(said, outcome{t.N(key, n), t.List(danger)})
		}
	}
	add(journal.DangerLeft, t.Left)
	add(journal.DangerSent, t.Sent-t.Left)
	add(journal.DangerUnknown, t.Unknown)
	add(journal.DangerKept, t.Count-t.Sent-t.Unknown)
	return said
}
