package console

import (
	"iter"

	"sekisho/accounts"
	"sekisho/journal"
	"sekisho/staff"
)

// unlabelled is what a viewer is told in place of a label that is a sign-in ID: half of
// what it takes to sign in is more than looking on needs. Whoever gives no label has
// the ID for one.
const unlabelled = "(no label)"

// labelFor returns the label of a protected account as who may see it.
func labelFor(who person, label string) string {
	if who.role < staff.Reviewer && accounts.IsID(label) {
		return unlabelled
	}
	return label
}

// veil changes the labels of some events to what who may see.
func veil(who person, events []journal.Event) []journal.Event {
	for i := range events {
		events[i].Account = labelFor(who, events[i].Account)
	}
	return events
}

// veiled is veil for events that are yet to come.
func veiled(who person, events iter.Seq2[journal.Event, error]) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		for e, err := range events {
			e.Account = labelFor(who, e.Account)
			if !yield(e, err) {
				return
			}
		}
	}
}

// veilIncidents is veil for incidents.
func veilIncidents(who person, list []journal.Incident) []journal.Incident {
	for i := range list {
		list[i].Account = labelFor(who, list[i].Account)
	}
	return list
}

// Labelled reports whether a label is one that events can be listed by.
func (words) Labelled(label string) bool { return label != unlabelled }

// Label is a label as a page has it.
func (w words) Label(label string) string {
	if label == unlabelled {
		return w.O("account.unlabelled")
	}
	return label
}
