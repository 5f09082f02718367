package proxy_test

import (
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"sekisho/proxy"
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

// TestPipesBounded is RL-17: of tunnels in which much moves, only so many hold a pipe
// as the file descriptors allow; the others move as much. Not parallel, as above.
func TestPipesBounded(t *testing.T) {
	l := startBounded(t, proxy.Bounds{Bulk: 2})
	const tunnels, much = 12, 2 << 20
	o := l.Raw([]string{genuine}, func(c net.Conn) {
		for range 3 {
			_, _ = c.Write(make([]byte, much))
			time.Sleep(100 * time.Millisecond)
		}
		_, _ = io.Copy(io.Discard, c)
	})
	before, most := pipes(t), 0
	var all sync.WaitGroup
	for range tunnels {
		c := l.connect(t, authority(genuine, o))
		all.Go(func() {
			if n, err := io.CopyN(io.Discard, c, 3*much); err != nil {
				t.Errorf("%d bytes, %v", n, err)
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for waiting := true; waiting; {
		select {
		case <-done:
			waiting = false
		case <-time.After(5 * time.Millisecond):
			most = max(most, pipes(t)-before)
		}
	}
	if most > 2*2+4 { // the runtime keeps some for the next
		t.Errorf("%d pipe ends; want no more than 2 pipes", most)
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
