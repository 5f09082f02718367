package systemdns

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// adapters are those of Windows. The registry tells what is set by hand, which
// Get-DnsClientServerAddress mixes with what DHCP says. Their names are their
// indexes, which are numbers and need no quoting.
var adapters = way{
	name: "network adapters", goos: "windows",
	fits:     always,
	files:    noFiles,
	services: windowsAdapters,
	set: func(ctx context.Context, s *System, name string, servers []string) error {
		index, err := strconv.ParseUint(name, 10, 32)
		if err != nil {
			return fmt.Errorf("an adapter has the index %q", name)
		}
		how := "-ResetServerAddresses"
		if fit := addresses(strings.Join(servers, " ")); len(fit) > 0 {
			how = "-ServerAddresses " + strings.Join(fit, ",")
		}
		_, err = powershell(ctx, s, fmt.Sprintf("Set-DnsClientServerAddress -InterfaceIndex %d %s -ErrorAction Stop", index, how))
		return err
	},
}

const adaptersScript = `ConvertTo-Json -Compress -InputObject @(Get-NetAdapter | Where-Object Status -eq Up | ForEach-Object {
 $k = Get-ItemProperty ('HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces\' + $_.InterfaceGuid)
 @{Index=[int]$_.ifIndex; DNS=[string]$k.NameServer}
})`

func powershell(ctx context.Context, s *System, script string) (string, error) {
	return s.run(ctx, "powershell.exe", "-NoProfile", "-NonInteractive", "-Command", script)
}

// windowsAdapters returns what is set by hand for each adapter that is up.
func windowsAdapters(ctx context.Context, s *System) ([]service, error) {
	text, err := powershell(ctx, s, adaptersScript)
	if err != nil {
		return nil, err
	}
	return readAdapters(text)
}

func readAdapters(text string) ([]service, error) {
	var list []struct {
		Index uint32
		DNS   string
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("read the adapters of this computer: %w", err)
	}
	if len(list) > maxServices {
		return nil, fmt.Errorf("more than %d network adapters", maxServices)
	}
	services := make([]service, len(list))
	for i, a := range list {
		services[i] = service{Name: strconv.FormatUint(uint64(a.Index), 10), Before: addresses(a.DNS)}
	}
	return services, nil
}
