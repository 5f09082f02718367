package sink

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

// TestTCPBehindAFront has something in between take connections and end each at once,
// while the receiver is down: that is a failure, and nothing is lost by it.
func TestTCPBehindAFront(t *testing.T) {
	t.Parallel()
	ln := listen(t, "127.0.0.1:0")
	at := ln.Addr().String()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	l := newLab(t, journal.Options{})
	l.start(Options{Sinks: []config.Sink{l.sink(fmt.Sprintf("to: %q", "tcp://"+at))}})
	for range 5 {
		l.record(10, journal.Event{})
		time.Sleep(lookEvery) // for batches of their own
	}
	until(t, "a failure", func() bool { return l.set.Status()[0].Failing == errEnded.Error() })
	if s := l.set.Status()[0]; s.Behind != 50 {
		t.Errorf("%d events wait; want all 50", s.Behind)
	}
	_ = ln.Close()
	c := &collector{t: t}
	go c.serve(listen(t, at))
	until(t, "50 messages", func() bool { return slices.Equal(unique(c.got()), run(1, 50)) })
}

// TestTCPSentAgain breaks a connection before anything of it was read, twice: all that
// was written on it comes on the next one that stands.
func TestTCPSentAgain(t *testing.T) {
	t.Parallel()
	ln := listen(t, "127.0.0.1:0")
	at := ln.Addr().String()
	l := newLab(t, journal.Options{})
	l.start(Options{Sinks: []config.Sink{l.sink(fmt.Sprintf("to: %q", "tcp://"+at))}})
	for i := range 2 {
		l.record(10, journal.Event{})
		conn, err := ln.Accept() // which reads nothing
		if err != nil {
			t.Fatal(err)
		}
		until(t, "the first batch", func() bool { return l.set.Status()[0].Behind == 0 })
		l.record(10, journal.Event{})
		until(t, "the second batch", func() bool { return l.set.Status()[0].Behind == 0 })
		if i == 1 {
			_ = ln.Close()
		}
		_ = conn.Close()
	}
	c := &collector{t: t}
	go c.serve(listen(t, at))
	l.record(1, journal.Event{})
	until(t, "41 messages", func() bool { return slices.Equal(unique(c.got()), run(1, 41)) })
}

func TestUnsure(t *testing.T) {
	t.Parallel()
	var u unsure
	begin := time.Now()
	for i, p := range []struct {
		data  string
		after time.Duration
		want  string
	}{
		{"a", 0, "a"},
		{"b", unsureTime, "ab"},
		{"c", unsureTime + 1, "bc"},
		{"d", time.Hour, "d"}, // the last is kept however old
	} {
		u.add([]byte(p.data), begin.Add(p.after))
		if got := string(u.append(nil)); got != p.want || u.size != len(p.want) {
			t.Errorf("%d: %q, size %d; want %q", i, got, u.size, p.want)
		}
	}
	for range 3 {
		u.add(make([]byte, maxUnsure/2), begin.Add(time.Hour))
	}
	if u.size != maxUnsure {
		t.Errorf("size = %d; want it bounded by %d", u.size, maxUnsure)
	}
}
