package proxy

import (
	"context"
	"crypto/subtle"
	"net/http"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/proxy/ruling"
	"sekisho/rules"
)

// maxForm bounds the body of a decision or an appeal.
const maxForm = 8 << 10

// serveWarning shows why a site, a page or a request was held back.
func (s *Server) serveWarning(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if inc, live := s.incidents.Get(id); live {
		s.showWarning(w, r, s.liveWarning(r, inc), http.StatusOK)
		return
	}
	events, err := s.journal.Incident(r.Context(), id)
	if err != nil {
		s.log.Warn("incident not read", zap.Error(err))
	}
	e, ok := lastHeld(events)
	if !ok {
		s.serveGone(w, r)
		return
	}
	p := s.pastWarning(e)
	s.recollect(r.Context(), &p, events)
	s.showWarning(w, r, p, http.StatusOK)
}

func (s *Server) showWarning(w http.ResponseWriter, r *http.Request, p interstitial.Warning, status int) {
	p.Lang = s.pageLanguage(r)
	w.Header().Set(incidentHeader, p.Incident)
	s.write(w, r, p, status)
}

// liveWarning is the page for an incident that may still be decided on. The
// ways on are shown to the device that met it alone.
func (s *Server) liveWarning(r *http.Request, inc ruling.Incident) interstitial.Warning {
	v := visitOf(r.Context())
	if inc.Why.Door == journal.DoorPage && !inc.At.Drill {
		// Whoever went on past it may have typed something since.
		inc.Why.Maybe = inc.Why.Maybe || s.handed.maybe(inc.At.Client, inc.At.Host, inc.Why.FirstSeen)
	}
	p := s.warning(r, inc.At, inc.Why, inc.ID)
	p.Time, p.EventID = inc.Began, inc.EventID
	if inc.At.Client != v.client {
		return p
	}
	if s.mayRelease(inc) {
		p.Proceed = &interstitial.Proceed{
			Action: "/i/" + inc.ID + "/proceed", Token: inc.Token, For: inc.Why.Kind().Leave(),
			Office: inc.Why.Kind().Office(), Confirm: !inc.Why.Amber(),
		}
	}
	// Who can go on with a click has no need to ask.
	p.Appealed = inc.Appealed && !s.answered(r.Context(), inc)
	if !inc.At.Drill && (p.Proceed == nil || p.Proceed.Confirm) && !p.Appealed {
		p.Appeal = &interstitial.Appeal{Action: "/i/" + inc.ID + "/appeal", Token: inc.Token}
	}
	return p
}

// lastHeld is the latest event of an incident that held something back.
func lastHeld(events []journal.Event) (journal.Event, bool) {
	for i := len(events) - 1; i >= 0; i-- {
		if e := events[i]; e.Action != journal.ActionRelease && e.Technique != journal.TechniqueAppeal {
			return e, true
		}
	}
	return journal.Event{}, false
}

// pastWarning is the page for an incident from the journal.
func (s *Server) pastWarning(e journal.Event) interstitial.Warning {
	t, _ := parseTarget(e.Host, defaultPort("https"))
	return interstitial.Warning{
		Severity: e.Severity, Door: e.Door, Host: t.name, Target: e.Target, SellerCentral: s.settings.Load().SellerCentral,
		Ground: e.Ground, Technique: e.Technique, Detail: e.Detail, Signs: e.Signs, Fields: e.Fields, Account: e.Account, Sent: e.Sent,
		Incident: e.Incident, EventID: e.ID, Time: e.Time, Client: e.Client, Drill: t.drill(), Page: warningURL(e.Incident),
	}
}

// recollect says on the page of an incident from the journal what that knows of what was
// sent, by any of its events or before. What the page said more, of what no event tells,
// is not known any more: then it does not say that nothing was sent.
func (s *Server) recollect(ctx context.Context, p *interstitial.Warning, events []journal.Event) {
	for _, e := range events {
		if e.Sent != nil && *e.Sent && (e.Door == journal.DoorPage || e.Door == journal.DoorGuard) {
			p.Sent = e.Sent
		}
	}
	if p.Drill || p.Door != journal.DoorPage && p.Door != journal.DoorGuard || p.Sent != nil && *p.Sent {
		return
	}
	at := events[len(events)-1]
	sent, err := s.journal.SentBefore(ctx, time.Now().Add(-rememberedFor), at.Host, at.Client, p.Account)
	if err != nil {
		s.log.Warn("what was sent before is not known", zap.Error(err))
	}
	p.EnteredEarlier = sent
	if p.Door == journal.DoorGuard && p.Severity == journal.SeverityRed && !sent {
		p.Sent = nil
	}
}

