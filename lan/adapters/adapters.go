// Package adapters reads the network adapters of Windows, with the name servers that
// are set for them by hand and those that DHCP told them, and sets them. It speaks
// PowerShell, whose command lets know of both families and of adapters that are
// unplugged. What they print in words is in the language of the system, so only
// numbers, addresses and identifiers are gone by.
package adapters

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Max bounds the adapters that a computer may have.
const Max = 64

// Adapter is one network adapter.
type Adapter struct {
	// ID is its GUID in braces, which unlike its index stays over a restart.
	ID   string
	Name string
	// Up says that it is connected, On that it is not switched off.
	Up, On bool
	// Set are the servers set by hand, of both families; DHCP those that DHCP told,
	// also below such a setting, and Server is who told.
	Set, DHCP string
	Server    string
}

// Run runs a script, and returns what it printed.
type Run func(ctx context.Context, script string) (string, error)

// list reads from the registry what is set by hand: Get-DnsClientServerAddress mixes
// it with what DHCP and routers say.
const list = utf8 + `$t = 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip'
ConvertTo-Json -Compress -InputObject @(Get-NetAdapter | ForEach-Object {
 $p = '\Parameters\Interfaces\' + $_.InterfaceGuid
 $k = Get-ItemProperty -LiteralPath ($t + $p) -ErrorAction SilentlyContinue
 $k6 = Get-ItemProperty -LiteralPath ($t + '6' + $p) -ErrorAction SilentlyContinue
 @{ID=[string]$_.InterfaceGuid; Name=[string]$_.Name; Up=($_.Status -eq 'Up'); On=($_.Status -notin 'Disabled','Not Present')
 Set=[string]$k.NameServer + ' ' + [string]$k6.NameServer; DHCP=[string]$k.DhcpNameServer; Server=[string]$k.DhcpServer}
})`

// utf8 has names and errors printed in UTF-8. Where there is no console it cannot be
// set, and need not be.
const utf8 = "try { [Console]::OutputEncoding = New-Object Text.UTF8Encoding } catch {}\n"

// List returns all adapters that are there.
func List(ctx context.Context, run Run) ([]Adapter, error) {
	text, err := run(ctx, list)
	if err != nil {
		return nil, err
	}
	return read(text)
}

func read(text string) ([]Adapter, error) {
	var all []Adapter
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("read the adapters of this computer: %w", err)
	}
	if len(all) > Max {
		return nil, fmt.Errorf("more than %d network adapters", Max)
	}
	return all, nil
}

// guid is the form of an [Adapter.ID].
var guid = regexp.MustCompile(`^\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$`)

// Set has an adapter ask servers and no others by hand; none means those that its
// network says. Both families are reset before, since setting the one leaves the
// other as it is. It needs an administrator.
func Set(ctx context.Context, run Run, id string, servers []netip.Addr) error {
	if !guid.MatchString(id) {
		return fmt.Errorf("an adapter has the identifier %q", id)
	}
	const set = "Set-DnsClientServerAddress -InterfaceIndex $a.ifIndex"
	script := utf8 + "try {\n $a = Get-NetAdapter | Where-Object InterfaceGuid -eq '" + id + "'\n " +
		"if (-not $a) { throw 'no such adapter' }\n " + set + " -ResetServerAddresses -ErrorAction Stop\n "
	if len(servers) > 0 {
		quoted := make([]string, len(servers))
		for i, s := range servers {
			quoted[i] = "'" + s.WithZone("").String() + "'" // a zone may be any text
		}
		script += set + " -ServerAddresses @(" + strings.Join(quoted, ",") + ") -ErrorAction Stop\n "
	}
	// The category is the same in every language; see [Denied].
	script += "exit 0\n} catch { [Console]::Error.WriteLine([string]$_.CategoryInfo.Category + ': ' + $_.Exception.Message); exit 1 }"
	_, err := run(ctx, script)
	return err
}

// Denied reports whether what a script said means that it takes an administrator.
func Denied(said string) bool { return strings.Contains(said, "PermissionDenied") }

// PowerShell is the [Run] of this computer.
func PowerShell(ctx context.Context, script string) (string, error) {
	out, err := exec.CommandContext(ctx, Program, Arguments(script)...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("PowerShell: %w: %q", err, exit.Stderr)
	}
	return string(out), err
}

// Program is Windows PowerShell, by its whole path: whoever runs this may be an
// administrator, and a folder of the search path somebody else's.
var Program = filepath.Join(cmp.Or(os.Getenv("SystemRoot"), `C:\Windows`), `System32\WindowsPowerShell\v1.0`, "powershell.exe")

// Arguments are those of Program that have it run script.
func Arguments(script string) []string {
	return []string{"-NoProfile", "-NonInteractive", "-Command", script}
}
