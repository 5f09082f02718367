//go:build !linux

package systemdns

import (
	"context"
	"net/netip"
)

// Servers returns the servers that this computer asks, and where that is set. It
// reads the setting at every call.
func Servers() (servers []netip.AddrPort, place string, err error) {
	servers, err = settingServers()
	place = "the system"
	if w, err := This().find(context.Background()); err == nil {
		place = w.name
	}
	return servers, place, err
}
