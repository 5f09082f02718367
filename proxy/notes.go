package proxy

import (
	"context"
	"time"

	"go.uber.org/zap"

	"sekisho/journal"
)

// renewBefore is how long before the end of the authority the owner is told of
// it, once a day.
const renewBefore = 30 * 24 * time.Hour

// expired reports whether the authority can no longer sign. What is not held back
// is tunnelled then, so that browsing goes on with protection by name.
func (s *Server) expired() bool {
	left := s.ca.Left()
	if left < renewBefore {
		s.tell(s.trust.ends(), &visit{})
	}
	return left <= 0
}

// tell writes n down for the owner. The host is named only where the note is
// about it: which sites a client visits is not recorded.
func (s *Server) tell(n news, v *visit) {
	if n == newsNone {
		return
	}
	e := journal.Event{
		Door: journal.DoorProxy, Action: journal.ActionAllow, Severity: journal.SeverityInfo,
	}
	if v.client.IsValid() {
		e.Client = v.client.String()
	}
	switch n {
	case newsEnds:
		e.Door, e.Severity, e.Technique = journal.DoorSystem, journal.SeverityAmber, journal.TechniqueCAEnds
		e.Detail = "the certificate authority ends on " + s.ca.Issuer().NotAfter.UTC().Format(time.DateOnly) +
			"; from then on connections are tunnelled and judged by name alone. Make a new one: sekisho ca rotate"
	case newsStranger:
		e.Technique = journal.TechniqueStranger
		e.Detail = "a program on this client does not trust the certificate authority: its connections are tunnelled and judged by name alone"
	case newsTrusting:
		e.Technique = journal.TechniqueTrusting
		e.Detail = "the program that did not trust the certificate authority does now"
	case newsForeign:
		e.Technique = journal.TechniqueForeign
		e.Detail = "a program on this client speaks something else than HTTP: such connections are passed on unread and judged by name alone"
	case newsPinned:
		e.Technique, e.Host = journal.TechniquePinned, v.target.name.String()
		e.Detail = "an application accepts no other certificate than this site's own; if it is to work, add the name to intercept.never"
	case newsCertificate:
		e.Technique, e.Host = journal.TechniqueClientCertificate, v.target.name.String()
		e.Detail = "the site asks for a client certificate, which only the browser has: its connections are passed on unread and judged by name alone"
	case newsCertificateUnused:
		e.Technique, e.Host = journal.TechniqueClientCertificate, v.target.name.String()
		e.Detail = "the site asks for a client certificate and goes on without one, so it is given none; if one is to be used there, add the name to lists.allow"
	case newsCertificateMissing:
		e.Technique, e.Host = journal.TechniqueClientCertificate, v.target.name.String()
		e.Action, e.Severity, e.Sent = journal.ActionBlock, journal.SeverityAmber, new(bool)
		e.Detail = "the site insists on a client certificate and the browser gave none: the connection was closed before anything was sent"
	}
	ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
	defer cancel()
	if _, err := s.journal.Record(ctx, e); err != nil {
		s.log.Error("note not durable", zap.String("technique", e.Technique), zap.Error(err))
	}
}
