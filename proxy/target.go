package proxy

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"sekisho/hostname"
	"sekisho/proxy/ruling"
	"sekisho/rules"
)

// siteHost is sekisho's own origin. Names below "internal" are reserved for
// private use and exist in no public zone, so nobody else can serve it.
const siteHost = "sekisho.internal"

// target is where a client asked to go.
type target struct {
	name hostname.Name
	port uint16
}

func (t target) String() string { return t.name.HostPort(t.port) }

// authority is the target as a URL of scheme writes it: without the port when
// that is the scheme's own.
func (t target) authority(scheme string) string {
	if t.port == defaultPort(scheme) {
		if a, ok := t.name.Addr(); ok && a.Is6() {
			return "[" + a.String() + "]"
		}
		return t.name.String()
	}
	return t.name.HostPort(t.port)
}

// ownSite reports whether t is sekisho's own origin.
func (t target) ownSite() bool { return t.name.String() == siteHost }

func defaultPort(scheme string) uint16 {
	if scheme == "https" {
		return 443
	}
	return 80
}

// parseTarget reads an authority. A missing port becomes fallback; when
// fallback is 0 the port is required, as CONNECT does (RFC 9110, section
// 9.3.6).
func parseTarget(authority string, fallback uint16) (target, error) {
	n, port, err := hostname.ParseAuthority(authority)
	if err != nil {
		return target{}, err
	}
	if port == 0 {
		port = fallback
	}
	if port == 0 {
		return target{}, &net.AddrError{Err: "missing or zero port", Addr: strconv.Quote(authority)}
	}
	return target{name: n, port: port}, nil
}

// visit is one client's way to one target: what a tunnel, or a request in the
// clear, carries with it from the door to the answer. It is immutable once
// requests are served on it.
type visit struct {
	client netip.Addr
	target target
	// scheme is "https" inside a TLS tunnel, else "http".
	scheme string
	// http1 is set when the client did not offer HTTP/2, so that the origin
	// is spoken to in HTTP/1.1 as well.
	http1 bool
	// inFlight counts the requests being answered on this connection; nil
	// where nothing is known of requests.
	inFlight *flight
	// host is the target as a Host header has it in the ordinary case.
	host string
	// began, when set, answers the first request.
	began *handover
	// broken, when set, is why the origin cannot be used; every request on
	// this connection is answered with it.
	broken error
}

// where is what rulings, and events of them, say of v.
func (v *visit) where() ruling.Where {
	return ruling.Where{Client: v.client, Host: v.target.name, Port: v.target.port, Scheme: v.scheme, Drill: v.target.drill()}
}

// flight counts the requests being answered on one connection.
type flight struct {
	n     atomic.Int32
	since atomic.Int64 // when it last went from none to some, in Unix nanoseconds
}

func (f *flight) begin() {
	if f.n.Load() == 0 {
		f.since.Store(time.Now().UnixNano())
	}
	f.n.Add(1)
}

func (f *flight) end() { f.n.Add(-1) }

// before reports whether something is under way that began before t.
func (f *flight) before(t time.Time) bool {
	return f.n.Load() > 0 && f.since.Load() < t.UnixNano()
}

// clientAddr is the address of a client's end, without a zone and unmapped.
func clientAddr(remote net.Addr) netip.Addr {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap().WithZone("")
}

// allowed reports whether prefixes hold a.
func allowed(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// held reports whether requests to t are answered here instead of being sent,
// and the verdict that says so. A person's leave lifts the verdict for the
// client that has it.
func (s *Server) held(client netip.Addr, t target) (rules.Verdict, bool) {
	v := s.settings.Load().Policy.Decide(t.name)
	switch v.Action {
	case rules.Block:
		return v, !passable(v) || !s.leaves.Has(client, t.name, ruling.KindRedName)
	case rules.Warn:
		return v, !s.leaves.Has(client, t.name, ruling.KindName)
	}
	return v, false
}

// passable reports whether a person may go on past a block at all. What the
// owner listed is changed in that list, and nowhere in passing.
func passable(v rules.Verdict) bool { return v.Ground != rules.Blocklist }

// sameAuthority reports whether an authority that came with a request names
// the target that its connection was opened to.
func sameAuthority(authority, scheme string, t target) bool {
	got, err := parseTarget(authority, defaultPort(scheme))
	return err == nil && got == t
}

// isUpgrade reports whether r asks for a WebSocket (RFC 6455, section 4.1), the
// one protocol that a connection may change to.
func isUpgrade(r *http.Request) bool {
	u := r.Header["Upgrade"]
	return r.ProtoMajor == 1 && len(u) == 1 && strings.EqualFold(u[0], "websocket")
}
