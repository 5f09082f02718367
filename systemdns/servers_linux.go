package main

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
)

const (
	// resolvedServers is where systemd-resolved says whom it asks, which
	// /etc/resolv.conf does not.
	resolvedServers = "/run/systemd/resolve/resolv.conf"
	resolvedDropIn  = "/etc/systemd/resolved.conf.d/sekisho.conf"
)

// stubs are where systemd-resolved listens.
var stubs = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 53}), netip.AddrFrom4([4]byte{127, 0, 0, 54})}

// systemServers returns the servers that this computer asks, and where that is
// set: behind systemd-resolved, those that it asks.
func systemServers() (servers []netip.AddrPort, place string, err error) {
	servers, err = settingServers()
	if err != nil || !slices.ContainsFunc(servers, func(s netip.AddrPort) bool { return slices.Contains(stubs, s.Addr()) }) {
		return servers, "/etc/resolv.conf", err
	}
	text, err := os.ReadFile(resolvedServers)
	if err != nil {
		return servers, "/etc/resolv.conf", nil // the stub itself is asked
	}
	return nameservers(string(text)), "systemd-resolved", nil
}

// nameservers are the servers of a resolv.conf(5).
func nameservers(text string) []netip.AddrPort {
	var servers []netip.AddrPort
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "nameserver" {
			continue
		}
		if addr, err := netip.ParseAddr(fields[1]); err == nil {
			servers = append(servers, netip.AddrPortFrom(addr, 53))
		}
	}
	return servers
}

// systemMend says how to have this computer ask the resolver at dns, and how to
// go back.
func systemMend(dns string) string {
	host, port := askHere(dns)
	if _, err := os.Stat(resolvedServers); err == nil {
		return resolvedMend(host, port)
	}
	if port != dnsPort {
		return fmt.Sprintf("set listen.dns to %s:53, and make \"nameserver %s\" the only one in /etc/resolv.conf", host, host)
	}
	return fmt.Sprintf("make \"nameserver %s\" the only one in /etc/resolv.conf; keep a copy to go back", host)
}

// resolvedMend is the drop-in of resolved.conf(5), which alone takes a port.
func resolvedMend(host, port string) string {
	at := host
	if strings.Contains(host, ":") {
		at = "[" + host + "]"
	}
	return fmt.Sprintf(`sudo mkdir -p /etc/systemd/resolved.conf.d && printf '[Resolve]\nDNS=%s:%s\nFallbackDNS=\nDomains=~.\n' | sudo tee %s && sudo systemctl restart systemd-resolved; back with: sudo rm %s && sudo systemctl restart systemd-resolved`,
		at, port, resolvedDropIn, resolvedDropIn)
}
