package systemdns

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
)

// networkServices are those of macOS (networksetup(8)); each asks what is set for
// it, or else what its network says.
var networkServices = way{
	name: "network services", goos: "darwin",
	fits:     always,
	files:    noFiles,
	services: macServices,
	set: func(ctx context.Context, s *System, name string, servers []string) error {
		if len(servers) == 0 {
			servers = []string{"empty"}
		}
		_, err := s.run(ctx, networksetup, append([]string{"-setdnsservers", name}, servers...)...)
		return err
	},
}

// networksetup has its whole path: whoever runs this is an administrator, and a folder
// of the search path may be somebody else's.
const networksetup = "/usr/sbin/networksetup"

// maxServices bounds what a computer may have; each is a command or two.
const maxServices = 32

// noFiles is for kinds of setting that have none.
func noFiles(*System, netip.AddrPort) []file { return nil }

// macServices returns what is set for each service; a star marks those that are
// switched off.
func macServices(ctx context.Context, s *System) ([]service, error) {
	list, err := s.run(ctx, networksetup, "-listallnetworkservices")
	if err != nil {
		return nil, err
	}
	var services []service
	for i, name := range strings.Split(strings.TrimSpace(list), "\n") {
		if i == 0 || name == "" { // the first line explains the star
			continue
		}
		name, off := strings.CutPrefix(name, "*")
		if len(services) == maxServices {
			return nil, fmt.Errorf("more than %d network services", maxServices)
		}
		text, err := s.run(ctx, networksetup, "-getdnsservers", name)
		if err != nil && !off { // a star may also be a name's own
			return nil, err
		}
		services = append(services, service{Name: name, Before: addresses(text), off: off})
	}
	return services, nil
}

// addresses are the words of text that are addresses; a sentence has none.
func addresses(text string) []string {
	var found []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\r' }) {
		if addr, err := netip.ParseAddr(word); err == nil {
			found = append(found, addr.WithZone("").String()) // a zone may be any text
		}
	}
	return found
}
