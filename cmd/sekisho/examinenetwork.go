package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"

	"sekisho/lan"
)

// examineNetwork looks whether the DHCP server and the routers of the network lead
// its computers to the running resolver. One that leads elsewhere is enough for
// some of them to go around it.
func examineNetwork(ctx context.Context, p *patient) []finding {
	const check = "network DNS"
	if p.running == nil || p.running.DNS == "" || !servesOthers(p.running.DNS) {
		return nil
	}
	offers, err := lan.Ask(ctx)
	var found []finding
	for _, o := range offers {
		found = append(found, p.judgeOffer(ctx, check, o))
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		found = append(found, finding{check, warn, "what the network tells its computers can only be asked by root", p.privileged("doctor")})
	case errors.Is(err, errors.ErrUnsupported):
	case err != nil:
		found = append(found, finding{check, warn, err.Error(), ""})
	case len(offers) == 0:
		found = append(found, finding{check, ok, "no DHCP server or router told of a name server", ""})
	}
	return found
}

// servesOthers reports whether the resolver at addr can be asked by other computers.
func servesOthers(addr string) bool {
	at, err := netip.ParseAddrPort(addr)
	return err == nil && !at.Addr().IsLoopback()
}

// judgeOffer says whether what one server or router tells leads here.
func (p *patient) judgeOffer(ctx context.Context, check string, o lan.Offer) finding {
	who := fmt.Sprintf("%s from %s on %s", o.Source, o.From, o.Interface)
	for _, server := range o.Servers {
		at := netip.AddrPortFrom(server, 53)
		if !isOwn(server) || !isSekisho(ctx, at) {
			return finding{check, warn, fmt.Sprintf("%s tells computers to ask %s, which is not sekisho", who, server), p.mendOffer(o)}
		}
	}
	return finding{check, ok, who + " leads computers here", ""}
}

// mendOffer says where to change what an offer says.
func (p *patient) mendOffer(o lan.Offer) string {
	own := ownAddr(o.Interface, o.Source == lan.DHCP)
	_, port, _ := net.SplitHostPort(p.running.DNS)
	switch {
	case own == "" && o.Source == lan.DHCP:
		own = "this computer's address"
	case own == "":
		return "this computer has no IPv6 address to lead to: switch the announcement of name servers by IPv6 off in the router"
	}
	place := "in the DHCP settings of the router (or the server that answers), make " + own + " the only DNS server"
	switch o.Source {
	case lan.DHCPv6:
		place = "in the DHCPv6 settings of the router, make " + own + " the only DNS server, or switch its DNS off"
	case lan.Router:
		place = "in the IPv6 settings of the router (router advertisement, RDNSS), make " + own + " the only DNS server, or switch RDNSS off"
	}
	if port != dnsPort {
		place = "set listen.dns to port 53 first; then " + place
	}
	return place
}

// ownAddr is an address of an interface of this computer that lasts, IPv4 or
// IPv6, or "".
func ownAddr(name string, v4 bool) string {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return ""
	}
	list, err := i.Addrs()
	if err != nil {
		return ""
	}
	for _, a := range list {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil && prefix.Addr().Is4() == v4 {
			return prefix.Addr().String()
		}
	}
	return ""
}
