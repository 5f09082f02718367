package proxy

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"sekisho/hostname"
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
	// maxProxyReply bounds the answer of an upstream proxy to CONNECT.
	maxProxyReply = 64 << 10
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
		return dialThrough(ctx, via, t)
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

// upstreamProxyFor is the proxy to reach n through, or nil. Addresses of this
// machine and network are always reached directly.
func (s *Server) upstreamProxyFor(n hostname.Name) *url.URL {
	st := s.settings.Load()
	if st.UpstreamProxy == nil {
		return nil
	}
	if a, ok := n.Addr(); ok && !isPublic(a) {
		return nil
	}
	for _, suffix := range st.ProxyExcept {
		if n.Within(suffix) {
			return nil
		}
	}
	return st.UpstreamProxy
}

// dialThrough opens a tunnel to t at the HTTP proxy via (RFC 9110, section
// 9.3.6). The proxy resolves the name, so its address cannot be checked here.
func dialThrough(ctx context.Context, via *url.URL, t target) (net.Conn, error) {
	conn, err := dialProxy(ctx, via)
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
// well have a private address.
func dialProxy(ctx context.Context, via *url.URL) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", proxyAddress(via))
	if err != nil {
		return nil, &failure{code: interstitial.CodeUnreachable, detail: "the upstream proxy cannot be reached", err: err}
	}
	return conn, nil
}

func proxyAddress(via *url.URL) string {
	if via.Port() == "" {
		return net.JoinHostPort(via.Hostname(), "80")
	}
	return via.Host
}

func askForTunnel(conn net.Conn, via *url.URL, t target) (net.Conn, error) {
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: t.String()}, Host: t.String(), Header: http.Header{}}
	if via.User != nil {
		password, _ := via.User.Password()
		credentials := base64.StdEncoding.EncodeToString([]byte(via.User.Username() + ":" + password))
		req.Header.Set("Proxy-Authorization", "Basic "+credentials)
	}
	if err := req.Write(conn); err != nil {
		return nil, &failure{code: interstitial.CodeUpstreamClosed, detail: "the upstream proxy closed the connection", err: err}
	}
	limited := &limitedConn{Conn: conn, left: maxProxyReply}
	br := bufio.NewReaderSize(limited, 4<<10)
	resp, err := http.ReadResponse(br, req)
	if err != nil {
		return nil, &failure{code: interstitial.CodeUpstreamInvalid, detail: "the upstream proxy's answer is not HTTP", err: err}
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &failure{
			code:   interstitial.CodeUnreachable,
			detail: fmt.Sprintf("the upstream proxy answered %d", resp.StatusCode),
			err:    errors.New("tunnel refused by the upstream proxy"),
		}
	}
	early, _ := br.Peek(br.Buffered())
	return newReplayConn(conn, early), nil
}
