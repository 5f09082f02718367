package proxy

import (
	"net/netip"
	"time"

	"sekisho/presence"
)

// presentByProxy notes that client, which may use the proxy, does.
func (s *Server) presentByProxy(client netip.Addr) {
	s.presence.Note(client, presence.Proxy, time.Now())
}

// presentWithTrust notes that client completed a TLS handshake with a leaf of ours, if
// that shows what the status page says: its root is installed there.
func (s *Server) presentWithTrust(client netip.Addr) {
	if s.trust.Trusting(client) || s.Trusts(client) {
		s.presence.Note(client, presence.Trust, time.Now())
	}
}
