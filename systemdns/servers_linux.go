package systemdns

import (
	"net/netip"
	"os"
	"slices"
)

// resolvedServers is where systemd-resolved says whom it asks, which resolv.conf
// does not.
const resolvedServers = "/run/systemd/resolve/resolv.conf"

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
