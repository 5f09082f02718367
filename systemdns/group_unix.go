//go:build unix

package systemdns

import (
	"os/exec"
	"syscall"
)

// asGroup has c end with its children when its time is over.
func asGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
