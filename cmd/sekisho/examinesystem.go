package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"sekisho/systemdns"
)

const (
	// ours is a name that sekisho answers for by itself, and says so in the SOA;
	// servers elsewhere know nothing of it (ICANN reserved "internal").
	ours = "doctor.sekisho.internal"
	// signature is the name of the server in that SOA.
	signature = "sekisho.internal."
	// maxSystemServers bounds the servers that are asked.
	maxSystemServers = 6
)

// examineSystem looks whether the servers that this computer asks are the
// running sekisho, by asking those that are at an address of this computer. A
// second server that is not is no spare: systems ask it when they like.
func examineSystem(ctx context.Context, p *patient) []finding {
	const check = "system DNS"
	if p.running == nil || p.running.DNS == "" {
		if systemdns.This().Changed() {
			return []finding{{check, fail, p.say("this computer was set to ask sekisho, which does not answer: no name resolves", "このパソコンは sekisho に問い合わせる設定ですが、sekisho が応答しないため、どの名前も調べられません"), p.say("start it, or %s", "sekisho を起動するか、次を実行してください: %s", p.privileged("doctor --undo"))}}
		}
		servers, place, err := systemdns.Servers()
		if err != nil || len(servers) == 0 || p.loaded == nil {
			return nil
		}
		return []finding{{check, ok, fmt.Sprintf("%s: %s", place, join(servers)), ""}}
	}
	servers, place, err := systemdns.Servers()
	if err != nil {
		return []finding{{check, warn, err.Error(), ""}}
	}
	if len(servers) == 0 {
		return []finding{{check, warn, p.say("%s: no server", "%s: サーバーがありません", place), p.leadHere()}}
	}
	servers = servers[:min(len(servers), maxSystemServers)]
	here := make([]bool, len(servers))
	for i, server := range servers {
		here[i] = isOwn(server.Addr()) && isSekisho(ctx, server)
	}
	if !slices.Contains(here, true) {
		return []finding{{check, warn, p.say("%s: %s, which is not sekisho", "%s: %s (sekisho ではありません)", place, join(servers)), p.leadHere()}}
	}
	var found []finding
	for i, server := range servers {
		switch {
		case here[i]:
			found = append(found, finding{check, ok, p.say("%s: %s leads here", "%s: %s は sekisho です", place, server), ""})
		case server.Addr().Is6():
			found = append(found, finding{
				check, warn, p.say("%s: %s goes around sekisho", "%s: %s は sekisho を迂回します", place, server),
				p.say("take it out; routers announce such servers (RDNSS, DHCPv6): switch that off there, or have it announce sekisho",
					"外してください。ルーターが通知している場合 (RDNSS、DHCPv6) は、通知を切るか、sekisho を通知させてください"),
			})
		default:
			found = append(found, finding{check, warn, p.say("%s: %s goes around sekisho", "%s: %s は sekisho を迂回します", place, server), p.say("take it out: it is asked whenever the system likes", "外してください。予備ではなく、システムの都合でいつでも使われます")})
		}
	}
	return found
}

// leadHere says how to have this computer ask the running resolver.
func (p *patient) leadHere() string {
	if len(p.config.Resolver.Upstreams) == 0 {
		return p.needUpstreams()
	}
	return p.say("%s (back with: %s)", "%s (元に戻すには: %s)", p.privileged("doctor --fix-dns"), p.privileged("doctor --undo"))
}

// isSekisho reports whether server answers as sekisho does. One that does not
// answer is none.
func isSekisho(ctx context.Context, server netip.AddrPort) bool {
	ctx, cancel := context.WithTimeout(ctx, portTimeout)
	defer cancel()
	a, err := askDNS(ctx, server.String(), ours)
	return err == nil && a.rcode == dnsmessage.RCodeNameError && strings.EqualFold(a.authority, signature)
}

// isOwn reports whether addr is one of this computer's: nobody else is asked.
func isOwn(addr netip.Addr) bool {
	if addr.IsLoopback() {
		return true
	}
	addrs, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(addrs, func(a net.Addr) bool {
		p, err := netip.ParsePrefix(a.String())
		return err == nil && p.Addr().Unmap() == addr.Unmap().WithZone("")
	})
}

func join(servers []netip.AddrPort) string {
	texts := make([]string, len(servers))
	for i, s := range servers {
		texts[i] = s.Addr().String()
	}
	return strings.Join(texts, ", ")
}
