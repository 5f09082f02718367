//go:build unix

package upstream

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
)

const resolvConf = "/etc/resolv.conf"

// System returns the servers this machine uses, as udp:// URLs in the order of
// /etc/resolv.conf, read now. A stub on a loopback address is returned like
// any other; whether it is sekisho itself is for the caller to find out.
func System() ([]string, error) {
	f, err := os.Open(resolvConf)
	if err != nil {
		return nil, fmt.Errorf("read the system's name servers: %w", err)
	}
	defer f.Close()
	addrs, err := parseResolvConf(f)
	if err != nil {
		return nil, fmt.Errorf("read the system's name servers from %s: %w", resolvConf, err)
	}
	return unique(addrs), nil
}

// parseResolvConf returns the addresses of nameserver lines, IPv6 zones
// included. Lines it does not understand are passed over, as resolvers do.
func parseResolvConf(r io.Reader) ([]netip.Addr, error) {
	var addrs []netip.Addr
	lines := bufio.NewScanner(io.LimitReader(r, 1<<20))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 || fields[0] != "nameserver" {
			continue
		}
		if addr, err := netip.ParseAddr(fields[1]); err == nil {
			addrs = append(addrs, addr)
		}
	}
	return addrs, lines.Err()
}
