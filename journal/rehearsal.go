package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

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
var exercises = fmt.Sprintf("ground IN (SELECT id FROM words WHERE kind = %d AND text = '%s')", kindGround, GroundDrill)

// drillGround is the number of the ground of exercises, -1 while there was none.
func drillGround(ctx context.Context, tx *sql.Tx) (id int64, err error) {
	err = tx.QueryRowContext(ctx, "SELECT id FROM words WHERE kind = ? AND text = ?", kindGround, GroundDrill).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return id, err
}

// rehearsed returns e as the exercise it is when it is about [Rehearsal]: nobody was
// in danger, and nobody need decide anything.
func rehearsed(e Event) Event {
	if strings.EqualFold(e.Host, Rehearsal) {
		e.Ground, e.Severity = GroundDrill, SeverityInfo
	}
	return e
}
