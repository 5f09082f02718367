package daemon

// PortOwner names a process that listens on port, TCP or UDP, as "name (pid N)",
// or returns "" when none can be seen, with the command that shows it to whoever
// has more rights.
func PortOwner(port uint16) (owner, command string) { return portOwner(port), whoListens(port) }
