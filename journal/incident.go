package journal

import (
	"errors"
	"time"
)

// ErrNotFound is returned for an incident or an exception that is not there.
var ErrNotFound = errors.New("not found")

// Values of [Incident.State].
const (
	StateOpen       = "open" // nobody decided yet, or not on what came since
	StateConfirmed  = "confirmed"
	StateFalseAlarm = "false_alarm"
	StateAllowed    = "allowed"
	StateExercise   = "exercise" // of an exercise that nobody decided about: nothing waits
)

// states are those of incidents by their stored number; that of an exercise is open
// there. Only append.
var states = []string{StateOpen, StateConfirmed, StateFalseAlarm, StateAllowed}

// Incident is all events of one visit. What it says of action, severity, door
// and so on is what its severest event says, the first one of several; host
// and the beginning are those of its first event. Strings are clean, as those
// of an [Event] are.
type Incident struct {
	ID     string    `json:"id"`
	Host   string    `json:"host,omitempty"`
	First  time.Time `json:"first"`
	Last   time.Time `json:"last"`
	Events int       `json:"events"`

	Action    string   `json:"action,omitempty"`
	Severity  string   `json:"severity,omitempty"`
	Door      string   `json:"door,omitempty"`
	Ground    string   `json:"ground,omitempty"`
	Technique string   `json:"technique,omitempty"`
	Target    string   `json:"target,omitempty"`
	Score     float64  `json:"score,omitempty"`
	Detail    string   `json:"detail,omitempty"`
	Signs     []string `json:"signs,omitempty"`
	Fields    []string `json:"fields,omitempty"`
	Account   string   `json:"account,omitempty"`
	Device    string   `json:"device,omitempty"`

	// Sent is the worst of what its events say: true when any does, then absent when
	// of any that was a request nobody knows, then false.
	Sent *bool `json:"sent,omitempty"`
	// Observed says of Action that it would have happened: see [Event].
	Observed bool `json:"observed,omitempty"`
	// Clients are those of its events, of the first clientsAmong at least.
	Clients []string `json:"clients,omitempty"`

	State   string    `json:"state"`
	Note    string    `json:"note,omitempty"`
	By      string    `json:"by,omitempty"` // who decided
	Decided time.Time `json:"decided,omitzero"`
	// NotedEnd is the end that is noted with the decision, which moves when somebody
	// changes or removes what followed from it; Until says what holds now.
	NotedEnd time.Time `json:"-"`
	Until    time.Time `json:"until,omitzero"` // end of what follows from the decision; zero is never
	// Ended says that what followed from the decision holds no more: its time is
	// over, or it was taken back, or another decision about the host took its place.
	Ended bool `json:"ended,omitempty"`
	// Earlier is the id of the incident whose decision this visit falls under: it was
	// confirmed before, waited when somebody decided that one, or is let pass for longer
	// by it than was decided here. Until is that one's.
	Earlier string `json:"earlier,omitempty"`
	// Others is how many other incidents of its host, and of names below it, were
	// decided together with it, because they waited.
	Others int `json:"others,omitempty"`
	// PassesUntil is when it is blocked again, of a confirmed site that somebody lets pass
	// for a while; BlockedBy the incident whose confirmation blocks a host now that this
	// one says may pass.
	PassesUntil time.Time `json:"passes_until,omitzero"`
	BlockedBy   string    `json:"blocked_by,omitempty"`
	// Again is the state that it had before it was opened again, because the visitor
	// asked once more or something was stopped although it was let pass. What was
	// decided goes on until it ends or somebody decides again.
	Again string `json:"again,omitempty"`

	Appeal   string    `json:"appeal,omitempty"` // the visitor's reason
	Appealed time.Time `json:"appealed,omitzero"`
}

// IncidentFilter selects incidents; what is set has to hold together. Strings
// match exactly. Host, client and time range are about an incident's first
// event, severity about its severest.
type IncidentFilter struct {
	State, Severity, Host, Client string

	Below      string // only those of this host, or of a name below it
	NoExercise bool   // only those that are no exercise, whatever was decided
	// Danger is "", or which of those that were a danger: see [Dangers]. Their time, and
	// UpTo, is that of the events that made them one, and so is their order.
	Danger string

	Appealed     bool // only those whose visitor asked for another look
	Since, Until time.Time
	UpTo         int64 // those whose first event has this id at most; 0 is no end
	Limit        int   // 500 at most, 50 when it is not positive
}

// query is what f says about first events.
func (f IncidentFilter) query() query {
	return Filter{Host: f.Host, Client: f.Client, Since: f.Since, Until: f.Until, UpTo: f.UpTo}.query()
}
