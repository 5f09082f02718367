package resolver

import (
	"go.uber.org/zap"

	"sekisho/resolver/datagram"
)

// senderTo returns the sender of the reply to a query with these ends. As each
// query has one, it holds no more than it needs.
func (s *Server) senderTo(e datagram.Ends) sender {
	if e.To.IsValid() {
		return func(reply []byte) { s.sendUDP(reply, e) }
	}
	from := e.From
	return func(reply []byte) { s.sendUDP(reply, datagram.Ends{From: from}) }
}

// sendUDP answers the query from e, now or with others in a moment.
func (s *Server) sendUDP(reply []byte, e datagram.Ends) {
	if !s.outbox.Put(reply, e) {
		s.sendNow(reply, e)
	}
}

// sendNow answers the query from e. That the reply cannot be delivered is the
// asker's loss.
func (s *Server) sendNow(reply []byte, e datagram.Ends) {
	if err := datagram.Send(s.udp, reply, e); err != nil {
		s.log.Debug("reply not sent", zap.Stringer("client", e.From), zap.Error(err))
	}
}
