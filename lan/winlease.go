package lan

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"sekisho/lan/adapters"
)

// windowsLeases reads what DHCP said of each interface, which Windows keeps in the
// registry, also below a server that was set by hand.
func windowsLeases(ctx context.Context) ([]Offer, error) {
	all, err := adapters.List(ctx, adapters.PowerShell)
	if err != nil {
		return nil, fmt.Errorf("read the leases of this computer: %w", err)
	}
	return leasesOf(all), nil
}

// leasesOf are the leases of adapters that are connected; those of others are old.
func leasesOf(all []adapters.Adapter) []Offer {
	var offers []Offer
	for _, a := range all {
		from, _ := netip.ParseAddr(a.Server)
		o := Offer{Source: DHCP, Interface: a.Name, From: from}
		o.Servers = parseAddrs(strings.FieldsFunc(a.DHCP, func(r rune) bool { return r == ' ' || r == ',' }))
		if a.Up && len(o.Servers) > 0 && len(offers) < maxInterfaces {
			offers = append(offers, o)
		}
	}
	return offers
}
