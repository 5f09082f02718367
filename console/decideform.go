package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sekisho/journal"
)

// decisionForm is the form of an incident's page as it was sent.
type decisionForm struct {
	Verdict string // a decision, and of some after a colon for how long
	Note    string
	For     string // one of terms, for a false alarm
	Until   string // its last day, which counts in place of For
	Decided string // what the page that the form was on says of an earlier decision, as Over has it
}

func newDecisionForm(form url.Values) decisionForm {
	return decisionForm{
		Verdict: form.Get("verdict"), Note: strings.TrimSpace(form.Get("note")),
		For: form.Get("for"), Until: form.Get("until"), Decided: form.Get("decided"),
	}
}

// decision reads the form. problem is the key of what is wrong with it, or "". A last
// day counts or is refused: somebody who gave one does not mean 90 days.
func (f decisionForm) decision() (d decision, problem string) {
	d.Note = f.Note
	d.Decision, d.For, _ = strings.Cut(f.Verdict, ":")
	switch {
	case d.Decision == journal.DecisionFalseAlarm && f.Until != "":
		d.For = f.Until
		if _, end, err := journal.ParseDay(f.Until, time.Local); err != nil || !end.After(time.Now()) {
			return d, "decide.day"
		}
	case d.Decision == journal.DecisionFalseAlarm:
		d.For = f.For
	case f.Until != "":
		return d, "decide.dayless"
	}
	d.over = new(journal.Known) // a form that says of no decision was made knowing none
	if f.Decided != "" {
		at, end, _ := strings.Cut(f.Decided, " ")
		var wrong [2]error
		d.over.Decided, wrong[0] = time.Parse(time.RFC3339Nano, at)
		d.over.NotedEnd, wrong[1] = time.Parse(time.RFC3339Nano, end)
		if errors.Join(wrong[:]...) != nil {
			return d, "decide.unreadable"
		}
	}
	if d.check() != nil {
		return d, "decide.unreadable"
	}
	return d, ""
}

// Over is when the incident was decided and until when, for the form: whoever decides
// does so knowing that decision, and not what somebody else decided, changed or took back
// while the page was open.
func (v incidentView) Over() string { return over(v.Incident) }

func over(inc journal.Incident) string { return stamp(inc.Decided) + " " + stamp(inc.NotedEnd) }

// decideOnPage takes the decision of a form and shows the incident again.
func (s *Server) decideOnPage(w http.ResponseWriter, r *http.Request, who person) {
	sent, ok := s.form(w, r)
	if !ok {
		return
	}
	form := newDecisionForm(sent)
	d, problem := form.decision()
	if problem != "" {
		s.showIncident(w, r, who, http.StatusUnprocessableEntity, incidentView{Problem: problem, Entered: form})
		return
	}
	id := r.PathValue("id")
	var listed *listedError
	switch err := s.decide(r, who, id, d); {
	case errors.Is(err, errExercise):
		s.showIncident(w, r, who, http.StatusConflict, incidentView{Problem: "decide.none"})
	case errors.As(err, &listed): // the page says why
		s.showIncident(w, r, who, http.StatusConflict, incidentView{Problem: "decide.impossible", Entered: form})
	case errors.Is(err, journal.ErrDecided):
		s.showIncident(w, r, who, http.StatusConflict, incidentView{Problem: "decide.meanwhile", Entered: form})
	case errors.Is(err, journal.ErrInvalid):
		s.showIncident(w, r, who, http.StatusUnprocessableEntity, incidentView{Problem: "decide.impossible", Entered: form})
	case err != nil:
		s.failPage(w, r, "store the decision", err)
	default:
		http.Redirect(w, r, "/incidents/"+url.PathEscape(id), http.StatusSeeOther)
	}
}
