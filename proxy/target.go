package proxy

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"sekisho/hostname"
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

// allowed reports whether prefixes hold a.
func allowed(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

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
