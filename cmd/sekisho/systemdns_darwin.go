package main

import (
	"fmt"
	"net/netip"
)

// systemServers returns the servers that this computer asks, and where that is set.
func systemServers() (servers []netip.AddrPort, place string, err error) {
	servers, err = settingServers()
	return servers, "network services", err
}

// systemMend says how to have this computer ask the resolver at dns, and how to
// go back.
func systemMend(dns string) string {
	host, port := askHere(dns)
	mend := fmt.Sprintf("for each service that networksetup -listallnetworkservices lists: sudo networksetup -setdnsservers SERVICE %s; back with: sudo networksetup -setdnsservers SERVICE Empty", host)
	if port != dnsPort {
		return fmt.Sprintf("set listen.dns to %s:53, then ", host) + mend
	}
	return mend
}
