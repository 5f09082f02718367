package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/staff"
)

// incidentView is the page of one incident.
type incidentView struct {
	page
	journal.Incident
	List     []journal.Event // all its events, the oldest first
	Reason   string
	Seen     []string // what its signs mean
	Decides  bool     // whether the person may decide
	Entered  string   // the note, when it could not be taken
	Problem  string   // key of what went wrong, "" when nothing did
	MaxNote  int      // in UTF-16 units, as browsers count
	Verdicts []verdict
}

// verdict is a button of the decision's form.
type verdict struct {
	Value string
	Main  bool
}

// verdicts are the decisions that a page offers. What follows the colon is for how
// long.
var verdicts = []verdict{
	{journal.DecisionConfirmed, true},
	{journal.DecisionFalseAlarm, false},
	{journal.DecisionAllow + ":15m", false},
	{journal.DecisionAllow + ":24h", false},
	{journal.DecisionAllow + ":always", false},
}

// Said returns the person's sentence on whether something was sent.
func (v incidentView) Said(sent *bool) string { return said(v.words, sent) }

// serveIncidentPage shows one incident.
func (s *Server) serveIncidentPage(w http.ResponseWriter, r *http.Request, who person) {
	s.showIncident(w, r, who, http.StatusOK, incidentView{})
}

// showIncident shows the incident that r is about. v has what the form had.
func (s *Server) showIncident(w http.ResponseWriter, r *http.Request, who person, status int, v incidentView) {
	j, err := s.reader.get()
	if err == nil && j == nil {
		err = journal.ErrNotFound
	}
	if err == nil {
		v.Incident, v.List, err = j.IncidentByID(r.Context(), r.PathValue("id"))
	}
	if err != nil {
		s.failPage(w, r, "read the incident", err)
		return
	}
	v.page = s.page(r, who, "incident.title")
	v.Switch = r.Method == http.MethodGet
	v.Reason, v.Seen = interstitial.Explain(v.Lang, v.Ground, v.Technique, v.Signs)
	v.Decides, v.Verdicts, v.MaxNote = who.role >= staff.Reviewer, verdicts, maxNote/3
	s.show(w, status, "incident.html", v)
}

// decideOnPage takes the decision of a form and shows the incident again.
func (s *Server) decideOnPage(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	var d decision
	d.Decision, d.For, _ = strings.Cut(form.Get("verdict"), ":")
	d.Note = strings.TrimSpace(form.Get("note"))
	if d.check() != nil {
		s.showIncident(w, r, who, http.StatusUnprocessableEntity, incidentView{Problem: "decide.unreadable", Entered: d.Note})
		return
	}
	id := r.PathValue("id")
	switch err := s.decide(r, who, id, d); {
	case errors.Is(err, journal.ErrInvalid):
		s.showIncident(w, r, who, http.StatusUnprocessableEntity, incidentView{Problem: "decide.impossible", Entered: d.Note})
	case err != nil:
		s.failPage(w, r, "store the decision", err)
	default:
		http.Redirect(w, r, "/incidents/"+url.PathEscape(id), http.StatusSeeOther)
	}
}
