package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/proxy/connect"
	"sekisho/proxy/egress"
	"sekisho/proxy/netconn"
	"sekisho/proxy/recent"
)

// upstreamProxyFor is the proxy to reach n through, or nil. Addresses of this
// machine and network are always reached directly.
func (s *Server) upstreamProxyFor(n hostname.Name) *url.URL {
	st := s.settings.Load()
	if st.UpstreamProxy == nil {
		return nil
	}
	if a, ok := n.Addr(); ok && !egress.Public(a) {
		return nil
	}
	for _, suffix := range st.ProxyExcept {
		if n.Within(suffix) {
			return nil
		}
	}
	return st.UpstreamProxy
}

// handOverLookup is how long the resolver is asked about a name that an upstream
// proxy will resolve anyhow. Where only that proxy resolves names, each new one
// waits so long if the resolver's servers are silent.
const handOverLookup = time.Second

// mayHandOver says why t must not be asked of an upstream proxy, or nil. The proxy
// resolves the name again, stands inside the office and connects to whatever comes
// out, so one address that must not be reached is enough: which one it takes is not
// known here. A name about which nothing can be learnt here is handed over, since
// in many offices nobody but the proxy resolves names outside.
func (s *Server) mayHandOver(ctx context.Context, t target) error {
	if s.unresolved.has(t.name) {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, handOverLookup)
	defer cancel()
	addrs, err := s.addresses(within, t.name)
	switch {
	case err == nil:
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrLookup):
		return nil
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		s.unresolved.add(t.name)
		return nil
	default:
		return err
	}
	for _, a := range addrs {
		if f := s.checkAddress(netip.AddrPortFrom(a, t.port)); f != nil {
			return f
		}
	}
	return nil
}

// mayReach says why no connection can be made to t, as far as its name tells.
func (s *Server) mayReach(ctx context.Context, t target) error {
	if s.upstreamProxyFor(t.name) != nil {
		return s.mayHandOver(ctx, t)
	}
	_, err := s.resolve(ctx, t)
	return err
}

// dialThrough opens a tunnel to t at the HTTP proxy via (RFC 9110, section
// 9.3.6). The proxy resolves the name, so its address cannot be checked here.
func (s *Server) dialThrough(ctx context.Context, via *url.URL, t target) (net.Conn, error) {
	conn, err := s.dialProxy(ctx, via)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	tunnelled, err := askForTunnel(conn, via, t)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return tunnelled, nil
}

// dialProxy connects to an upstream proxy, which the owner named and which may
// well have a private address, but not ours.
func (s *Server) dialProxy(ctx context.Context, via *url.URL) (net.Conn, error) {
	d := net.Dialer{KeepAlive: 30 * time.Second, Control: func(_, address string, raw syscall.RawConn) error {
		if err := s.bounds.room(raw); err != nil {
			return err
		}
		if ap, err := netip.ParseAddrPort(address); err == nil && egress.Own(s.own, netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())) {
			return &failure{code: interstitial.CodeSelf, detail: "upstream.proxy is sekisho itself"}
		}
		return nil
	}}
	conn, err := d.DialContext(ctx, "tcp", proxyAddress(via))
	var own *failure
	switch {
	case err == nil:
		return conn, nil
	case errors.As(err, &own):
		return nil, own
	}
	return nil, &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy cannot be reached", err: err}
}

func proxyAddress(via *url.URL) string {
	if via.Port() == "" {
		return net.JoinHostPort(via.Hostname(), "80")
	}
	return via.Host
}

// askForTunnel has the proxy at the other end of conn connect to t.
func askForTunnel(conn net.Conn, via *url.URL, t target) (net.Conn, error) {
	if err := connect.Ask(conn, via, t.String()); err != nil {
		return nil, &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy closed the connection", err: err}
	}
	tunnelled, err := connect.Answer(conn)
	if refused := (*connect.Refused)(nil); err != nil && !errors.As(err, &refused) {
		return nil, unreadableReply(err)
	}
	return tunnelled, err
}

// unreadableReply is the failure of an answer that could not be read.
func unreadableReply(err error) *failure {
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy did not answer in time", err: err}
	case errors.Is(err, connect.ErrReply), errors.Is(err, netconn.ErrTooMuch):
		return &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy's answer is not HTTP", err: err}
	}
	return &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy closed the connection", err: err}
}

// proxyReason names what an upstream proxy said.
func proxyReason(err error) (interstitial.Code, string) {
	var refused *connect.Refused
	switch {
	case !errors.As(err, &refused):
		return "", ""
	case refused.Status == http.StatusProxyAuthRequired:
		return interstitial.CodeUpstreamProxyLogin, "the upstream proxy answered 407"
	}
	return interstitial.CodeUpstreamProxy, refused.Error()
}

const (
	// unresolvedFor is how long a name is not looked up again when the resolver was
	// too slow with it. It asks on meanwhile, and knows more afterwards.
	unresolvedFor = time.Minute
	// maxUnresolved bounds the names remembered.
	maxUnresolved = 1024
)

// unresolved remembers names that the resolver was too slow with.
type unresolved struct {
	mu    sync.Mutex
	until *recent.Map[hostname.Name, time.Time]
}

func newUnresolved() *unresolved {
	return &unresolved{until: recent.New[hostname.Name, time.Time](maxUnresolved)}
}

func (u *unresolved) has(n hostname.Name) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	until, ok := u.until.Get(n)
	return ok && time.Now().Before(until)
}

func (u *unresolved) add(n hostname.Name) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.until.Put(n, time.Now().Add(unresolvedFor))
}
