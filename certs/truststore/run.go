//go:build unix

package truststore

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

const (
	// runTimeout is for tools that need a moment and may wait for a database that a
	// browser holds.
	runTimeout = 20 * time.Second

	// maxOutput bounds what a tool may say.
	maxOutput = 8 << 20
)

// run runs a tool that needs no terminal and returns what it said on both outputs.
func run(name string, args ...string) ([]byte, error) {
	return runWithin(runTimeout, name, args...)
}

// runWithin is run that ends the tool, and what it started, after timeout.
func runWithin(timeout time.Duration, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	out := &bounded{left: maxOutput}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal to ask for a password on, behind our back
	err := cmd.Run()
	if ctx.Err() != nil {
		err = fmt.Errorf("no answer within %v", timeout)
	}
	return out.buf.Bytes(), err
}

// bounded keeps the first bytes written to it and drops the rest.
type bounded struct {
	buf  bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	keep := p[:min(len(p), b.left)]
	b.left -= len(keep)
	b.buf.Write(keep)
	return len(p), nil
}
