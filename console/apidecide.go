package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/journal"
)

// decision is what a reviewer says.
type decision struct {
	Decision, For, Note string
	// over is the decision that the page showed; nil is not known.
	over *journal.Known
}

// The words of a decision. How long a confirmation holds is not asked: a site that
// was found to be false stays so.
var (
	decisionWords = []string{journal.DecisionConfirmed, journal.DecisionFalseAlarm, journal.DecisionAllow}
	forWords      = []string{"15m", "24h", "30d", "90d", "always"}
)

// maxNote bounds a note, in octets: some lines.
const maxNote = 1000

// check says what is wrong with a decision.
func (d decision) check() error {
	switch {
	case !slices.Contains(decisionWords, d.Decision):
		return fmt.Errorf("decision: want %s", strings.Join(decisionWords, ", "))
	case d.For != "" && !slices.Contains(forWords, d.For) && !isDay(d.For):
		return errFor
	case d.Decision == journal.DecisionConfirmed && d.For != "" && d.For != "always":
		return errors.New("for: what is confirmed stays blocked; leave it out")
	case len(d.Note) > maxNote || !utf8.ValidString(d.Note):
		return fmt.Errorf("note: longer than %d bytes, or no text", maxNote)
	}
	return nil
}

// errFor is for a term that nobody knows.
var errFor = fmt.Errorf("for: want %s or the last day, as 2026-01-31", strings.Join(forWords, ", "))

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// listedError says that a decision would have no effect.
type listedError struct{ entry, source string }

// Error says what to do instead.
func (e *listedError) Error() string {
	if e.source == OwnList {
		return fmt.Sprintf("The name leads to %s, which people decided to block. Decide about that name, or remove its exception, to let this one pass; allowing it here would have no effect.", e.entry)
	}
	return fmt.Sprintf("The name is on your block list (%s in %s). Take it out there to let it pass; allowing it here would have no effect.", e.entry, e.source)
}

// errExercise is for a decision about an exercise: it would make an exception for a
// name that the next exercise needs.
var errExercise = errors.New("it was an exercise: there is nothing to decide")

// exerciseHosts are the names of exercises, whatever is recorded of them.
var exerciseHosts = []string{interstitial.DrillLookalike, interstitial.DrillCopy, interstitial.DrillPassword, journal.Rehearsal}

// mayCount returns the host of an incident, or a [listedError] when what d says of it
// cannot count, and errExercise when there is nothing to be said of it.
func (s *Server) mayCount(ctx context.Context, id string, d decision) (host string, err error) {
	j, err := s.reader.get()
	if err == nil && j == nil {
		err = journal.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	inc, _, err := j.IncidentByID(ctx, id)
	if err != nil {
		return "", err
	}
	if inc.Exercise() || slices.Contains(exerciseHosts, inc.Host) {
		return "", errExercise
	}
	if _, err := hostname.ParseRecorded(inc.Host); err != nil && inc.Host != "" {
		return "", fmt.Errorf("%w decision: no list can have the name as it was recorded: %w", journal.ErrInvalid, err)
	}
	if d.Decision == journal.DecisionConfirmed {
		return inc.Host, nil
	}
	if entry, source := s.listedIn(inc); entry != "" {
		return "", &listedError{entry, source}
	}
	return inc.Host, nil
}

// decideTimeout lets a decision finish when whoever sent it has gone: half of one
// would be stored and not in force.
const decideTimeout = 15 * time.Second

// decide stores a decision, makes it count and notes who took it. It is what the
// pages call as well.
func (s *Server) decide(r *http.Request, who person, id string, d decision) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), decideTimeout)
	defer cancel()
	host, err := s.mayCount(ctx, id, d)
	if err != nil {
		return err
	}
	if d.Decision == journal.DecisionFalseAlarm && d.For == "" {
		d.For = terms[0] // as the page has it: nobody chose "for ever"
	}
	err = s.options.Decide(ctx, journal.Decision{
		Incident: id, Decision: d.Decision, For: d.For, Note: d.Note, By: who.name, Time: time.Now(), Over: d.over,
	})
	if err != nil {
		return err
	}
	detail := "incident " + id
	if d.For != "" {
		detail += " for " + d.For
	}
	if host != "" { // which nobody could tell by the incident once that is no longer kept
		detail += " about " + host
	}
	s.audit(r.WithContext(ctx), who.name, "decision."+d.Decision, detail)
	return nil
}

// decisionBody is what a program sends.
type decisionBody struct {
	Decision string  `json:"decision"`
	For      *string `json:"for"` // nil where it is left out
	Note     string  `json:"note"`
}

// decision reads what was sent. An empty term is none: a script whose variable was empty
// does not mean "always".
func (b decisionBody) decision() (decision, error) {
	d := decision{Decision: b.Decision, Note: b.Note}
	if b.For != nil {
		if d.For = *b.For; d.For == "" {
			return d, errFor
		}
	}
	return d, d.check()
}

// apiDecide takes a decision on an incident and answers with the incident.
func (s *Server) apiDecide(w http.ResponseWriter, r *http.Request, who person) {
	var sent decisionBody
	if !readJSON(w, r, &sent) {
		return
	}
	d, err := sent.decision()
	if err != nil {
		serveProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	id := r.PathValue("id")
	err = s.decide(r, who, id, d)
	var listed *listedError
	switch {
	case errors.As(err, &listed):
		serveProblem(w, http.StatusConflict, listed.Error())
	case errors.Is(err, errExercise):
		serveProblem(w, http.StatusConflict, "It was an exercise: there is nothing to decide.")
	case errors.Is(err, journal.ErrNotFound):
		serveProblem(w, http.StatusNotFound, "There is no such incident.")
	case errors.Is(err, journal.ErrInvalid):
		serveProblem(w, http.StatusBadRequest, "This cannot be decided about the incident.")
	case err != nil:
		s.fail(w, r, "store the decision", err)
	default:
		s.serveIncident(w, r, who, id)
	}
}
