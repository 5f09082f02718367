package daemon

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"sekisho/config"
)

// BindError says that a listener could not be bound, why, and what to do.
type BindError struct {
	Path   string // the YAML path of the address: "listen.proxy"
	Addr   string // the address as configured
	Owner  string // who has the port, such as "squid (pid 812)"; "" when unknown
	Remedy string // what to do, in the imperative
	Err    error  // what the system said
}

// Error names the address, its owner if known, and what to do.
func (e *BindError) Error() string {
	switch {
	case isTaken(e.Err) && e.Owner != "":
		return fmt.Sprintf("%s: %s is taken by %s; %s", e.Path, e.Addr, e.Owner, e.Remedy)
	case isTaken(e.Err):
		return fmt.Sprintf("%s: %s is taken by another program; %s", e.Path, e.Addr, e.Remedy)
	}
	return fmt.Sprintf("%s: cannot listen on %s: %v; %s", e.Path, e.Addr, cause(e.Err), e.Remedy)
}

// Cause says why, without what the fields say already.
func (e *BindError) Cause() string {
	switch {
	case isTaken(e.Err) && e.Owner != "":
		return "taken by " + e.Owner
	case isTaken(e.Err):
		return "taken by another program"
	}
	return cause(e.Err).Error()
}

// Unwrap returns what the system said.
func (e *BindError) Unwrap() error { return e.Err }

// cause strips what the message says already.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// bindError turns an error of a part's constructor into one that helps, if it
// came from binding; any other names the YAML path only if it does not yet.
func bindError(path string, c config.Config, addr string, err error) error {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "listen" {
		return err
	}
	e := &BindError{Path: path, Addr: addr, Err: err}
	_, port, _ := net.SplitHostPort(addr)
	n, _ := strconv.ParseUint(port, 10, 16)
	switch {
	case isTaken(err):
		e.Owner = portOwner(uint16(n))
		e.Remedy = fmt.Sprintf("stop it, or set %s to another port (0 picks a free one)", path)
		if e.Owner == "" {
			e.Remedy += "; " + whoListens(uint16(n))
		}
	case isForbidden(err) && n < 1024:
		e.Remedy = fmt.Sprintf("ports below 1024 need a privilege: set %s to a higher port, or %s", path, privilege)
	case isForeign(err):
		e.Remedy = fmt.Sprintf("no network card here has this address: correct %s", path)
	default:
		e.Remedy = fmt.Sprintf("correct %s", path)
	}
	return e
}

// TryListen looks whether a TCP listener could be bound, and gives it up at once.
// The error is a [*BindError].
func TryListen(path string, c config.Config, addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return bindError(path, c, addr, err)
	}
	return l.Close()
}
