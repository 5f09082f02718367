//go:build !linux && !darwin && !windows

package main

import "net/netip"

// systemServers returns the servers that this computer asks, and where that is set.
func systemServers() (servers []netip.AddrPort, place string, err error) {
	servers, err = settingServers()
	return servers, "/etc/resolv.conf", err
}

// systemMend says how to have this computer ask the resolver at dns.
func systemMend(dns string) string {
	host, _ := askHere(dns)
	return "set listen.dns to port 53, and make \"nameserver " + host + "\" the only one in /etc/resolv.conf"
}
