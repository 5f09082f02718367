package lan

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os/exec"
	"strings"
)

// leasesScript prints what DHCP last said of every interface. Windows keeps it in
// the registry, also below a server that was set by hand.
const leasesScript = `[Console]::OutputEncoding = [Text.Encoding]::UTF8
ConvertTo-Json -Compress -InputObject @(Get-NetAdapter | Where-Object Status -eq Up | ForEach-Object {
 $k = Get-ItemProperty ('HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces\' + $_.InterfaceGuid)
 @{Name=$_.Name; Server=[string]$k.DhcpServer; DNS=[string]$k.DhcpNameServer}
})`

// windowsLeases reads what DHCP said of each interface.
func windowsLeases(ctx context.Context) ([]Offer, error) {
	text, err := exec.CommandContext(ctx, "powershell.exe", "-NoProfile", "-NonInteractive", "-Command", leasesScript).Output()
	if err != nil {
		return nil, fmt.Errorf("read the leases of this computer: %w", err)
	}
	return readWindowsLeases(text)
}

func readWindowsLeases(text []byte) ([]Offer, error) {
	var leases []struct{ Name, Server, DNS string }
	if err := json.Unmarshal(text, &leases); err != nil {
		return nil, fmt.Errorf("read the leases of this computer: %w", err)
	}
	var offers []Offer
	for _, l := range leases[:min(len(leases), maxInterfaces)] {
		from, _ := netip.ParseAddr(l.Server)
		o := Offer{Source: DHCP, Interface: l.Name, From: from}
		o.Servers = parseAddrs(strings.FieldsFunc(l.DNS, func(r rune) bool { return r == ' ' || r == ',' }))
		if len(o.Servers) > 0 {
			offers = append(offers, o)
		}
	}
	return offers, nil
}
