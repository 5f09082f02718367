package journal

import (
	"fmt"
	"time"
)

// ownLimit bounds the journal's own messages that wait to be written.
const ownLimit = 16

// ownEvents collects what the journal has to say about itself until it can be
// written. It belongs to the writer's goroutine.
type ownEvents struct {
	gap   gap
	notes []Event
}

// gap is a number of lost ids, not yet reported, and the range they are in.
type gap struct{ count, first, last int64 }

// add counts the ids from first to last, both included.
func (g *gap) add(first, last int64) {
	if g.count == 0 {
		g.first, g.last = first, last
	}
	g.first, g.last = min(g.first, first), max(g.last, last)
	g.count += last - first + 1
}

func (o *ownEvents) say(technique, detail string) {
	if len(o.notes) < ownLimit {
		o.notes = append(o.notes, clean(Event{
			Time: time.Now(), Door: DoorSystem, Severity: SeverityAmber, Technique: technique, Detail: detail,
		}))
	}
}

func (o *ownEvents) waiting() bool { return o.gap.count > 0 || len(o.notes) > 0 }

// take returns the events to write, without ids, and forgets them.
func (o *ownEvents) take() []Event {
	if g := o.gap; g.count > 0 {
		o.say(TechniqueLost, fmt.Sprintf("%d records were lost, with ids from %d to %d", g.count, g.first, g.last))
		o.gap = gap{}
	}
	notes := o.notes
	o.notes = nil
	return notes
}
