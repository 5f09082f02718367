package proxy

import (
	"context"
	"net/http"
	"time"

	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/proxy/objection"
	"sekisho/proxy/ruling"
)

// appealTimeout bounds how long a visitor waits for the disk to have what was said.
const appealTimeout = 10 * time.Second

// serveAppeal takes a visitor's reason on sekisho's own site.
func (s *Server) serveAppeal(w http.ResponseWriter, r *http.Request) {
	s.takeAppeal(w, r, func(p interstitial.Warning) interstitial.Warning { return p })
}

// takeAppeal takes a visitor's reason to think that a warning is wrong. It is kept
// with the incident for those who review it, once until somebody decided about it, and
// changes nothing by itself.
// When it could not be kept the warning is shown again, as again makes it, and the
// visitor may send it once more.
func (s *Server) takeAppeal(w http.ResponseWriter, r *http.Request, again func(interstitial.Warning) interstitial.Warning) {
	inc, ok := s.decided(w, r)
	if ok && inc.Appealed && s.answered(r.Context(), inc) {
		s.incidents.AppealAgain(inc.ID)
	}
	if !ok || inc.At.Drill || !s.incidents.Appeal(inc.ID) {
		s.refuseDecision(w, r)
		return
	}
	if err := s.keepAppeal(r, inc); err != nil {
		s.log.Error("appeal not durable", zap.String("host", inc.At.Host.String()), zap.Error(err))
		s.incidents.AppealAgain(inc.ID)
		inc.Appealed = false
		p := again(s.liveWarning(r, inc))
		if p.Appeal != nil {
			p.Appeal.Failed = true
		}
		s.showWarning(w, r, p, http.StatusServiceUnavailable)
		return
	}
	s.write(w, r, interstitial.AppealSent{
		Lang: s.pageLanguage(r), Host: inc.At.Host, Incident: inc.ID, SellerCentral: s.settings.Load().SellerCentral,
	}, http.StatusOK)
}

// answered reports whether somebody decided since a visitor objected: who is refused may
// say more.
func (s *Server) answered(ctx context.Context, inc ruling.Incident) bool {
	waits, err := s.journal.AppealWaits(ctx, inc.ID)
	if err != nil {
		s.log.Warn("incident not read", zap.Error(err))
	}
	return err == nil && !waits
}

// keepAppeal writes a visitor's reason down with its incident, whether or not they
// wait for that, and tells those who follow the events.
func (s *Server) keepAppeal(r *http.Request, inc ruling.Incident) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), appealTimeout)
	defer cancel()
	comparing, done := context.WithTimeout(ctx, appealTimeout/2)
	reason := objection.Text(comparing, s.accounts, r.PostFormValue("reason"))
	done()
	if err := s.journal.Appeal(ctx, inc.ID, reason); err != nil {
		return err
	}
	e := inc.Why.Event(inc.At, nil, inc.ID)
	e.Door, e.Action, e.Severity = journal.DoorPage, "", journal.SeverityInfo // sekisho did nothing then
	e.Technique, e.Detail = journal.TechniqueAppeal, reason
	if _, err := s.journal.Record(ctx, e); err != nil { // what counts is kept
		s.log.Error("event of an appeal not durable", zap.String("host", e.Host), zap.Error(err))
	}
	return nil
}
