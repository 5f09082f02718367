package sink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

func TestUDP(t *testing.T) {
	t.Parallel()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pc.Close() })
	_ = pc.(*net.UDPConn).SetReadBuffer(4 << 20)
	c := &collector{t: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 65536)
		for {
			n, _, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			if n > maxDatagram {
				t.Errorf("datagram of %d bytes", n)
			}
			c.take(string(buf[:n]))
		}
	}()
	l := newLab(t, journal.Options{})
	l.record(300, journal.Event{})
	long := journal.Event{
		Door: "proxy", Action: "block", Severity: "red", Ground: "lookalike", Technique: "combosquat", Host: "x.example",
		Detail: strings.Repeat("長", 300), Signs: slices.Repeat([]string{strings.Repeat("s", 60)}, 32),
	}
	l.record(1, long)
	l.start(Options{Sinks: []config.Sink{l.sink("to: \"udp://" + pc.LocalAddr().String() + "\"")}})
	until(t, "301 messages", func() bool { return slices.Equal(unique(c.got()), run(1, 301)) })
	l.stop()
	_ = pc.Close()
	<-done
}

// TestUDPNobody sends where nobody listens, which the system tells.
func TestUDPNobody(t *testing.T) {
	t.Parallel()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := pc.LocalAddr().String()
	_ = pc.Close()
	l := newLab(t, journal.Options{})
	l.record(200, journal.Event{})
	l.start(Options{Sinks: []config.Sink{l.sink("format: cef, to: \"udp://" + at + "\"")}})
	until(t, "a failure", func() bool { return l.count("sink failed; its events wait in the journal") == 1 })
}

func TestTCP(t *testing.T) {
	t.Parallel()
	c := &collector{t: t}
	ln := listen(t, "127.0.0.1:0")
	go c.serve(ln)
	testStream(t, c, ln, "tcp", nil, func(at string) {
		again := listen(t, at)
		go c.serve(again)
	})
}

func TestTLS(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t)
	serving := &tls.Config{Certificates: []tls.Certificate{cert}}
	c := &collector{t: t}
	ln := listen(t, "127.0.0.1:0")
	go c.serve(tls.NewListener(ln, serving))
	testStream(t, c, ln, "tls", roots, func(at string) {
		again := listen(t, at)
		go c.serve(tls.NewListener(again, serving))
	})
}

// testStream delivers, with the receiver hanging up and being away in between.
func testStream(t *testing.T, c *collector, ln net.Listener, scheme string, roots *x509.CertPool, restart func(at string)) {
	t.Helper()
	at := ln.Addr().String()
	l := newLab(t, journal.Options{})
	l.record(700, journal.Event{})
	l.start(Options{Roots: roots, Sinks: []config.Sink{l.sink(fmt.Sprintf("to: %q", scheme+"://"+at))}})
	until(t, "700 messages", func() bool { return slices.Equal(unique(c.got()), run(1, 700)) })

	c.hangUp()
	l.record(50, journal.Event{})
	until(t, "750 messages", func() bool { return slices.Equal(unique(c.got()), run(1, 750)) })

	_ = ln.Close()
	c.hangUp()
	l.record(50, journal.Event{})
	until(t, "a failure", func() bool { return l.set.Status()[0].Failing != "" })
	l.stop()
	restart(at)
	l.start(Options{Roots: roots, Sinks: []config.Sink{l.sink(fmt.Sprintf("format: cef, to: %q", scheme+"://"+at))}})
	l.record(1, journal.Event{})
	until(t, "801 messages", func() bool { return slices.Equal(unique(c.got()), run(1, 801)) })
	l.stop()
	c.hangUp()
}

// TestTLSUntrusted refuses a receiver that nobody vouches for.
func TestTLSUntrusted(t *testing.T) {
	t.Parallel()
	cert, _ := certificate(t)
	ln := listen(t, "127.0.0.1:0")
	c := &collector{t: t}
	go c.serve(tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{cert}}))
	l := newLab(t, journal.Options{})
	l.record(1, journal.Event{})
	l.start(Options{Roots: x509.NewCertPool(), Sinks: []config.Sink{l.sink("to: \"tls://" + ln.Addr().String() + "\"")}})
	until(t, "a failure", func() bool { return strings.Contains(l.set.Status()[0].Failing, "certificate") })
	if got := c.got(); len(got) != 0 {
		t.Errorf("sent %v to a stranger", got)
	}
}

// TestStopWhileStuck stops although a receiver takes nothing.
func TestStopWhileStuck(t *testing.T) {
	t.Parallel()
	ln := listen(t, "127.0.0.1:0")
	held := make(chan net.Conn, 4)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			_ = conn.(*net.TCPConn).SetReadBuffer(4096)
			held <- conn
		}
	}()
	l := newLab(t, journal.Options{})
	l.record(9000, journal.Event{Door: "proxy", Severity: "red", Detail: strings.Repeat("x", 1000), Host: "host.example"})
	l.start(Options{Sinks: []config.Sink{l.sink("to: \"tcp://" + ln.Addr().String() + "\"")}})
	conn := <-held
	defer func() { _ = conn.Close() }()
	before := int64(-1)
	until(t, "it is stuck", func() bool {
		time.Sleep(100 * time.Millisecond)
		now := l.set.pumps[0].done.Load()
		stuck := now == before && now > 0
		before = now
		return stuck
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	done := make(chan struct{})
	go func() { l.stop(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		t.Fatal("a stop waits for a receiver that does not read")
	}
}
