package sink

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

// collector is a syslog receiver: it takes messages apart and keeps their ids.
type collector struct {
	t    *testing.T
	mu   sync.Mutex
	ids  []int64
	open []net.Conn
}

func (c *collector) take(text string) {
	m, err := parseSyslog(text)
	if err == nil {
		err = wire(text)
	}
	if err != nil {
		c.t.Errorf("message: %v", err)
		return
	}
	if m.app != "sekisho" || m.time.IsZero() {
		c.t.Errorf("header: %+v", m)
	}
	id := ""
	if strings.HasPrefix(m.text, "CEF:") {
		_, ext, err := parseCEF(m.text)
		if err != nil {
			c.t.Error(err)
		}
		id = ext["externalId"]
	} else if p := m.params["sekisho@32473"]; len(p) > 0 {
		id = p[0].value
		if m.priority != 16*8+2 || m.kind != "block" || !strings.HasPrefix(m.text, "block red proxy lookalike combosquat n") {
			c.t.Errorf("message: %+v", m)
		}
		if !slices.Equal(m.params["origin"], []param{{"software", "sekisho"}, {"swVersion", "1.2.3"}}) {
			c.t.Errorf("origin: %v", m.params["origin"])
		}
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		c.t.Errorf("no id in %q", text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids = append(c.ids, n)
}

func (c *collector) got() []int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.ids)
}

// serve takes octet-counted messages of every connection.
func (c *collector) serve(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		c.mu.Lock()
		c.open = append(c.open, conn)
		c.mu.Unlock()
		go func() {
			defer func() { _ = conn.Close() }()
			in := bufio.NewReader(conn)
			for {
				head, err := in.ReadString(' ')
				if err != nil {
					return
				}
				n, err := strconv.Atoi(strings.TrimSuffix(head, " "))
				if err != nil || n <= 0 || head[0] == '0' {
					c.t.Errorf("count %q", head)
					return
				}
				text := make([]byte, n)
				if _, err := io.ReadFull(in, text); err != nil {
					return
				}
				c.take(string(text))
			}
		}()
	}
}

// hangUp closes every connection, as a restart does.
func (c *collector) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.open {
		_ = conn.Close()
	}
	c.open = nil
}

// unique returns the ids sorted, each once: messages may come twice.
func unique(ids []int64) []int64 { return slices.Compact(slices.Sorted(slices.Values(ids))) }

func listen(t *testing.T, at string) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return ln
}

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

// certificate makes one for 127.0.0.1 that signs itself.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "collector"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
