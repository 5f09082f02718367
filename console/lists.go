package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
)

// field is one condition of the form above a list.
type field struct {
	Name, Value string
	Words       []choice // what can be chosen; none for text
}

// choice is a word that a filter accepts, as people read it.
type choice struct{ Value, Text string }

// choices names the accepted words of a field. Its texts are the field's group.
func (w words) choices(group string, accepted []string) (list []choice) {
	for _, word := range accepted {
		list = append(list, choice{word, w.O(group + "." + word)})
	}
	return list
}

// O returns the text called key, or what follows the first dot of key when there is
// none: a word of a record that a later version wrote.
func (w words) O(key string) string {
	if s, err := w.T(key); err == nil {
		return s
	}
	_, word, _ := strings.Cut(key, ".")
	return word
}

// Names are fields of a form by what is written above them.
func (w words) Names(fields []string) string {
	var names []string
	for _, f := range fields {
		names = append(names, w.O("filter."+f))
	}
	return strings.Join(names, w.O("list.comma"))
}

// IsOneOf reports whether a field is among some.
func (list) IsOneOf(field string, fields []string) bool { return slices.Contains(fields, field) }

// StateOf is what was decided about an incident, and whether that still holds.
func (w words) StateOf(inc journal.Incident) string {
	switch {
	case inc.Again != "" && inc.Appealed.After(inc.Decided):
		return w.O("state.again")
	case inc.Again != "":
		return w.O("state.since")
	case inc.BlockedBy != "":
		return w.O("state.blocked")
	case !inc.PassesUntil.IsZero() && inc.State == journal.StateConfirmed:
		return w.O("state.passes")
	case inc.Ended:
		return w.O("ended." + inc.State)
	case inc.Earlier != "" && inc.State == journal.StateConfirmed:
		return w.O("state.earlier")
	}
	return w.O("state." + inc.State)
}

// StateBefore is StateOf for the decision that there was before inc was opened again.
func (w words) StateBefore(inc journal.Incident) string {
	if inc.Again != "" {
		inc.State, inc.Again, inc.Earlier = inc.Again, "", ""
	}
	return w.StateOf(inc)
}

// Why tells in plain words why sekisho acted.
func (w words) Why(ground, technique string) string {
	reason, _ := interstitial.Explain(w.Lang, ground, technique, nil)
	return reason
}

// link returns a path of the console with parameters, given as key and value in
// turn. Empty values are left out.
func link(path string, params ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		if params[i+1] != "" {
			q.Set(params[i], params[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// figureLink is link where figures stand that leave exercises out: what they lead to
// does as well.
func figureLink(path string, params ...string) string {
	if path == "/events" && (slices.Contains(params, "severity") || slices.Contains(params, "action")) {
		params = append(slices.Clone(params), "exercise", "false")
	}
	return link(path, params...)
}

// Link is link for templates.
func (page) Link(path string, params ...string) string { return link(path, params...) }

// listQuery returns the parameters of a list: without the language, which is the
// page's, and without fields of the form that were left empty.
func listQuery(r *http.Request) url.Values {
	q := r.URL.Query()
	q.Del("lang")
	for key, values := range q {
		if len(values) == 1 && values[0] == "" {
			delete(q, key)
		}
	}
	return q
}

// list is the part that lists with a filter have in common.
type list struct {
	Path   string
	Fields []field
	Wrong  []string // the fields that cannot be read
	Fixed  string   // this page, with its range of time fixed, to be kept
	Next   string   // the page after this one, "" when there is none
	Filter bool     // whether anything is filtered

	fixed url.Values // the filter with its range of time fixed, without a cursor
}

// newList begins a list that was asked for with q.
func newList(path string, q url.Values, err error) list {
	l := list{Path: path, fixed: url.Values{}}
	for key, values := range q {
		if l.Filter = l.Filter || key != "cursor" && key != "limit" && key != "upto"; key != "cursor" {
			l.fixed[key] = slices.Clone(values)
		}
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			name, _, _ := strings.Cut(line, ":")
			l.Wrong = append(l.Wrong, name)
		}
	}
	return l
}

// fix writes what counts into the addresses that the page offers: the range of time, so
// that "the last 24 hours" stay what they were, and the newest event, so that what is
// recorded after the page was made does not join it, be it in the same millisecond or
// with an earlier time. upTo becomes that of newest, unless it is earlier already.
func (l *list) fix(since time.Time, until *time.Time, upTo *int64, newest int64, now time.Time) {
	if *upTo == 0 || newest < *upTo {
		*upTo = newest
	}
	if *upTo > 0 {
		l.fixed.Set("upto", strconv.FormatInt(*upTo, 10))
	}
	if until.IsZero() {
		*until = now.Truncate(time.Millisecond).Add(time.Millisecond)
	}
	if !since.IsZero() {
		l.fixed.Set("since", stamp(since))
	}
	l.fixed.Set("until", stamp(*until))
}

// stamp is how addresses have a point in time.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// pages sets the addresses of this page and of the next.
func (l *list) pages(cursor, next string) {
	l.Fixed = l.at(l.Path, cursor)
	if next != "" {
		l.Next = l.at(l.Path, next)
	}
}

// at is the list at another path, from a cursor on.
func (l *list) at(path, cursor string) string {
	q := url.Values{}
	for key, values := range l.fixed {
		q[key] = values
	}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return path + "?" + q.Encode()
}

// failPage answers for a page whose list could not be read.
func (s *Server) failPage(w http.ResponseWriter, r *http.Request, doing string, err error) {
	switch {
	case errors.Is(err, journal.ErrCursor):
		s.refuse(w, r, http.StatusBadRequest, "The address of this page is not complete.")
	case errors.Is(err, journal.ErrNotFound):
		s.refuse(w, r, http.StatusNotFound, "There is nothing here.")
	default:
		s.fail(w, r, doing, err)
	}
}
