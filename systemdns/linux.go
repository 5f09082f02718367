package systemdns

import (
	"context"
	"net/netip"
	"os"
	"slices"
	"strings"
)

const (
	resolvConf     = "/etc/resolv.conf"
	resolvedDropIn = "/etc/systemd/resolved.conf.d/sekisho.conf"
	managerDropIn  = "/etc/NetworkManager/conf.d/zz-sekisho.conf"
)

// noServices is for kinds of setting that are files alone.
func noServices(context.Context, *System) ([]service, error) { return nil, nil }

// resolved is systemd-resolved (resolved.conf(5)), the only one with room for a
// port. "~." has it ask this server for every name, also where a link has its own.
var resolved = way{
	name: "systemd-resolved", goos: "linux", anyPort: (*System).asksStub,
	fits: func(_ context.Context, s *System) bool {
		return s.has("/run/systemd/resolve/resolv.conf") && (s.asksStub() || s.isResolvedsOwn())
	},
	files: func(_ *System, server netip.AddrPort) []file {
		return []file{{Name: resolvedDropIn, After: heading + "[Resolve]\nDNS=" + server.String() + "\nFallbackDNS=\nDomains=~.\n"}}
	},
	services: noServices,
	reload: func(ctx context.Context, s *System) error {
		_, err := s.run(ctx, "systemctl", "restart", "systemd-resolved")
		return err
	},
}

// asksStub reports whether programs ask systemd-resolved itself. It may run while
// resolv.conf is somebody else's, who is asked then.
func (s *System) asksStub() bool {
	text, err := s.read(resolvConf)
	return err == nil && text != nil && slices.ContainsFunc(nameservers(*text), func(at netip.AddrPort) bool { return slices.Contains(stubs, at.Addr()) })
}

// isResolvedsOwn reports whether resolv.conf is the file that systemd-resolved writes
// the servers into, without their ports.
func (s *System) isResolvedsOwn() bool {
	to, err := os.Readlink(s.file(resolvConf))
	return err == nil && strings.HasSuffix(to, "/systemd/resolve/resolv.conf")
}

// networkManager is NetworkManager without systemd-resolved, which writes
// resolv.conf itself unless it is told not to (NetworkManager.conf(5)).
var networkManager = way{
	name: "NetworkManager", goos: "linux",
	fits: func(ctx context.Context, s *System) bool {
		if !s.has("/run/NetworkManager") { // stays when it is stopped
			return false
		}
		said, err := s.run(ctx, "nmcli", "-t", "-f", "RUNNING", "general")
		return err == nil && strings.TrimSpace(said) == "running"
	},
	files: func(s *System, server netip.AddrPort) []file {
		return []file{{Name: managerDropIn, After: heading + "[main]\ndns=none\n"}, theResolvConf(s, server)}
	},
	services: noServices,
	reload: func(ctx context.Context, s *System) error {
		_, err := s.run(ctx, "nmcli", "general", "reload")
		return err
	},
}

// plainResolvConf is resolv.conf(5), which programs read when they start or
// notice that it changed.
var plainResolvConf = way{
	name: resolvConf, goos: "linux",
	fits:     always,
	files:    func(s *System, server netip.AddrPort) []file { return []file{theResolvConf(s, server)} },
	services: noServices,
}

const heading = "# Written by sekisho; \"sekisho doctor --undo\" puts back what was here.\n"

// theResolvConf is resolv.conf with server for all others; what else is in it,
// such as the search list, stays.
func theResolvConf(s *System, server netip.AddrPort) file {
	after := heading + "nameserver " + server.Addr().String() + "\n"
	before, err := s.read(resolvConf)
	if err != nil || before == nil {
		return file{Name: resolvConf, After: after}
	}
	for line := range strings.Lines(*before) {
		fields := strings.Fields(line)
		if len(fields) > 0 && (fields[0] == "search" || fields[0] == "domain" || fields[0] == "options") {
			after += strings.TrimRight(line, "\n") + "\n"
		}
	}
	return file{Name: resolvConf, After: after}
}
