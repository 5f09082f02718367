package journal

import (
	"context"
	"errors"
	"time"
)

var errUnbuilt = errors.New("not built yet")

// ErrNotFound is returned for an incident or an exception that is not there.
var ErrNotFound = errors.New("not found")

// ErrCursor is returned for a cursor that no query gave out, or another one.
var ErrCursor = errors.New("invalid cursor")

// Values of [Incident.State].
const (
	StateOpen       = "open"
	StateConfirmed  = "confirmed"
	StateFalseAlarm = "false_alarm"
	StateAllowed    = "allowed"
)

// Incident is all events of one visit. What it says of action, door, ground and
// so on is that of its severest event, the first of several.
type Incident struct {
	ID         string    `json:"id"`
	Host       string    `json:"host,omitempty"`
	First      time.Time `json:"first"`
	Last       time.Time `json:"last"`
	Events     int       `json:"events"`
	Action     string    `json:"action,omitempty"`
	Severity   string    `json:"severity,omitempty"`
	Door       string    `json:"door,omitempty"`
	Ground     string    `json:"ground,omitempty"`
	Technique  string    `json:"technique,omitempty"`
	Target     string    `json:"target,omitempty"`
	Score      float64   `json:"score,omitempty"`
	Detail     string    `json:"detail,omitempty"`
	Signs      []string  `json:"signs,omitempty"`
	Fields     []string  `json:"fields,omitempty"`
	Account    string    `json:"account,omitempty"`
	Sent       *bool     `json:"sent,omitempty"` // true when any event says so
	Clients    []string  `json:"clients,omitempty"`
	State      string    `json:"state"`
	Note       string    `json:"note,omitempty"`
	By         string    `json:"by,omitempty"`
	Decided    time.Time `json:"decided,omitzero"`
	Until      time.Time `json:"until,omitzero"`
	Appeal     string    `json:"appeal,omitempty"` // the visitor's reason
	AppealedAt time.Time `json:"appealed,omitzero"`
}

// IncidentFilter selects incidents; what is set has to hold together. Since
// and Until are about an incident's first event.
type IncidentFilter struct {
	State, Severity, Host, Client string

	Appealed     bool // those alone whose visitor appealed
	Since, Until time.Time
	Limit        int
}

// Incidents returns incidents, the one that began last first, and the cursor of
// the next page, as [Reader.Search] does.
func (r *Reader) Incidents(ctx context.Context, f IncidentFilter, cursor string) (list []Incident, next string, err error) {
	return nil, "", errUnbuilt
}

// IncidentByID returns an incident and its events in ascending id.
func (r *Reader) IncidentByID(ctx context.Context, id string) (Incident, []Event, error) {
	return Incident{}, nil, errUnbuilt
}