// decided returns the incident that a form of its page is about, when the form
// comes from there.
func (s *Server) decided(w http.ResponseWriter, r *http.Request) (ruling.Incident, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	inc, ok := s.incidents.Get(r.PathValue("id"))
	token := r.PostFormValue("token")
	if !ok || inc.At.Client != visitOf(r.Context()).client || subtle.ConstantTimeCompare([]byte(token), []byte(inc.Token)) != 1 {
		return ruling.Incident{}, false
	}
	return inc, true
}

// refuseDecision answers a form that has no effect.
func (s *Server) refuseDecision(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, target{}, &failure{code: interstitial.CodeDecision, detail: "this decision cannot be made from here, or no longer"})
}

// serveProceed is a person's decision to go on. Where they wanted to go on the
// site is not known, since paths are not kept, so they start at its front page;
// and what they had filled in is not kept either: they send it again.
func (s *Server) serveProceed(w http.ResponseWriter, r *http.Request) {
	inc, ok := s.decided(w, r)
	if !ok || !s.mayRelease(inc) {
		s.refuseDecision(w, r)
		return
	}
	if typed, err := hostname.ParseInput(r.PostFormValue("host")); !inc.Why.Amber() && (err != nil || typed != inc.At.Host) {
		p := s.liveWarning(r, inc)
		p.Proceed.Mistyped = true
		s.showWarning(w, r, p, http.StatusUnprocessableEntity)
		return
	}
	// A second click, or a form that is sent again, leads on and decides nothing: it
	// must not make a leave longer.
	if s.incidents.Use(inc.ID, inc.Token) {
		s.release(r, inc)
	}
	h := w.Header()
	h.Set(incidentHeader, inc.ID)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Location", inc.At.Scheme+"://"+target{inc.At.Host, inc.At.Port}.authority(inc.At.Scheme)+"/")
	w.WriteHeader(http.StatusSeeOther)
}

// mayRelease reports whether the visitor may choose to go on: past an amber
// ruling anybody, past a red one who has nobody to ask. Not past the owner's own
// list, though, and not where a name that is fine leads to one that is not.
func (s *Server) mayRelease(inc ruling.Incident) bool {
	switch {
	case inc.At.Drill:
		return false
	case inc.Why.Amber():
		return true
	case inc.Why.Door == journal.DoorProxy:
		v := s.settings.Load().Policy.Decide(inc.At.Host)
		return v.Action == rules.Block && passable(v) && s.alone()
	}
	return s.alone()
}

// alone reports whether nobody but this computer's own user is served, who is
// the owner then.
func (s *Server) alone() bool {
	for _, p := range s.settings.Load().Clients {
		if !p.Addr().Unmap().IsLoopback() {
			return false
		}
	}
	return true
}

// release records that a person went on past an incident, and lets them.
func (s *Server) release(r *http.Request, inc ruling.Incident) {
	e := inc.Why.Event(inc.At, nil, inc.ID)
	e.Door, e.Action = journal.DoorPage, journal.ActionRelease
	if _, err := s.journal.Record(r.Context(), e); err != nil {
		s.log.Error("release not durable", zap.String("host", e.Host), zap.Error(err))
	}
	s.leaves.Grant(inc.At.Client, inc.At.Host, inc.Why.Kind())
	s.owed.settle(inc.At.Client, inc.At.Host)
	if inc.Why.Kind().Office() {
		s.dossier.Accepted(inc.At.Host, inc.Why.Technique)
		s.dossier.Keep()
	}
}

// resumeLeaves has those who chose to go on before a restart go on after it, as the
// page told them. Where the journal cannot be read they are asked again.
func (s *Server) resumeLeaves() {
	ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
	defer cancel()
	list, err := s.journal.Released(ctx, time.Now().Add(-ruling.LeaveFor), ruling.MaxLeaves)
	if err != nil {
		s.log.Warn("who went on before the start is not known", zap.Error(err))
	}
	for _, e := range list {
		s.leaves.Resume(e)
	}
}
