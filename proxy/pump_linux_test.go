package proxy_test

import (
	"io"
	"net"
	"os"
	"strings"
	"testing"
)

// TestIdleTunnelsHoldNoPipes: what splices in the kernel takes a pipe, two file
// descriptors for each direction; a tunnel in which nothing moves has none. Not
// parallel: it counts the process's descriptors.
func TestIdleTunnelsHoldNoPipes(t *testing.T) {
	l := start(t)
	o := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	before := pipes(t)
	const tunnels = 40
	buf := make([]byte, 2)
	for range tunnels {
		c := l.connect(t, authority(genuine, o))
		if _, err := io.WriteString(c, "ab"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, buf); err != nil {
			t.Fatal(err)
		}
	}
	if got := pipes(t) - before; got > tunnels/4 {
		t.Errorf("%d idle tunnels hold %d pipe ends", tunnels, got)
	}
}

// pipes counts this process's open ends of pipes.
func pipes(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && strings.HasPrefix(to, "pipe:") {
			n++
		}
	}
	return n
}
