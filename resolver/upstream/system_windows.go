package upstream

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/windows"
)

// System returns the servers this machine uses, as udp:// URLs in the order of
// its adapters that are up, read now. Whether one of them is sekisho itself is
// for the caller to find out.
func System() ([]string, error) {
	first, err := adapters()
	if err != nil {
		return nil, fmt.Errorf("read the system's name servers: %w", err)
	}
	var addrs []netip.Addr
	for a := first; a != nil; a = a.Next {
		if a.OperStatus != windows.IfOperStatusUp {
			continue
		}
		for server := a.FirstDnsServerAddress; server != nil; server = server.Next {
			addr, ok := netip.AddrFromSlice(server.Address.IP())
			if !ok || placeholder(addr) {
				continue
			}
			if addr.IsLinkLocalUnicast() && addr.Is6() && !addr.Is4In6() {
				addr = addr.WithZone(strconv.Itoa(int(a.Ipv6IfIndex)))
			}
			addrs = append(addrs, addr)
		}
	}
	return unique(addrs), nil
}

// placeholder reports whether addr is one of the site-local addresses that
// Windows shows for adapters without any server.
func placeholder(addr netip.Addr) bool {
	return netip.MustParsePrefix("fec0::/10").Contains(addr)
}

// adapters returns the linked list of network adapters. The list may grow
// between asking for its size and for itself, hence the attempts.
func adapters() (*windows.IpAdapterAddresses, error) {
	const flags = windows.GAA_FLAG_SKIP_UNICAST | windows.GAA_FLAG_SKIP_ANYCAST |
		windows.GAA_FLAG_SKIP_MULTICAST | windows.GAA_FLAG_SKIP_FRIENDLY_NAME
	size := uint32(15 << 10)
	for range 5 {
		buf := make([]byte, size)
		list := (*windows.IpAdapterAddresses)(unsafe.Pointer(&buf[0]))
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, list, &size)
		switch {
		case err == nil && size == 0:
			return nil, nil
		case err == nil:
			return list, nil
		case !errors.Is(err, windows.ERROR_BUFFER_OVERFLOW):
			return nil, err
		}
	}
	return nil, windows.ERROR_BUFFER_OVERFLOW
}
