package console

import (
	"context"
	"errors"
	"net/http"

	"sekisho/journal"
	"sekisho/staff"
)

// maxRows bounds a page of a list that is kept in memory.
const maxRows = 200

// exceptionsView is the list of what people decided about hosts.
type exceptionsView struct {
	page
	Exceptions []journal.Exception
	Removes    bool   // whether the person may remove one
	Next       string // the page after this one
}

// serveExceptions shows the exceptions in the order of hosts, from the parameter
// "after" on.
func (s *Server) serveExceptions(w http.ResponseWriter, r *http.Request, who person) {
	all, err := s.options.Journal.Exceptions(r.Context())
	if err != nil {
		s.fail(w, r, "read the exceptions", err)
		return
	}
	v := exceptionsView{page: s.page(r, who, "exceptions.title"), Removes: who.role >= staff.Owner}
	after := r.URL.Query().Get("after")
	for _, x := range all {
		if x.Host <= after {
			continue
		}
		if len(v.Exceptions) == maxRows {
			v.Next = link("/exceptions", "after", v.Exceptions[maxRows-1].Host)
			break
		}
		v.Exceptions = append(v.Exceptions, x)
	}
	s.show(w, http.StatusOK, "exceptions.html", v)
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
