package upstream

import (
	"net/netip"
	"net/url"
)

// systemURL is the udp:// URL of a server the system uses.
func systemURL(addr netip.Addr) string {
	host := addr.Unmap().String()
	if addr.Unmap().Is6() {
		host = "[" + host + "]"
	}
	u := url.URL{Scheme: "udp", Host: host + ":53"}
	return u.String()
}

// unique returns the URLs of addrs in order, each once.
func unique(addrs []netip.Addr) []string {
	seen := make(map[netip.Addr]bool, len(addrs))
	urls := make([]string, 0, len(addrs))
	for _, addr := range addrs {
		if addr = addr.Unmap(); !seen[addr] && !addr.IsUnspecified() {
			seen[addr] = true
			urls = append(urls, systemURL(addr))
		}
	}
	return urls
}
