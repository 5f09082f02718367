package console

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sekisho/config"
	"sekisho/hostname"
	"sekisho/journal"
)

// The words that filters accept.
var (
	actionWords   = []string{journal.ActionAllow, journal.ActionWarn, journal.ActionBlock, journal.ActionHold, journal.ActionRelease}
	doorWords     = []string{journal.DoorProxy, journal.DoorDNS, journal.DoorPage, journal.DoorGuard, journal.DoorConsole, journal.DoorSystem}
	severityWords = []string{journal.SeverityRed, journal.SeverityAmber, journal.SeverityInfo}
	stateWords    = []string{journal.StateOpen, journal.StateConfirmed, journal.StateFalseAlarm, journal.StateAllowed, journal.StateExercise}
	dangerWords   = []string{journal.DangerReal, journal.DangerLeft, journal.DangerSent, journal.DangerUnknown, journal.DangerKept, journal.DangerHarmless}
	switchWords   = []string{"true", "false"}
)

const (
	// defaultLimit and maxLimit bound a page of a list.
	defaultLimit = 100
	maxLimit     = 500
	// maxText bounds what is searched for; a host name has 253 characters.
	maxText = 253
)

// query reads the parameters of a list. A parameter that is unknown, twice there
// or not what it should be is a problem: a filter that is silently wider than it
// was meant would hide what somebody looks for.
type query struct {
	values   url.Values
	now      time.Time
	read     []string
	problems []error
}

func newQuery(v url.Values, now time.Time) *query { return &query{values: v, now: now} }

// err returns what is wrong, after all parameters were read; nil when nothing is.
func (q *query) err() error {
	for key, values := range q.values {
		if !slices.Contains(q.read, key) {
			q.problem("%.40q: there is no such parameter", key)
		} else if len(values) > 1 {
			q.problem("%s: given more than once", key)
		}
	}
	slices.SortFunc(q.problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(q.problems...)
}

func (q *query) problem(format string, args ...any) {
	q.problems = append(q.problems, fmt.Errorf(format, args...))
}

// text returns a parameter as it is.
func (q *query) text(key string) string {
	q.read = append(q.read, key)
	v := q.values.Get(key)
	if len(v) > maxText || !utf8.ValidString(v) {
		q.problem("%s: longer than %d bytes, or no text", key, maxText)
		return ""
	}
	return v
}

// word returns a parameter that is one of the accepted, or "".
func (q *query) word(key string, accepted []string) string {
	v := q.text(key)
	if v != "" && !slices.Contains(accepted, v) {
		q.problem("%s: want %s", key, strings.Join(accepted, ", "))
	}
	return v
}

// host returns the name of a host in the form that events have.
func (q *query) host(key string) string {
	v := q.text(key)
	if v == "" {
		return ""
	}
	n, err := hostname.ParseRecorded(v)
	if err != nil {
		q.problem("%s: want the name of a host", key)
		return ""
	}
	return n.String()
}

// client returns an address in the form that events have.
func (q *query) client(key string) string {
	v := q.text(key)
	if v == "" {
		return ""
	}
	a, err := netip.ParseAddr(v)
	if err != nil {
		q.problem("%s: want an address", key)
		return ""
	}
	return a.Unmap().String()
}

// when reads a point in time: so long ago, a date, or RFC 3339.
func (q *query) when(key string) time.Time {
	v := q.text(key)
	if v == "" {
		return time.Time{}
	}
	if d, err := config.ParseDuration(v); err == nil {
		return q.now.Add(-time.Duration(d))
	}
	if t, err := time.ParseInLocation(time.DateOnly, v, q.now.Location()); err == nil {
		return t
	}
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		q.problem("%s: want a length of time such as 24h or 7d, a date such as 2026-01-31, or a time in RFC 3339 form", key)
	}
	return t
}

// limit returns how long a page of the list may be.
func (q *query) limit() int {
	v := q.text("limit")
	if v == "" {
		return defaultLimit
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > maxLimit {
		q.problem("limit: want 1 to %d", maxLimit)
		return defaultLimit
	}
	return n
}

// id returns the number of an event, 0 when there is none.
func (q *query) id(key string) int64 {
	v := q.text(key)
	if v == "" {
		return 0
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1 {
		q.problem("%s: want the number of an event", key)
	}
	return n
}

// cursor returns where the page before ended.
func (q *query) cursor() string {
	q.read = append(q.read, "cursor")
	return q.values.Get("cursor")
}

// account returns the label of a protected account. Who may not see one that is a sign-in
// ID is not told either whether there are events of an ID that was guessed.
func (q *query) account(who person) string {
	v := q.text("account")
	if labelFor(who, v) != v {
		q.problem("account: want a label; by a sign-in ID only reviewers and owners may filter")
		return ""
	}
	return v
}

// eventFilter reads the filter of a list of events and its cursor, for who.
func eventFilter(who person, v url.Values, now time.Time) (journal.Filter, string, error) {
	q := newQuery(v, now)
	f := journal.Filter{
		Since: q.when("since"), Until: q.when("until"), UpTo: q.id("upto"),
		Action: q.word("action", actionWords), Door: q.word("door", doorWords), Severity: q.word("severity", severityWords),
		Host: q.host("host"), Client: q.client("client"), Text: q.text("text"), Device: q.text("device"),
		Exercise: q.word("exercise", switchWords) == "true", NoExercise: q.values.Get("exercise") == "false",
		Technique: q.text("technique"), Account: q.account(who), Incident: q.text("incident"), Limit: q.limit(),
	}
	cursor := q.cursor()
	return f, cursor, q.err()
}

// incidentFilter reads the filter of a list of incidents and its cursor.
func incidentFilter(v url.Values, now time.Time) (journal.IncidentFilter, string, error) {
	q := newQuery(v, now)
	f := journal.IncidentFilter{
		State: q.word("state", stateWords), Severity: q.word("severity", severityWords),
		Host: q.host("host"), Client: q.client("client"), Appealed: q.word("appealed", switchWords) == "true",
		Danger: q.word("danger", dangerWords),
		Since:  q.when("since"), Until: q.when("until"), UpTo: q.id("upto"), Limit: q.limit(),
	}
	cursor := q.cursor()
	return f, cursor, q.err()
}
