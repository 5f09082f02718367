package main

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"time"

	"sekisho/daemon"
)

// dnsPort is the only port that systems ask: none has a setting for another, but
// systemd-resolved.
const dnsPort = "53"

// portTimeout is for whoever has the port and says nothing.
const portTimeout = time.Second

// examinePort says who has port 53 of this computer, which devices ask. A port
// below 1024 cannot be tried without a privilege, so it is asked: where nobody
// listens, the system says so.
func examinePort(ctx context.Context, p *patient) []finding {
	const check = "port 53"
	dns := p.config.Listen.DNS // what it would listen on
	switch {
	case p.running != nil:
		dns = p.running.DNS
	case p.loaded == nil:
		return nil
	}
	if dns == "" {
		return nil
	}
	if _, port, err := net.SplitHostPort(dns); p.running != nil && err == nil && port == dnsPort {
		return []finding{{check, ok, p.say("sekisho's", "sekisho が使っています"), ""}}
	}
	ctx, cancel := context.WithTimeout(ctx, portTimeout)
	defer cancel()
	_, err := askDNS(ctx, net.JoinHostPort("127.0.0.1", dnsPort), "localhost")
	owner, command := daemon.PortOwner(53) // of any address: one in the network may be taken alone
	if owner == "" && isRefused(err) {
		return []finding{{check, ok, p.say("free; systems ask this port alone, listen.dns is %s", "空いています。端末が問い合わせるのはこのポートだけですが、listen.dns は %s です", dns), ""}}
	}
	if owner == "" {
		return []finding{{check, warn, p.say("taken by another program", "ほかのプログラムが使っています"), command}}
	}
	return []finding{{check, warn, p.say("taken by %s", "%s が使っています", owner), p.freePort(owner)}}
}

// isRefused reports whether err says that nobody listens.
func isRefused(err error) bool {
	const wsaeConnReset, wsaeConnRefused = syscall.Errno(10054), syscall.Errno(10061) // how Windows says it
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaeConnReset) || errors.Is(err, wsaeConnRefused)
}

// freePort says how to have owner give port 53 up.
func (p *patient) freePort(owner string) string {
	if strings.HasPrefix(owner, "systemd-resolve") {
		return p.say("leave it there and have it ask sekisho (see system DNS), or listen on this computer's own address: listen.dns: ADDRESS:53",
			"そのまま残して sekisho に問い合わせさせる (system DNS の項) か、このパソコンのアドレスで待ち受けてください: listen.dns: ADDRESS:53")
	}
	return p.say("stop it and set listen.dns to port 53, or leave sekisho where it is", "それを止めて listen.dns をポート 53 にするか、sekisho を今のポートのまま使ってください")
}
