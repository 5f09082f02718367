package main

import (
	"fmt"
	"net/netip"
)

// systemServers returns the servers that this computer asks, and where that is set.
func systemServers() (servers []netip.AddrPort, place string, err error) {
	servers, err = settingServers()
	return servers, "network adapters", err
}

// systemMend says how to have this computer ask the resolver at dns, and how to
// go back.
func systemMend(dns string) string {
	host, port := askHere(dns)
	mend := fmt.Sprintf("in an administrator's PowerShell: Get-NetAdapter | Where-Object Status -eq Up | Set-DnsClientServerAddress -ServerAddresses %s; "+
		"back with: Get-NetAdapter | Set-DnsClientServerAddress -ResetServerAddresses", host)
	if port != dnsPort {
		return fmt.Sprintf("set listen.dns to %s:53, then ", host) + mend
	}
	return mend
}
