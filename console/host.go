package console

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// hosts decides which Host headers belong to this listener. A name that an
// attacker points at this computer (DNS rebinding) reaches the listener too, with
// that name in the header; such requests must not be answered.
type hosts struct {
	name string          // the host of the listen address when it is a name
	addr netip.Addr      // … when it is an address
	own  map[string]bool // names of loopback
}

func newHosts(listen string) hosts {
	h := hosts{own: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}}
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return h
	}
	if a, err := netip.ParseAddr(host); err == nil {
		h.addr = a.Unmap()
		return h
	}
	h.name = strings.ToLower(host)
	return h
}

// allows reports whether the request's Host header names this listener: loopback,
// the configured host, or the very address that the connection arrived at. Ports
// are not compared, as a forwarded port is harmless.
func (h hosts) allows(r *http.Request) bool {
	host := hostOnly(r.Host)
	if h.own[host] || h.name != "" && host == h.name {
		return true
	}
	a, err := netip.ParseAddr(host)
	if err != nil || a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	return a == h.addr || a == arrivedAt(r)
}

// hostOnly returns the host of a Host header in lower case, without port,
// brackets and final dot. What is malformed comes back as something no host equals.
func hostOnly(header string) string {
	host := strings.ToLower(header)
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	} else if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return strings.TrimSuffix(host, ".")
}

// arrivedAt returns the address of ours that the connection was made to; the zero
// Addr when it is unknown.
func arrivedAt(r *http.Request) netip.Addr {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.Addr{}
	}
	ap, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}
