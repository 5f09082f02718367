//go:build unix

package main

import (
	"fmt"
	"syscall"
)

// sendSignal sends a signal by its short name.
func sendSignal(pid int, name string) error {
	s, ok := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "KILL": syscall.SIGKILL, "INT": syscall.SIGINT}[name]
	if !ok {
		return fmt.Errorf("no signal %q", name)
	}
	return syscall.Kill(pid, s)
}
