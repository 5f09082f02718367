package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"

	"sekisho/certs"
	"sekisho/config"
)

// examinePage looks whether the warning page of the resolver's clients is there, at
// the ports that browsers ask, and whether the address that the resolver gives for
// blocked names leads to it.
func examinePage(ctx context.Context, p *patient) []finding {
	const check = "warning page"
	if p.loaded == nil || p.config.Listen.Sinkhole == "" {
		return nil
	}
	l := p.config.Listen
	switch {
	case p.running == nil:
		return append(p.examineBinding(check, "listen.sinkhole", l.Sinkhole), p.examineBinding(check, "listen.sinkhole_tls", l.SinkholeTLS)...)
	case p.running.Sinkhole == "":
		return []finding{{
			check, warn, p.say("the running sekisho has none", "動作中の sekisho では開いていません"),
			p.restart(),
		}}
	}
	bad := p.blockedName()
	if p.config.Mode == config.Observe || bad == "" {
		return []finding{{check, warn, p.say("not shown: mode observe stops nothing", "表示されません: モード observe では何も止めません"), "mode: enforce"}}
	}
	ca, err := certs.Read(p.dir.CA())
	if err != nil {
		return nil // examineCA said it
	}
	host, why := p.pageHost(ctx, bad)
	if why != nil {
		return []finding{*why}
	}
	return []finding{
		p.tryPage(check, "80", host, p.running.Sinkhole, func(at string) error { return clearPage(ctx, at, bad) }),
		p.tryPage(check, "443", host, p.running.SinkholeTLS, func(at string) error { return securePage(ctx, at, bad, ca.Root) }),
	}
}

// pageHost is the address that blocked names lead to, or what is wrong with it.
func (p *patient) pageHost(ctx context.Context, bad string) (host string, why *finding) {
	const check = "warning page"
	at, err := netip.ParseAddrPort(p.running.Sinkhole)
	if err != nil {
		return "", &finding{check, fail, err.Error(), ""}
	}
	asked, err := netip.ParseAddrPort(reachable(p.running.DNS))
	if err != nil {
		return "", &finding{check, warn, p.say("nothing leads to it: the resolver is switched off", "リゾルバーがオフのため、どこからも案内されません"), "listen.dns"}
	}
	to := at.Addr()
	if to.IsUnspecified() { // the address that was asked is given
		to = asked.Addr()
	}
	if servesOthers(p.running.DNS) && at.Addr().IsLoopback() {
		return "", &finding{
			check, fail, p.say("blocked names lead to %s, which is each device itself", "止めた名前は %s に案内されますが、これは各端末自身を指します", to),
			p.say("set listen.sinkhole and listen.sinkhole_tls to this computer's address in the network", "listen.sinkhole と listen.sinkhole_tls を、このパソコンのネットワーク上のアドレスにしてください"),
		}
	}
	a, err := askDNS(ctx, p.running.DNS, bad)
	if err == nil && len(a.addrs) > 0 && !slices.Contains(a.addrs, to) {
		return "", &finding{
			check, fail, p.say("the resolver leads blocked names to %s, and the page is at %s", "リゾルバーは止めた名前を %s に案内していますが、ページは %s にあります", a.addrs[0], to),
			p.restart(),
		}
	}
	return to.String(), nil
}

// tryPage looks for the page where browsers do. Where sekisho listens at another port
// something else has to forward that one to it.
func (p *patient) tryPage(check, port, host, listens string, try func(at string) error) finding {
	at := net.JoinHostPort(host, port)
	err := try(at)
	if err == nil {
		return finding{check, ok, p.say("blocked names lead to %s, which shows it", "止めた名前は %s に案内され、表示されます", at), ""}
	}
	_, own, _ := net.SplitHostPort(listens)
	switch here := try(reachable(listens)); {
	case own != port && here == nil:
		return finding{
			check, fail, p.say("browsers look for it at %s (%v), sekisho has it at %s", "ブラウザーは %s を見ますが (%v)、sekisho のページは %s にあります", at, err, listens),
			p.say("have the system forward port %s to %s, or listen at port %s", "ポート %s をポート %s に転送するか、ポート %s で待ち受けてください", port, own, port),
		}
	case errors.Is(here, errNotServed):
		return finding{
			check, warn, p.say("%s does not serve this computer", "%s はこのパソコンに応答しません", listens),
			p.say("add this computer's address to access.clients", "このパソコンのアドレスを access.clients に加えてください"),
		}
	default:
		if here == nil { // the second time
			here = err
		}
		return finding{
			check, fail, p.say("%s does not show it: %v", "%s で表示されません: %v", listens, here),
			p.say("restart it: %s; let no firewall close the port", "再起動してください: %s。ファイアウォールがこのポートを閉じていないかも確かめてください", p.e.command("run")),
		}
	}
}
