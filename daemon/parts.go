package daemon

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"

	"go.uber.org/zap"

	"sekisho/certs"
	"sekisho/config"
	"sekisho/hostname"
	"sekisho/proxy"
	"sekisho/resolver"
	"sekisho/rules"
)

// CAOptions says how the certificate authority is opened: it must be unable to
// sign for any name that may receive Amazon credentials.
func CAOptions() certs.Options { return certs.Options{Excluded: rules.CredentialSuffixes()} }

// resolverOptions returns the resolver's part of a configuration.
func (d *Daemon) resolverOptions(c config.Config, l *Loaded, log *zap.Logger) resolver.Options {
	return resolver.Options{
		Listen:       c.Listen.DNS,
		ListenDoT:    c.Listen.DoT,
		ListenDoH:    c.Listen.DoH,
		TLS:          &tls.Config{GetCertificate: d.addressLeaf},
		Policy:       func() *rules.Policy { return d.now.Load().policy },
		Upstreams:    c.Resolver.Upstreams,
		Forward:      c.Resolver.Forward,
		Clients:      c.Access.Clients,
		AllowPrivate: c.Egress.Allow,
		Roots:        l.Roots,
		Journal:      d.journal,
		Observe:      d.Observing,
		Called:       d.called,
		Sinkhole:     d.sinkholeFor,
		Witness:      d.witness,
		Presence:     d.stores.presence,
		Log:          log,
		Metrics:      d.registry,
	}
}

// addressLeaf returns a leaf for the address that a client of the resolver
// connected to: that is what it knows of it, whatever name it says.
func (d *Daemon) addressLeaf(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	at, err := netip.ParseAddrPort(hello.Conn.LocalAddr().String())
	if err != nil {
		return nil, err
	}
	n, err := hostname.Parse(at.Addr().Unmap().WithZone("").String())
	if err != nil {
		return nil, err
	}
	return d.ca.Leaf(n)
}

// settings returns the proxy's part of a configuration.
func settings(c config.Config, l *Loaded) proxy.Settings {
	return proxy.Settings{
		Policy:        l.Policy,
		Observe:       c.Mode == config.Observe,
		Language:      c.Language,
		SellerCentral: c.SellerCentral,
		Ports:         c.Egress.Ports,
		Allow:         c.Egress.Allow,
		Clients:       c.Access.Clients,
		UpstreamProxy: c.Upstream.Proxy.URL(),
		ProxyExcept:   c.Upstream.ProxyExcept,
		Denied:        l.Denied,
	}
}

// proxyAddr, consoleAddr and dnsAddr return where a part listens, a nil interface
// when it is off.
func (d *Daemon) proxyAddr() net.Addr {
	if d.proxy == nil {
		return nil
	}
	return d.proxy.Addr() // nil when it serves the warning page alone
}

func (d *Daemon) consoleAddr() net.Addr {
	if d.console == nil {
		return nil
	}
	return d.console.Addr()
}

func (d *Daemon) dnsAddr() net.Addr {
	if d.resolver == nil {
		return nil
	}
	return d.resolver.Addr()
}

// securedAddrs are where the resolver listens over TLS and over HTTPS.
func (d *Daemon) securedAddrs() (dot, doh net.Addr) {
	if d.resolver == nil {
		return nil, nil
	}
	return d.resolver.DoT(), d.resolver.DoH()
}

// own returns the listeners that no client may be connected to by the proxy.
func (d *Daemon) own() []netip.AddrPort {
	var all []netip.AddrPort
	dot, doh := d.securedAddrs()
	addrs := []net.Addr{d.consoleAddr(), d.dnsAddr(), dot, doh}
	if d.metrics != nil {
		addrs = append(addrs, d.metrics.Addr())
	}
	for _, a := range addrs {
		if a == nil {
			continue
		}
		if ap, err := netip.ParseAddrPort(a.String()); err == nil {
			all = append(all, ap)
		}
	}
	return all
}

// parts returns what serves, each with a name for messages.
func (d *Daemon) parts() map[string]func(context.Context) error {
	all := map[string]func(context.Context) error{}
	if d.journal != nil {
		all["decisions"] = d.keepDecisions
	}
	if d.stores.presence != nil {
		all["presence"] = d.keepPresence
	}
	if d.resolver != nil {
		all["resolver"] = d.resolver.Serve
	}
	if d.console != nil {
		all["console"] = d.console.Serve
	}
	if d.proxy != nil {
		all["proxy"] = d.proxy.Serve
	}
	if d.metrics != nil {
		all["metrics"] = d.metrics.Serve
	}
	if d.sinks != nil {
		all["sinks"] = d.sinks.Serve
	}
	return all
}
