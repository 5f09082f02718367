package proxy

import (
	"net/http"

	"sekisho/guard"
	"sekisho/proxy/ruling"
)

// Some requests leave in parts that are judged one by one: the messages of a WebSocket
// and of gRPC, what is streamed with pauses, and what is behind the first MiB.

// weighMessage asks about what was found in one of several messages that r carries,
// and returns why it must not leave: a [*heldError], unless it could not be judged. sent
// says that some of it has left.
func (s *Server) weighMessage(r *http.Request, v *visit, f *guard.Finding, sent bool) error {
	why, held, err := s.weigh(r, v, f)
	if err != nil || !held || sent && why.Amber() { // half a message is no time for a question
		return err
	}
	return s.stopMessage(r, v, why, sent)
}

// weighGone is weighMessage for what a message makes with those before it. gone says
// that what is secret of it has left with them.
func (s *Server) weighGone(r *http.Request, v *visit, f *guard.Finding, gone bool) error {
	why, held, err := s.weigh(r, v, f)
	if err != nil || !held {
		return err
	}
	return s.stopMessage(r, v, why, gone)
}

// stopMessage records why a message is held, and returns it unless all only is observed.
func (s *Server) stopMessage(r *http.Request, v *visit, why ruling.Ruling, sent bool) error {
	observe := s.settings.Load().Observe
	why.Sent = sent
	held := s.record(r.Context(), v, why, sent || observe, true)
	if observe {
		return nil
	}
	s.owe(r, v, held)
	return held
}
