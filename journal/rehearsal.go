package journal

import "strings"

// Rehearsal is a host that is asked for only to see that something stops it, as
// `sekisho doctor` does: it has an imitation's look, and is reserved (RFC 2606,
// section 3), so that nobody can be lured there.
const Rehearsal = "amazon-seller-doctor.example"

// GroundDrill is the ground of exercises.
const GroundDrill = "drill"

// Exercise reports whether e is of an exercise: nobody was in danger, however severe
// what was tried would have been.
func (e Event) Exercise() bool { return e.Ground == GroundDrill }

// Exercise reports whether it was one.
func (i Incident) Exercise() bool { return i.Ground == GroundDrill }

// exercises is the condition on a class that it is one of exercises.
const exercises = "ground IN (SELECT id FROM words WHERE kind = 7 AND text = '" + GroundDrill + "')"

// rehearsed returns e as the exercise it is when it is about [Rehearsal]: nobody was
// in danger, and nobody need decide anything.
func rehearsed(e Event) Event {
	if strings.EqualFold(e.Host, Rehearsal) {
		e.Ground, e.Severity = GroundDrill, SeverityInfo
	}
	return e
}
