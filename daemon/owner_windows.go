package daemon

import "fmt"

const privilege = "run as administrator"

// whoListens returns the command that names the owner of a port.
func whoListens(port uint16) string {
	return fmt.Sprintf("see which with: netstat -abno | findstr :%d", port)
}

// portOwner would name the owner of a port; reading the tables of others needs
// rights that sekisho does not ask for.
func portOwner(uint16) string { return "" }
