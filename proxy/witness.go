package proxy

import (
	"crypto/tls"
	"net/netip"

	"sekisho/hostname"
	"sekisho/proxy/netconn"
	"sekisho/proxy/trust"
)

// Trusts reports whether client is known to trust the authority, so that it may
// be led to the sinkhole: it completed a TLS handshake with a leaf of ours
// lately, and refused none. It does not block.
func (s *Server) Trusts(client netip.Addr) bool {
	return s.believers.Trusts(client.Unmap().WithZone("")) && s.ca.Left() > 0
}

// Witness notes that a client of another listener of this process is about to be
// given a leaf of ours. What it returns is called if the client completes its
// handshake with it. Such a one may have been clicked through, or asked of a resolver by
// whoever takes any certificate: it counts for the sinkhole, whose own handshakes say
// whether that was so, and shows nobody that the device is protected.
func (s *Server) Witness(hello *tls.ClientHelloInfo) (completed func()) {
	client, print := netconn.Client(hello.Conn), trust.FingerprintOf(hello)
	if !allowed(s.settings.Load().Clients, client) {
		return func() {}
	}
	site, _ := hostname.Parse(hello.ServerName) // the zero Name is nobody's
	return func() { s.believers.Accepted(client, print, site) }
}
