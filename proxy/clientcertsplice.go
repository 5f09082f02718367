package proxy

import (
	"sekisho/proxy/netconn"
	"sekisho/proxy/tlsflight"
	"sekisho/proxy/trust"
)

// An origin that insists on a client certificate gets its client undecrypted: only the
// browser has the answer. But it gets nothing more of a client without one, since that
// may be the very thing it asked for: until the client's certificate is seen to pass,
// nothing passes of what follows the hello. An honest origin would have refused the
// same client.

// spliceCertified joins the client to its origin, when it gives a certificate. early
// says that its hello announced data before any answer.
func (s *Server) spliceCertified(first *tlsflight.First, early bool, v *visit) {
	presented := s.trust.Presented(v.client, v.target.name)
	if early && !presented {
		// A server that was here before may have given a ticket of its own.
		s.tell(s.trust.Certificates(trust.NewsCertificateMissing, v.target.name), v)
		return
	}
	origin, err := s.dial(s.over, v.target)
	if err != nil {
		s.log.Debug("not spliced", siteField(v.target.name), siteError(v.target.name, err))
		return
	}
	if presented && early {
		s.tunnels.splice(v, first.Replay(), origin)
		return
	}
	client := s.tunnels.silent(first.Conn) // a drain may end it at once
	answer := tlsflight.Meet(client, origin, first.Seen(), s.bounds.head, s.bounds.idle)
	client.leave()
	got := answer.Gift
	if got == tlsflight.Certificate {
		s.trust.Present(v.client, v.target.name)
	}
	if got == tlsflight.Certificate || got == tlsflight.Resumed && presented {
		s.tell(s.trust.Certificates(trust.NewsCertificate, v.target.name), v)
		s.tunnels.splice(v, netconn.Replayed(first.Conn, answer.Said), origin)
		return
	}
	if got == tlsflight.None || got == tlsflight.Resumed {
		s.tell(s.trust.Certificates(trust.NewsCertificateMissing, v.target.name), v)
		if answer.Old {
			tlsflight.Refuse(first.Conn, tlsflight.HandshakeFailure)
		}
	}
	_ = origin.Close()
}
