package systemdns

import (
	"context"
	"net/netip"

	"sekisho/lan/adapters"
)

// networkAdapters are those of Windows, by their GUIDs.
var networkAdapters = way{
	name: "network adapters", goos: "windows",
	fits:     always,
	files:    noFiles,
	services: windowsAdapters,
	set: func(ctx context.Context, s *System, name string, servers []string) error {
		var addrs []netip.Addr
		for _, server := range servers {
			for _, fit := range addresses(server) {
				addrs = append(addrs, netip.MustParseAddr(fit))
			}
		}
		return adapters.Set(ctx, s.powershell, name, addrs)
	},
}

// powershell is an [adapters.Run].
func (s *System) powershell(ctx context.Context, script string) (string, error) {
	return s.run(ctx, adapters.Program, adapters.Arguments(script)...)
}

// windowsAdapters returns what is set by hand for each adapter. Those that are merely
// unplugged are among them: they would ask somebody else later.
func windowsAdapters(ctx context.Context, s *System) ([]service, error) {
	all, err := adapters.List(ctx, s.powershell)
	if err != nil {
		return nil, err
	}
	services := make([]service, len(all))
	for i, a := range all {
		services[i] = service{Name: a.ID, Before: addresses(a.Set), title: a.Name, off: !a.On}
	}
	return services, nil
}
