package lan

import (
	"context"
	"net"
	"net/netip"
	"os/exec"
	"strings"
)

// macLeases reads the DHCP packet that macOS keeps of each interface. Networks
// without DHCP have none, for which ipconfig fails.
func macLeases(ctx context.Context, on []net.Interface) ([]Offer, error) {
	var offers []Offer
	for _, i := range on {
		text, err := exec.CommandContext(ctx, "/usr/sbin/ipconfig", "getpacket", i.Name).Output()
		if ctx.Err() != nil {
			return offers, ctx.Err()
		}
		if err != nil {
			continue
		}
		if o := readMacLease(string(text)); len(o.Servers) > 0 {
			o.Interface = i.Name
			offers = append(offers, o)
		}
	}
	return offers, nil
}

// readMacLease reads what "ipconfig getpacket" prints: an option a line, such as
// "domain_name_server (ip_mult): {192.168.1.1, 192.168.1.2}".
func readMacLease(text string) Offer {
	o := Offer{Source: DHCP}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name, _, _ = strings.Cut(name, " "); name {
		case "server_identifier":
			o.From, _ = netip.ParseAddr(value)
		case "domain_name_server":
			o.Servers = parseAddrs(strings.Split(strings.Trim(value, "{}"), ","))
		}
	}
	return o
}

// parseAddrs are the addresses among texts, as far as they are kept.
func parseAddrs(texts []string) []netip.Addr {
	var ips []net.IP
	for _, s := range texts {
		if a, err := netip.ParseAddr(strings.TrimSpace(s)); err == nil {
			ips = append(ips, a.AsSlice())
		}
	}
	return addrs(ips, "")
}
