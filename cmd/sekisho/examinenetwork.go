package main

import (
	"context"
	"errors"
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
		found = append(found, finding{check, warn, p.say("what the network tells its computers can only be asked by root", "ネットワークが端末に何を教えているかは、root でなければ調べられません"), p.privileged("doctor")})
	case errors.Is(err, errors.ErrUnsupported):
	case err != nil:
		found = append(found, finding{check, warn, err.Error(), ""})
	case len(offers) == 0:
		found = append(found, finding{check, ok, p.say("no DHCP server or router told of a name server", "DNS サーバーを教える DHCP サーバーやルーターはありませんでした"), ""})
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
	who := p.say("%s from %s on %s", "%s (%s、%s)", o.Source, o.From, o.Interface)
	for _, server := range o.Servers {
		at := netip.AddrPortFrom(server, 53)
		if !isOwn(server) || !isSekisho(ctx, at) {
			return finding{check, warn, p.say("%s tells computers to ask %s, which is not sekisho", "%s が端末に教える %s は、sekisho ではありません", who, server), p.mendOffer(o)}
		}
	}
	return finding{check, ok, p.say("%s leads computers here", "%s は端末を sekisho に案内しています", who), ""}
}

// mendOffer says where to change what an offer says.
func (p *patient) mendOffer(o lan.Offer) string {
	own := ownAddr(o.Interface, o.Source == lan.DHCP)
	_, port, _ := net.SplitHostPort(p.running.DNS)
	switch {
	case own == "" && o.Source == lan.DHCP:
		own = p.say("this computer's address", "このパソコンのアドレス")
	case own == "":
		return p.say("this computer has no IPv6 address to lead to: switch the announcement of name servers by IPv6 off in the router",
			"このパソコンには案内先になる IPv6 アドレスがありません。ルーターで、IPv6 による DNS サーバーの通知を切ってください")
	}
	place := p.say("in the DHCP settings of the router (or the server that answers), make %s the only DNS server",
		"ルーター (または応答している DHCP サーバー) の設定で、DNS サーバーを %s だけにしてください", own)
	switch o.Source {
	case lan.DHCPv6:
		place = p.say("in the DHCPv6 settings of the router, make %s the only DNS server, or switch its DNS off",
			"ルーターの DHCPv6 の設定で、DNS サーバーを %s だけにするか、DNS の通知を切ってください", own)
	case lan.Router:
		place = p.say("in the IPv6 settings of the router (router advertisement, RDNSS), make %s the only DNS server, or switch RDNSS off",
			"ルーターの IPv6 の設定 (ルーター広告、RDNSS) で、DNS サーバーを %s だけにするか、RDNSS を切ってください", own)
	}
	if port != dnsPort {
		place = p.say("set listen.dns to port 53 first; then %s", "先に listen.dns をポート 53 にしてください。次に、%s", place)
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
