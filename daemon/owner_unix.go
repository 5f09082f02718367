//go:build unix && !linux

package daemon

import "fmt"

const privilege = "start with sudo"

// whoListens returns the command that names the owner of a port.
func whoListens(port uint16) string {
	return fmt.Sprintf("see which with: sudo lsof -nP -i :%d", port)
}

// portOwner would name the owner of a port; there is no way to ask for it here
// without the help of another program.
func portOwner(uint16) string { return "" }
