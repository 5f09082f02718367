package main

import (
	"fmt"
	"os"
)

// sendSignal ends a process; Windows has no other signal for one without a console.
func sendSignal(pid int, name string) error {
	if name != "KILL" {
		return fmt.Errorf("no signal %q on Windows", name)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}
