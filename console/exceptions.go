package console

import (
	"net/http"
	"time"

	"sekisho/journal"
	"sekisho/staff"
)

// maxRows bounds a page of a list that is kept in memory.
const maxRows = 200

// exceptionsView is the list of what people decided about hosts.
type exceptionsView struct {
	page
	Exceptions []exceptionRow
	Changes    bool // whether the person may change or remove one
	MaxReason  int  // in UTF-16 units
	Today      string
	Problem    string        // key of what went wrong, "" when nothing did
	About      exceptionForm // what it is about, as it was sent
	Next       string        // the page after this one
}

// exceptionRow is an exception in the list. One that has ended is shown for a while.
type exceptionRow struct {
	journal.Exception
	Ended bool
	Form  exceptionForm // what its form has
	Wrong bool          // whether that was sent and refused
}

// exceptionForm is the form that changes an exception.
type exceptionForm struct{ Host, Kind, Reason, Until, At string }

// row returns the row for x. Its form has what was sent of it and refused, if anything.
func (v exceptionsView) row(x journal.Exception, now time.Time) exceptionRow {
	r := exceptionRow{Exception: x, Ended: x.Ended(now)}
	if v.About.Host == x.Host && (v.About.Kind == x.Kind || v.About.Kind == "") {
		r.Form, r.Wrong = v.About, true
	} else {
		r.Form = exceptionForm{x.Host, x.Kind, x.Reason, r.LastDay(), r.Time()}
	}
	return r
}

// Time is the time of day at which an exception ends on its last day, as a field for a
// time has it; "" is the end of that day.
func (x exceptionRow) Time() string {
	if x.Until.IsZero() || x.Until.Equal(journal.Midnight(x.Until.Add(-1).Local(), 1)) {
		return ""
	}
	return x.Until.Local().Format(clock)
}

// clock is how a field for a time has it.
const clock = "15:04"

// LastDay is the last day that an exception holds, as a field for a day has it.
func (x exceptionRow) LastDay() string {
	if x.Until.IsZero() {
		return ""
	}
	return x.Until.Add(-1).Local().Format(time.DateOnly)
}

// serveExceptions shows the exceptions in the order of hosts, from the parameter
// "after" on.
func (s *Server) serveExceptions(w http.ResponseWriter, r *http.Request, who person) {
	s.showExceptions(w, r, who, http.StatusOK, exceptionsView{})
}

func (s *Server) showExceptions(w http.ResponseWriter, r *http.Request, who person, status int, v exceptionsView) {
	all, err := s.options.Journal.AllExceptions(r.Context())
	if err != nil {
		s.fail(w, r, "read the exceptions", err)
		return
	}
	now := time.Now()
	v.page = s.page(r, who, "exceptions.title")
	v.Switch = r.Method == http.MethodGet
	v.Changes = who.role >= staff.Reviewer
	v.MaxReason, v.Today = maxNote/3, now.Format(time.DateOnly)
	after := r.URL.Query().Get("after")
	for _, x := range all {
		if x.Host <= after {
			continue
		}
		if len(v.Exceptions) == maxRows {
			v.Next = link("/exceptions", "after", v.Exceptions[maxRows-1].Host)
			break
		}
		v.Exceptions = append(v.Exceptions, v.row(x, now))
	}
	s.show(w, status, "exceptions.html", v)
}
