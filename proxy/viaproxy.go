package proxy

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/proxy/egress"
	"sekisho/proxy/netconn"
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
	d := net.Dialer{KeepAlive: 30 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
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
	head := "CONNECT " + t.String() + " HTTP/1.1\r\nHost: " + t.String() + "\r\n"
	if via.User != nil {
		password, _ := via.User.Password()
		head += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(via.User.Username()+":"+password)) + "\r\n"
	}
	if _, err := io.WriteString(conn, head+"\r\n"); err != nil {
		return nil, &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy closed the connection", err: err}
	}
	status, early, err := readTunnelReply(conn)
	switch {
	case err != nil:
		return nil, unreadableReply(err)
	case status < 200 || status > 299: // RFC 9110, section 9.3.6: any 2xx
		return nil, &refusedTunnel{status: status}
	}
	return netconn.Replayed(conn, early), nil
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
	until map[hostname.Name]time.Time
}

func (u *unresolved) has(n hostname.Name) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return time.Now().Before(u.until[n])
}

func (u *unresolved) add(n hostname.Name) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.until == nil || len(u.until) >= maxUnresolved {
		u.until = map[hostname.Name]time.Time{}
	}
	u.until[n] = time.Now().Add(unresolvedFor)
}
