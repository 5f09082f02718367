package daemon

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"strconv"
)

// sinkhole makes sure that where the resolver leads is one place with both of its
// doors.
func (m *meaning) sinkhole() {
	l := m.config.Listen
	clear, secure := l.Sinkhole, l.SinkholeTLS
	switch {
	case clear == "" && secure == "":
		return
	case clear == "":
		m.problem("listen.sinkhole", "listen.sinkhole_tls is set: set both, or neither")
		return
	case secure == "":
		m.problem("listen.sinkhole_tls", "listen.sinkhole is set: set both, or neither")
		return
	case l.DNS == "":
		m.problem("listen.sinkhole", "listen.dns is off: set it, or leave this empty")
	}
	host, port, _ := net.SplitHostPort(clear) // config has checked them
	host2, port2, _ := net.SplitHostPort(secure)
	if host != host2 {
		m.problem("listen.sinkhole_tls", "the address differs from that of listen.sinkhole: blocked names lead to one")
	}
	for path, ports := range map[string][2]string{"listen.sinkhole": {port, "80"}, "listen.sinkhole_tls": {port2, "443"}} {
		if n, err := strconv.ParseUint(ports[0], 10, 16); err == nil && n != 0 && ports[0] != ports[1] {
			m.note("%s: browsers look for the page at port %s, so that something has to forward that to port %s", path, ports[1], ports[0])
		}
	}
}

// leadTo settles, once everything is bound, what the resolver tells of the other
// parts: where the warning page is, and that the console answers DNS over HTTPS.
func (d *Daemon) leadTo() {
	if clear, _ := d.sinkholeAddrs(); clear != nil {
		if at, err := netip.ParseAddrPort(clear.String()); err == nil {
			d.page = at.Addr()
		}
	}
	if d.console == nil || d.dnsAddr() == nil {
		return
	}
	if doh := d.console.DoH(); doh != nil {
		if at, err := netip.ParseAddrPort(doh.String()); err == nil {
			d.resolver.Designate(at)
		}
	}
}

// sinkholeAddrs are where the warning page is served over HTTP and over TLS.
func (d *Daemon) sinkholeAddrs() (clear, secure net.Addr) {
	if d.proxy == nil {
		return nil, nil
	}
	return d.proxy.Sinkhole()
}

// sinkholeFor returns where the resolver leads client instead of to a blocked
// name: nowhere unless it is known to trust the authority.
func (d *Daemon) sinkholeFor(client netip.Addr) netip.Addr {
	if !d.page.IsValid() || !d.proxy.Trusts(client) {
		return netip.Addr{}
	}
	return d.page
}

// witness has the proxy, which knows whom to trust, learn of handshakes elsewhere.
func (d *Daemon) witness(hello *tls.ClientHelloInfo) (completed func()) {
	if d.proxy == nil {
		return func() {}
	}
	return d.proxy.Witness(hello)
}

// dnsQuery answers DNS over HTTPS for the console; nil when the resolver is off.
func (d *Daemon) dnsQuery() http.Handler {
	if d.dnsAddr() == nil {
		return nil
	}
	return http.HandlerFunc(d.resolver.ServeDoH)
}
