package proxy

import (
	"context"

	"go.uber.org/zap"

	"sekisho/journal"
)

// Techniques of the notes that the proxy writes about clients. Doctor and
// console read them.
const (
	techniqueStranger = "untrusting"
	techniqueTrusting = "trusting"
	techniquePinned   = "pinned"
)

// tell writes n down for the owner. The host is named only where the note is
// about it: which sites a client visits is not recorded.
func (s *Server) tell(n news, v *visit) {
	e := journal.Event{
		Door: journal.DoorProxy, Client: v.client.String(),
		Action: journal.ActionAllow, Severity: journal.SeverityInfo,
	}
	switch n {
	case newsStranger:
		e.Technique = techniqueStranger
		e.Detail = "a program on this client does not trust the certificate authority: its connections are tunnelled and judged by name alone"
	case newsTrusting:
		e.Technique = techniqueTrusting
		e.Detail = "the program that did not trust the certificate authority does now"
	case newsPinned:
		e.Technique, e.Host = techniquePinned, v.target.name.String()
		e.Detail = "an application accepts no other certificate than this site's own; if it is to work, add the name to intercept.never"
	default:
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
	defer cancel()
	if _, err := s.journal.Record(ctx, e); err != nil {
		s.log.Error("note not durable", zap.String("technique", e.Technique), zap.Error(err))
	}
}
