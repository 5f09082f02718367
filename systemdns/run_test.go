//go:build unix

package systemdns

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRunLeavesNothing has a command leave a child that holds its pipes, and one that
// does not end in time together with its child.
func TestRunLeavesNothing(t *testing.T) {
	t.Parallel()
	s := &System{goos: "linux", root: t.TempDir(), path: t.TempDir()}
	child := filepath.Join(s.path, "child")
	command := func(name, body string) {
		if err := os.WriteFile(filepath.Join(s.path, name), []byte("#!/bin/sh\nsleep 300 &\necho $! >'"+child+"'\n"+body), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	command("agent", "echo done\n")
	command("hangs", "wait\n")
	pid := func() int {
		text, err := os.ReadFile(child)
		if err != nil {
			return 0
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			return 0
		}
		return n
	}
	said, err := s.run(t.Context(), "agent")
	if said != "done\n" || err != nil {
		t.Errorf("run = %q, %v; want what it said", said, err)
	}
	if n := pid(); n == 0 || syscall.Kill(n, syscall.SIGKILL) != nil {
		t.Errorf("child %d of a command that ended well is gone; want it left alone", n)
	}
	if err := os.Remove(child); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for pid() == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, err := s.run(ctx, "hangs"); err == nil {
		t.Error("a command that was ended gave no error")
	}
	n := pid()
	for end := time.Now().Add(10 * time.Second); !gone(n); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			_ = syscall.Kill(n, syscall.SIGKILL)
			t.Fatalf("child %d is still there", n)
		}
	}
}

// gone reports whether the process has ended, perhaps without anybody having waited
// for it yet.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}

// TestDanglingLink has resolv.conf lead into a folder that is not there: nothing is
// written, and the error tells what to do.
func TestDanglingLink(t *testing.T) {
	t.Parallel()
	for _, to := range []string{filepath.Join(t.TempDir(), "gone", "resolv.conf"), "../run/gone/resolv.conf"} {
		s := computer(t, "linux", map[string]string{"/etc/hosts": ""})
		if err := os.Symlink(to, s.file(resolvConf)); err != nil {
			t.Fatal(err)
		}
		_, err := s.Use(t.Context(), here)
		if err == nil || !strings.Contains(err.Error(), "remove the link") {
			t.Errorf("Use: %v; want a word on the link", err)
		}
		if at, err := os.Readlink(s.file(resolvConf)); err != nil || at != to {
			t.Errorf("the link leads to %q, %v; want it as it was", at, err)
		}
	}
}
