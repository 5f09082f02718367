package proxy

import (
	"crypto/subtle"
	"net/http"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/rules"
)

// maxForm bounds the body of a decision or an appeal.
const maxForm = 8 << 10

// serveWarning shows why a site, a page or a request was held back.
func (s *Server) serveWarning(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if inc, live := s.incidents.get(id); live {
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
	s.showWarning(w, r, s.pastWarning(e), http.StatusOK)
}

func (s *Server) showWarning(w http.ResponseWriter, r *http.Request, p interstitial.Warning, status int) {
	p.Lang = s.pageLanguage(r)
	w.Header().Set(incidentHeader, p.Incident)
	s.write(w, r, p, status)
}

// liveWarning is the page for an incident that may still be decided on. The
// ways on are shown to the device that met it alone.
func (s *Server) liveWarning(r *http.Request, inc incident) interstitial.Warning {
	v := visitOf(r.Context())
	p := s.warning(r, &visit{client: inc.client, target: inc.target, scheme: inc.scheme}, inc.why, inc.id)
	p.Time, p.EventID = inc.began, inc.eventID
	if inc.client != v.client {
		return p
	}
	if s.mayRelease(inc) {
		p.Proceed = &interstitial.Proceed{
			Action: "/i/" + inc.id + "/proceed", Token: inc.token, For: inc.why.Kind().Leave(),
			Office: inc.why.Kind().Office(), Confirm: !inc.why.Amber(),
		}
	}
	// Who can go on with a click has no need to ask.
	if !inc.target.drill() && (p.Proceed == nil || p.Proceed.Confirm) && (!inc.appealed || s.answered(r.Context(), inc)) {
		p.Appeal = &interstitial.Appeal{Action: "/i/" + inc.id + "/appeal", Token: inc.token}
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

// decided returns the incident that a form of its page is about, when the form
// comes from there.
func (s *Server) decided(w http.ResponseWriter, r *http.Request) (incident, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	inc, ok := s.incidents.get(r.PathValue("id"))
	token := r.PostFormValue("token")
	if !ok || inc.client != visitOf(r.Context()).client || subtle.ConstantTimeCompare([]byte(token), []byte(inc.token)) != 1 {
		return incident{}, false
	}
	return inc, true
}

// refuseDecision answers a form that has no effect.
func (s *Server) refuseDecision(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, target{}, &failure{code: interstitial.CodeClient, detail: "this decision cannot be made from here, or no longer"})
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
	if typed, err := hostname.ParseInput(r.PostFormValue("host")); !inc.why.Amber() && (err != nil || typed != inc.target.name) {
		p := s.liveWarning(r, inc)
		p.Proceed.Mistyped = true
		s.showWarning(w, r, p, http.StatusUnprocessableEntity)
		return
	}
	s.release(r, inc)
	h := w.Header()
	h.Set(incidentHeader, inc.id)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Location", inc.scheme+"://"+inc.target.authority(inc.scheme)+"/")
	w.WriteHeader(http.StatusSeeOther)
}

// mayRelease reports whether the visitor may choose to go on: past an amber
// ruling anybody, past a red one who has nobody to ask. Not past the owner's own
// list, though, and not where a name that is fine leads to one that is not.
func (s *Server) mayRelease(inc incident) bool {
	switch {
	case inc.target.drill():
		return false
	case inc.why.Amber():
		return true
	case inc.why.Door == journal.DoorProxy:
		v := s.settings.Load().Policy.Decide(inc.target.name)
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
func (s *Server) release(r *http.Request, inc incident) {
	e := inc.why.Event(inc.where(), nil, inc.id)
	e.Door, e.Action = journal.DoorPage, journal.ActionRelease
	if _, err := s.journal.Record(r.Context(), e); err != nil {
		s.log.Error("release not durable", zap.String("host", e.Host), zap.Error(err))
	}
	s.leaves.Grant(inc.client, inc.target.name, inc.why.Kind())
	s.owed.take(inc.client, inc.target.name)
	if inc.why.Kind().Office() {
		s.dossier.Accepted(inc.target.name, inc.why.Technique)
		s.dossier.Keep()
	}
}
