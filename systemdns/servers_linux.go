package systemdns

import (
	"net/netip"
	"os"
	"slices"
	"strings"
)

// resolvedServers is where systemd-resolved says whom it asks, which resolv.conf
// does not.
const resolvedServers = "/run/systemd/resolve/resolv.conf"

// stubs are where systemd-resolved listens.
var stubs = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 53}), netip.AddrFrom4([4]byte{127, 0, 0, 54})}

// Servers returns the servers that this computer asks, and where that is set:
// behind systemd-resolved, those that it asks. It reads the setting at every call.
func Servers() (servers []netip.AddrPort, place string, err error) {
	servers, err = settingServers()
	if err != nil || !slices.ContainsFunc(servers, func(s netip.AddrPort) bool { return slices.Contains(stubs, s.Addr()) }) {
		return servers, resolvConf, err
	}
	text, err := os.ReadFile(resolvedServers)
	if err != nil {
		return servers, resolvConf, nil // the stub itself is asked
	}
	return nameservers(string(text)), resolved.name, nil
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
