package systemdns

import (
	"net/netip"
	"net/url"

	"sekisho/resolver/upstream"
)

// settingServers are those of the system's own setting.
func settingServers() ([]netip.AddrPort, error) {
	urls, err := upstream.System()
	return serversOf(urls), err
}

// serversOf are the servers in urls that have an address.
func serversOf(urls []string) []netip.AddrPort {
	var servers []netip.AddrPort
	for _, raw := range urls {
		u, err := url.Parse(raw)
		if err != nil {
			continue
		}
		if at, err := netip.ParseAddrPort(u.Host); err == nil {
			servers = append(servers, at)
		}
	}
	return servers
}
