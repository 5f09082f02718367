package console

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sekisho/journal"
)

const (
	// newestOf is among how many red incidents those of today and the newest danger are
	// looked for. More on one day are "that many or more".
	newestOf = 200
	// maxLeaves bounds the releases of today that are looked at, and the incidents that
	// are read for them: people go on seldom.
	maxLeaves = 20
	// maxWorst bounds the incidents that are named in the answer itself.
	maxWorst = 3
)

// today answers whether anybody was in danger since midnight, in the zone of this
// computer. Exercises and what somebody found harmless are none of it.
type today struct {
	words
	Day      time.Time          // its midnight
	Dangers  int                // incidents
	More     bool               // whether there are others
	Devices  int                // that they concern
	Sent     int                // dangers of which something reached the site
	Left     int                // those of Sent where a person chose to go on with a protected sign-in
	Unknown  int                // dangers of which nobody knows
	Harmless int                // incidents that were taken for a danger
	Worst    []journal.Incident // of which something was sent, or may have been, the worst first
}

// harmless reports whether somebody decided that inc was no danger.
func harmless(inc journal.Incident) bool {
	return inc.State == journal.StateFalseAlarm || inc.State == journal.StateAllowed
}

// newToday counts the incidents of list, red ones without exercises, that went on today,
// and what people let go today.
func newToday(ctx context.Context, w words, j *journal.Reader, list []journal.Incident, now time.Time) (today, error) {
	y, m, d := now.Date()
	t := today{words: w, Day: time.Date(y, m, d, 0, 0, 0, 0, now.Location())}
	if j == nil {
		return t, nil
	}
	left, more, err := leaves(ctx, j, t.Day, list)
	if err != nil {
		return t, err
	}
	devices := map[string]bool{}
	var worst [3][]journal.Incident // people let go, sent, unknown
	for _, inc := range append(list[:len(list):len(list)], more...) {
		switch {
		case inc.Last.Before(t.Day):
			continue
		case harmless(inc):
			t.Harmless++
			continue
		}
		t.Dangers++
		for _, c := range inc.Clients {
			devices[c] = true
		}
		switch {
		case left[inc.ID]:
			t.Left++
			t.Sent++
			worst[0] = append(worst[0], inc)
		case inc.Sent == nil:
			t.Unknown++
			worst[2] = append(worst[2], inc)
		case *inc.Sent:
			t.Sent++
			worst[1] = append(worst[1], inc)
		}
	}
	t.Worst = slices.Concat(worst[:]...)
	t.Worst = t.Worst[:min(len(t.Worst), maxWorst)]
	t.Devices = len(devices)
	t.More = len(list) == newestOf && !list[len(list)-1].First.Before(t.Day)
	return t, nil
}

// leaves returns the incidents since then in which a person had something sent that
// sekisho had held: by id, and those of them that are not in list.
func leaves(ctx context.Context, j *journal.Reader, since time.Time, list []journal.Incident) (left map[string]bool, more []journal.Incident, err error) {
	p, err := j.Search(ctx, journal.Filter{Action: journal.ActionRelease, Since: since, Limit: maxLeaves}, "")
	if err != nil {
		return nil, nil, err
	}
	known := map[string]bool{}
	for _, inc := range list {
		known[inc.ID] = true
	}
	left = map[string]bool{}
	for _, e := range p.Events {
		if e.Ground == journal.GroundDrill || e.Sent == nil || !*e.Sent || e.Account == "" || e.Incident == "" {
			continue
		}
		if left[e.Incident] = true; known[e.Incident] {
			continue
		}
		known[e.Incident] = true
		inc, _, err := j.IncidentByID(ctx, e.Incident)
		if err != nil {
			return nil, nil, err
		}
		more = append(more, inc)
	}
	return left, more, nil
}

// Grave reports whether somebody has to do something at once.
func (t today) Grave() bool { return t.Sent > 0 || t.Unknown > 0 }

// Date is the day, and the zone that it is meant in.
func (t today) Date() string { return t.Day.Format("2006-01-02 (MST)") }

// Since is the beginning of the day, as addresses have it.
func (t today) Since() string { return stamp(t.Day) }

// Answer says yes or no, and how often.
func (t today) Answer() (string, error) {
	if t.Dangers == 0 {
		return t.T("today.no")
	}
	key := "today.yes"
	if t.More {
		key = "today.more"
	}
	return t.T(key, t.N("n.danger", t.Dangers), t.N("n.device", t.Devices))
}

// Outcome says what became of the dangers, the worst first.
func (t today) Outcome() (said []string) {
	add := func(key string, n int) {
		if n > 0 && n == t.Dangers && !t.More {
			said = append(said, t.O("today."+key+".all"))
		} else if n > 0 {
			said = append(said, t.N("today."+key, n))
		}
	}
	add("left", t.Left)
	add("sent", t.Sent-t.Left)
	add("unknown", t.Unknown)
	kept := t.Dangers - t.Sent - t.Unknown
	add("kept", kept)
	return said
}

// Form returns the text called key in the form that goes with n things: that called
// key.one when it is one. It takes no arguments.
func (w words) Form(key string, n int) (string, error) {
	if n == 1 {
		key += ".one"
	}
	return w.T(key)
}

// N returns the form of the text called key that goes with n, with n put in where it
// has a place.
func (w words) N(key string, n int) string {
	s, err := w.Form(key, n)
	if err != nil || !strings.Contains(s, "%") {
		return s
	}
	return fmt.Sprintf(s, n)
}
