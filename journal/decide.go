package journal

import (
	"context"
	"time"
)

// Values of [Decision.Decision].
const (
	DecisionConfirmed  = "confirmed"
	DecisionFalseAlarm = "false_alarm"
	DecisionAllow      = "allow"
)

// Decision is what a reviewer says of an incident.
type Decision struct {
	Incident string
	Decision string
	For      string // 15m, 24h or always; "" is always
	Note, By string
	Time     time.Time // zero is now
}

// Decide stores a decision and, in the same transaction, the exception for the
// incident's host that follows from it: block after confirmed, allow otherwise.
// Errors: ErrNotFound; ErrDecision.
func (j *Journal) Decide(ctx context.Context, d Decision) error { return errUnbuilt }

// Appeal stores a visitor's reason. Errors: ErrNotFound.
func (j *Journal) Appeal(ctx context.Context, incident, reason string) error { return errUnbuilt }

// Values of [Exception.Kind].
const (
	ExceptionAllow = "allow"
	ExceptionBlock = "block"
)

// Exception is a verdict on a host, one for each, that came from a person.
type Exception struct {
	Host     string    `json:"host"`
	Kind     string    `json:"kind"`
	Reason   string    `json:"reason,omitempty"`
	By       string    `json:"by,omitempty"`
	Incident string    `json:"incident,omitempty"`
	Added    time.Time `json:"added"`
	Until    time.Time `json:"until,omitzero"` // zero is for always
}

// Exceptions returns those in force, by host.
func (j *Journal) Exceptions(ctx context.Context) ([]Exception, error) { return nil, errUnbuilt }

// PutException stores x in place of what there is for its host.
func (j *Journal) PutException(ctx context.Context, x Exception) error { return errUnbuilt }

// RemoveException removes the exception for host. Errors: ErrNotFound.
func (j *Journal) RemoveException(ctx context.Context, host string) error { return errUnbuilt }
