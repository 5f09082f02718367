package proxy

import (
	"context"
	"net"
	"net/netip"
	"time"

	"sekisho/interstitial"
	"sekisho/proxy/egress"
)

const (
	// dialTimeout bounds a connection attempt with all its addresses. It is
	// shorter than a browser's own patience, so that the visitor gets our
	// page and not the browser's.
	dialTimeout = 15 * time.Second
	// maxDialAddresses bounds what a hostile zone can make us try.
	maxDialAddresses = 8
)

// resolve looks t up and drops the addresses that must not be reached. When
// none is left, the failure names the first refusal.
func (s *Server) resolve(ctx context.Context, t target) ([]netip.AddrPort, error) {
	addrs, err := s.addresses(ctx, t.name)
	if err != nil {
		return nil, err
	}
	var refused *failure
	var out []netip.AddrPort
	for _, a := range addrs {
		ap := netip.AddrPortFrom(a, t.port)
		if f := s.checkAddress(ap); f != nil {
			if refused == nil {
				refused = f
			}
			continue
		}
		if out = append(out, ap); len(out) == maxDialAddresses {
			break
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	if refused != nil {
		return nil, refused
	}
	return nil, &failure{code: interstitial.CodeNoSuchName, detail: "the name has no address"}
}

// dial connects to t: through the upstream proxy when there is one for it,
// else to one of its addresses, each checked as it is dialled.
func (s *Server) dial(ctx context.Context, t target) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	if via := s.upstreamProxyFor(t.name); via != nil {
		if err := s.mayHandOver(ctx, t); err != nil {
			return nil, err
		}
		return s.dialThrough(ctx, via, t)
	}
	addrs, err := s.resolve(ctx, t)
	if err != nil {
		return nil, err
	}
	return (&egress.Dialer{Control: s.guard, Beside: s.beside}).Dial(ctx, addrs)
}
