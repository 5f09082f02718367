package console

import (
	"context"
	"net/http"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/staff"
)

// incidentView is the page of one incident.
type incidentView struct {
	page
	journal.Incident
	List   []journal.Event // all its events, the oldest first
	Reason string
	Seen   []string // what its signs mean
	// Certificate is what is known of that of the site.
	Certificate []string
	Decides     bool         // whether the person may decide
	Entered     decisionForm // what the form had, when it could not be taken
	Problem     string       // key of what went wrong, "" when nothing did
	MaxNote     int          // in UTF-16 units, as browsers count
	Verdicts    []string
	Terms       []string
	Today       string
	// Entry is what a list of the configuration has of the site, and Source where:
	// nothing that is decided here lets it pass.
	Entry, Source string
	// Passing is what lets the site pass at present by the decision on another
	// incident, nil when nothing does.
	Passing *journal.Exception
	// Around are decisions about names above and below, which go on.
	Around []journal.Exception
	// Asking are other visits whose visitor asked for another look and that are decided
	// with this one; Asked those that were.
	Asking, Asked []journal.Incident
}

// Listed reports whether the site is blocked by a list of the configuration, and not
// for where it leads by what people decided.
func (v incidentView) Listed() bool { return v.Source != OwnList }

// verdicts are the buttons of a page that let a site pass for a while, or always.
// What follows the colon is for how long.
var verdicts = []string{journal.DecisionAllow + ":15m", journal.DecisionAllow + ":24h", journal.DecisionAllow + ":always"}

// terms are how long the site of a false alarm may pass unless a last day is given. The
// first is what is chosen unless somebody chooses: a site that changes hands is met again.
var terms = []string{"90d", "30d", "always"}

// Reports reports whether somebody may be told of it.
func (v incidentView) Reports() bool { return unfit(v.Incident) == "" }

// Poses reports whether the site imitated another, as far as sekisho can tell.
func (v incidentView) Poses() bool { return poses(v.Incident) }

// Reached reports whether something reached the site.
func (v incidentView) Reached() bool { return v.Sent != nil && *v.Sent }

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
	var about []journal.Event
	if err == nil {
		about, err = withRefusals(r.Context(), j, v.Host, v.List)
	}
	if err != nil {
		s.failPage(w, r, "read the incident", err)
		return
	}
	v.Account, v.List = labelFor(who, v.Account), veil(who, v.List)
	v.page = s.page(r, who, "incident.title")
	v.Topic = v.Host
	v.Switch = r.Method == http.MethodGet
	v.Reason, v.Seen = interstitial.Explain(v.Lang, v.Ground, v.Technique, v.Signs)
	v.Certificate = certificateOf(v.words, about)
	v.Decides, v.Verdicts, v.Terms, v.MaxNote = who.role >= staff.Reviewer && !v.Exercise(), verdicts, terms, maxNote/3
	v.Entry, v.Source = s.listedIn(v.Incident)
	if err := s.beside(r.Context(), j, &v); err != nil {
		s.failPage(w, r, "read what else was decided", err)
		return
	}
	v.Today = time.Now().Format(time.DateOnly)
	s.show(w, status, "incident.html", v)
}

// beside fills in what else people said of the site.
func (s *Server) beside(ctx context.Context, j *journal.Reader, v *incidentView) (err error) {
	if v.Passing, err = s.passing(ctx, v.Incident); err != nil {
		return err
	}
	if v.Around, err = s.options.Journal.Around(ctx, v.Host); err != nil {
		return err
	}
	v.Around = v.Around[:min(len(v.Around), maxBeside)]
	v.Asking, v.Asked, err = objections(ctx, j, v.Incident)
	return err
}

// passing returns the exception that lets the host of inc pass by what was decided on
// another incident, or nil.
func (s *Server) passing(ctx context.Context, inc journal.Incident) (*journal.Exception, error) {
	x, ok, err := s.options.Journal.ExceptionFor(ctx, inc.Host)
	if err != nil || !ok || x.Kind != journal.ExceptionAllow || x.Incident == inc.ID {
		return nil, err
	}
	return &x, nil
}
