package proxy

import (
	"net/netip"
	"slices"
	"syscall"

	"sekisho/interstitial"
	"sekisho/proxy/egress"
)

// checkAddress says why a client must not reach ap, or nil. It is asked before
// a dial, for a clear answer, and again by the dialer on the address that is
// really dialled.
func (s *Server) checkAddress(ap netip.AddrPort) *failure {
	a := ap.Addr().Unmap().WithZone("")
	if egress.Own(s.own, netip.AddrPortFrom(a, ap.Port())) {
		return &failure{code: interstitial.CodeSelf, detail: "the address is sekisho's own"}
	}
	if egress.Public(a) || allowed(s.settings.Load().Allow, a) {
		return nil
	}
	return &failure{code: interstitial.CodeAddress, detail: a.String() + " is not a public address"}
}

// checkPort says why a client must not connect to port, or nil.
func (s *Server) checkPort(port uint16) *failure {
	ports := s.settings.Load().Ports
	if len(ports) == 0 || slices.Contains(ports, port) {
		return nil
	}
	return &failure{code: interstitial.CodePort, detail: "this port is not in egress.ports"}
}

// guard is the dialer's last look at the address that the system is about to
// connect to.
func (s *Server) guard(_, address string, raw syscall.RawConn) error {
	if err := s.bounds.room(raw); err != nil {
		return err
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return &failure{code: interstitial.CodeAddress, detail: "unreadable address", err: err}
	}
	if f := s.checkAddress(ap); f != nil {
		return f
	}
	return nil
}
