package proxy

import (
	"context"
	"net"
	"net/netip"
	"time"

	"sekisho/interstitial"
)

const (
	// dialTimeout bounds a connection attempt with all its addresses. It is
	// shorter than a browser's own patience, so that the visitor gets our
	// page and not the browser's.
	dialTimeout = 15 * time.Second
	// dialStagger is how long one address gets before the next is tried
	// beside it (RFC 8305, section 5: Connection Attempt Delay).
	dialStagger = 250 * time.Millisecond
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
	return s.dialAny(ctx, addrs)
}

// dialAny tries addrs in order, a stagger apart, and returns the first
// connection; later ones are closed. A failed attempt starts the next at once.
func (s *Server) dialAny(ctx context.Context, addrs []netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{Control: s.guard, KeepAlive: 30 * time.Second}
	if len(addrs) == 1 { // nothing to choose from
		return d.DialContext(ctx, "tcp", addrs[0].String())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		conn net.Conn
		err  error
	}
	results := make(chan result, len(addrs))
	attempt := func(ap netip.AddrPort) {
		c, err := d.DialContext(ctx, "tcp", ap.String())
		results <- result{c, err}
	}
	var first error
	started, pending := 0, 0
	timer := time.NewTimer(0)
	defer timer.Stop()
	for started < len(addrs) || pending > 0 {
		var next <-chan time.Time
		if started < len(addrs) {
			next = timer.C
		}
		select {
		case <-next:
			go attempt(addrs[started])
			started, pending = started+1, pending+1
			timer.Reset(dialStagger)
		case r := <-results:
			pending--
			if r.err == nil {
				go func(left int) { // close whoever else still connects
					for range left {
						if late := <-results; late.conn != nil {
							_ = late.conn.Close()
						}
					}
				}(pending)
				return r.conn, nil
			}
			if first == nil {
				first = r.err
			}
			timer.Reset(0)
		}
	}
	return nil, first
}
