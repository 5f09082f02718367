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
)

// change is what the form of an exception says.
type change struct {
	host, kind, reason string
	until              *time.Time // nil leaves the end as it is
}

// newChange reads the form about the exception that was. A day is meant to the time
// that the form has, or to its end; no day is without end. A form that says the end
// that was, as the page shows it, leaves it: it is exact to less than what a form has.
func newChange(form url.Values, was journal.Exception) (c change, err error) {
	c.host, c.kind, c.reason = was.Host, was.Kind, strings.TrimSpace(form.Get("reason"))
	if len(c.reason) > maxNote || !utf8.ValidString(c.reason) {
		return c, journal.ErrInvalid
	}
	day, at, row := form.Get("until"), form.Get("at"), exceptionRow{Exception: was}
	if day == row.LastDay() && (!form.Has("at") || at == row.Time()) {
		return c, nil
	}
	c.until = new(time.Time)
	switch {
	case day == "":
		if at != "" {
			err = journal.ErrInvalid // a time of no day is not taken for no end
		}
		return c, err
	case at == "":
		_, *c.until, err = journal.ParseDay(day, time.Local)
		return c, invalid(err)
	}
	layout := clock
	if len(at) > len(clock) {
		layout = time.TimeOnly
	}
	*c.until, err = time.ParseInLocation(time.DateOnly+" "+layout, day+" "+at, time.Local)
	return c, invalid(err)
}

// invalid is [journal.ErrInvalid] for an error.
func invalid(err error) error {
	if err != nil {
		return journal.ErrInvalid
	}
	return nil
}

// exception returns the exception for a host of a kind, or with no kind the one that
// counts, or counted last.
func (s *Server) exception(ctx context.Context, host, kind string) (x journal.Exception, err error) {
	all, err := s.options.Journal.AllExceptions(ctx)
	if err != nil {
		return x, err
	}
	err, now := journal.ErrNotFound, time.Now()
	for _, one := range all {
		fits := one.Host == host && (kind == "" || kind == one.Kind)
		if fits && (err != nil || x.Ended(now)) {
			x, err = one, nil
		}
	}
	return x, err
}

// changeException gives an exception another reason and end.
func (s *Server) changeException(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), decideTimeout)
	defer cancel()
	host := form.Get("host")
	was, err := s.exception(ctx, host, form.Get("kind"))
	var c change
	if err == nil {
		c, err = newChange(form, was)
	}
	if err == nil {
		err = s.options.Change(ctx, c.host, c.kind, c.reason, c.until)
	}
	switch {
	case errors.Is(err, journal.ErrInvalid), errors.Is(err, journal.ErrNotFound): // of the second: it was removed meanwhile
		s.showExceptions(w, r, who, http.StatusUnprocessableEntity, exceptionsView{
			Problem: "exceptions.wrong", About: exceptionForm{host, form.Get("kind"), form.Get("reason"), form.Get("until"), form.Get("at")},
		})
	case err != nil:
		s.fail(w, r, "change the exception", err)
	default:
		until := was.Until
		if c.until != nil {
			until = *c.until
		}
		detail := c.host + " always"
		if !until.IsZero() {
			detail = c.host + " " + stamp(until)
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
	switch err := s.options.Lift(ctx, host, form.Get("kind")); {
	case errors.Is(err, journal.ErrNotFound): // somebody else was faster, or it ended
		http.Redirect(w, r, "/exceptions", http.StatusSeeOther)
	case err != nil:
		s.fail(w, r, "remove the exception", err)
	default:
		s.audit(r.WithContext(ctx), who.name, "exception.remove", host)
		http.Redirect(w, r, "/exceptions", http.StatusSeeOther)
	}
}
