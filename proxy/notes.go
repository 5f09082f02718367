package proxy

import (
	"context"
	"time"

	"go.uber.org/zap"

	"sekisho/journal"
	"sekisho/proxy/trust"
)

// renewBefore is how long before the end of the authority the owner is told of
// it, once a day.
const renewBefore = 30 * 24 * time.Hour

// expired reports whether the authority can no longer sign. What is not held back
// is tunnelled then, so that browsing goes on with protection by name.
func (s *Server) expired() bool {
	left := s.ca.Left()
	if left < renewBefore {
		s.tell(s.trust.Ends(), &visit{})
	}
	return left <= 0
}

// tell writes n down for the owner. The host is named only where the note is
// about it: which sites a client visits is not recorded.
func (s *Server) tell(n trust.News, v *visit) {
	if n == trust.NewsNone {
		return
	}
	e := journal.Event{
		Door: journal.DoorProxy, Action: journal.ActionAllow, Severity: journal.SeverityInfo,
	}
	if v.client.IsValid() {
		e.Client = v.client.String()
	}
	switch n {
	case trust.NewsEnds:
		e.Door, e.Severity, e.Technique = journal.DoorSystem, journal.SeverityAmber, journal.TechniqueCAEnds
		e.Detail = "the certificate authority ends on " + s.ca.Issuer().NotAfter.UTC().Format(time.DateOnly) +
			"; from then on connections are tunnelled and judged by name alone. Make a new one: sekisho ca rotate"
	case trust.NewsStranger:
		e.Technique = journal.TechniqueStranger
		e.Detail = "a program on this client does not trust the certificate authority: its connections are tunnelled and judged by name alone"
	case trust.NewsProgram:
		e.Technique = journal.TechniqueStrangeProgram
		e.Detail = "a program on this client does not trust the certificate authority, though others there do: its connections are tunnelled and judged by name alone"
	case trust.NewsTrusting:
		e.Technique = journal.TechniqueTrusting
		e.Detail = "the program that did not trust the certificate authority does now"
	case trust.NewsForeign:
		e.Technique = journal.TechniqueForeign
		e.Detail = "a program on this client speaks something else than HTTP: such connections are passed on unread and judged by name alone"
	case trust.NewsCall:
		observes := s.settings.Load().Observe
		e.Technique, e.Host, e.Action, e.Sent = journal.TechniqueCall, v.target.name.String(), journal.ActionBlock, &observes
		if s.suspects(v) || !s.mayPassUnread(v) {
			e.Severity = journal.SeverityAmber
		}
		e.Detail = "a web page or program opened a call (WebRTC) by this site, and a page can send anything in that way: the connection was closed before anything was sent; if the site is known and calls are to go by it, add the name to lists.allow"
		if observes {
			e.Detail = "a web page or program opened a call (WebRTC) by this site, and a page can send anything in that way: it was passed on, since sekisho only observes"
		}
	case trust.NewsPinned:
		e.Technique, e.Host = journal.TechniquePinned, v.target.name.String()
		e.Detail = "an application accepts no other certificate than this site's own; if it is to work, add the name to intercept.never"
	case trust.NewsCertificate:
		e.Technique, e.Host = journal.TechniqueClientCertificate, v.target.name.String()
		e.Detail = "the site asks for a client certificate, which only the browser has: its connections are passed on unread and judged by name alone"
	case trust.NewsCertificateUnused:
		e.Technique, e.Host = journal.TechniqueClientCertificate, v.target.name.String()
		e.Detail = "the site asks for a client certificate and goes on without one, so it is given none; if one is to be used there, add the name to lists.allow"
	case trust.NewsCertificateMissing:
		e.Technique, e.Host = journal.TechniqueClientCertificate, v.target.name.String()
		e.Action, e.Severity, e.Sent = journal.ActionBlock, journal.SeverityAmber, new(bool)
		e.Detail = "the site insists on a client certificate and the browser gave none: the connection was closed before anything was sent; if the site is known and certificates are to be used there, add the name to lists.allow"
	}
	ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
	defer cancel()
	if e.Host != "" {
		e.Host = s.recordedName(v).String()
	}
	if _, err := s.journal.Record(ctx, e); err != nil {
		s.log.Error("note not durable", zap.String("technique", e.Technique), zap.Error(err))
	}
}
