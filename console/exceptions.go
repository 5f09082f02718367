package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"sekisho/journal"
	"sekisho/staff"
)

// maxRows bounds a page of a list that is kept in memory.
const maxRows = 200

// exceptionsView is the list of what people decided about hosts.
type exceptionsView struct {
	page
	Exceptions []exceptionRow
	Changes    bool // whether the person may change one
	Removes    bool // … remove one
	MaxReason  int  // in UTF-16 units
	Today      string
	Problem    string // key of what went wrong, "" when nothing did
	About      string // the host that it is about
	Next       string // the page after this one
}

// exceptionRow is an exception in the list. One that has ended is shown for a while.
type exceptionRow struct {
	journal.Exception
	Ended bool
}

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
	v.Changes, v.Removes = who.role >= staff.Reviewer, who.role >= staff.Owner
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
		v.Exceptions = append(v.Exceptions, exceptionRow{x, !x.Until.IsZero() && !x.Until.After(now)})
	}
	s.show(w, status, "exceptions.html", v)
}

// change is what the form of an exception says.
type change struct {
	host, reason string
	until        time.Time
}

// newChange reads the form. A day is meant to its end; no day is without end.
func newChange(form url.Values, now time.Time) (c change, err error) {
	c.host, c.reason = form.Get("host"), strings.TrimSpace(form.Get("reason"))
	if len(c.reason) > maxNote || !utf8.ValidString(c.reason) || c.host == "" {
		return c, journal.ErrInvalid
	}
	if day := form.Get("until"); day != "" {
		t, err := time.ParseInLocation(time.DateOnly, day, now.Location())
		if err != nil {
			return c, journal.ErrInvalid
		}
		c.until = t.AddDate(0, 0, 1)
	}
	return c, nil
}

// changeException gives an exception another reason and end.
func (s *Server) changeException(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	c, err := newChange(form, time.Now())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), decideTimeout)
	defer cancel()
	if err == nil {
		err = s.options.Change(ctx, c.host, c.reason, c.until)
	}
	switch {
	case errors.Is(err, journal.ErrInvalid), errors.Is(err, journal.ErrNotFound): // of the second: it was removed meanwhile
		s.showExceptions(w, r, who, http.StatusUnprocessableEntity, exceptionsView{Problem: "exceptions.wrong", About: c.host})
	case err != nil:
		s.fail(w, r, "change the exception", err)
	default:
		detail := c.host + " always"
		if !c.until.IsZero() {
			detail = c.host + " " + stamp(c.until)
		}
		s.audit(r.WithContext(ctx), who.name, "exception.change", detail)
		http.Redirect(w, r, "/exceptions", http.StatusSeeOther)
	}
}

// removeException takes an exception back.
func (s *Server) removeException(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	host := form.Get("host")
	if host == "" {
		s.refuse(w, r, http.StatusBadRequest, "The form says no host.")
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), decideTimeout)
	defer cancel()
	switch err := s.options.Lift(ctx, host); {
	case errors.Is(err, journal.ErrNotFound): // somebody else was faster, or it ended
		http.Redirect(w, r, "/exceptions", http.StatusSeeOther)
	case err != nil:
		s.fail(w, r, "remove the exception", err)
	default:
		s.audit(r.WithContext(ctx), who.name, "exception.remove", host)
		http.Redirect(w, r, "/exceptions", http.StatusSeeOther)
	}
}
