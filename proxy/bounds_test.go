package proxy_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/proxy"
)

// startBounded is start with bounds that a test need not wait for.
func startBounded(t *testing.T, b proxy.Bounds) *lab {
	t.Helper()
	l := prepare(t)
	l.bounds = b
	l.serve()
	return l
}

// TestHP18SlowClients is HP-18: who stops half-way, or says nothing, is closed.
func TestHP18SlowClients(t *testing.T) {
	t.Parallel()
	const short = 2 * time.Second // for the opening as well
	l := startBounded(t, proxy.Bounds{Head: short, Idle: short, TunnelIdle: short})
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	tunnelled := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	target := authority(shop, o)
	for _, tt := range []struct {
		name string
		open func(t *testing.T) net.Conn
		send string
	}{
		{"silent after connecting", func(t *testing.T) net.Conn { return l.dial(t) }, ""},
		{"half a CONNECT", func(t *testing.T) net.Conn { return l.dial(t) }, "CONNECT " + target + " HTTP/1.1\r\n"},
		{"silent after 200", func(t *testing.T) net.Conn { return l.connect(t, target) }, ""},
		{"half a method", func(t *testing.T) net.Conn { return l.connect(t, target) }, "GE"},
		{"half a ClientHello", func(t *testing.T) net.Conn { return l.connect(t, target) }, "\x16\x03\x01\x02\x00\x01\x00"},
		{"half a request in the clear", func(t *testing.T) net.Conn { return l.connect(t, authority(shop, clear)) }, "GET / HTTP/1.1\r\nHo"},
		{"silent after the handshake", func(t *testing.T) net.Conn { return l.tunnel(t, target, l.trusting()) }, ""},
		{"half a request", func(t *testing.T) net.Conn { return l.tunnel(t, target, l.trusting()) }, "GET / HTTP/1.1\r\nHo"},
		{"silent after a request", func(t *testing.T) net.Conn { return l.tunnel(t, target, l.trusting()) }, "GET /echo HTTP/1.1\r\nHost: " + target + "\r\n\r\n"},
		{"silent on a blocked site", func(t *testing.T) net.Conn { return tlsClient(l.connect(t, lookalike+":443"), l.noName()) }, ""},
		{"silent in a tunnel", func(t *testing.T) net.Conn { return l.connect(t, authority(genuine, tunnelled)) }, "x"},
	} {
		t.Run("HP-18 "+tt.name, func(t *testing.T) {
			t.Parallel()
			c := tt.open(t)
			_, _ = io.WriteString(c, tt.send)
			if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, c); isTimeout(err) {
				t.Error("the connection is still open")
			}
		})
	}
}

// TestHP18Begun is HP-18: what has begun has less time than what is silent, at any
// port.
func TestHP18Begun(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{Head: 300 * time.Millisecond}) // silence may last
	o := l.Origin([]string{shop}, labnet.Handler())
	for _, begun := range []string{"G", "GET", "\x16\x03\x01"} {
		c := l.connect(t, authority(shop, o))
		_, _ = io.WriteString(c, begun)
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.Copy(io.Discard, c); isTimeout(err) {
			t.Errorf("after %q: the connection is still open", begun)
		}
	}
}

// TestHP18OneClock is HP-18: a head has one clock from its first byte, however it goes
// on and whoever reads it, in the clear and in TLS without ALPN.
func TestHP18OneClock(t *testing.T) {
	t.Parallel()
	const head = time.Second
	l := startBounded(t, proxy.Bounds{Head: head})
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	for door, to := range map[string]string{"clear": authority(shop, clear), "TLS": authority(shop, o)} {
		open := func(t *testing.T) net.Conn {
			if door == "TLS" {
				return l.unnamed(t, to)
			}
			return l.connect(t, to)
		}
		for _, rest := range []string{"", "T / HTTP/1.1\r\nHost: x\r\n", "T / HTTP/1.1\nHost: x\n", "T / HTTP/1.1\r\n folded: x\r\n"} {
			t.Run(fmt.Sprintf("HP-18 %s, %q late", door, rest), func(t *testing.T) {
				t.Parallel()
				c := open(t)
				begun := time.Now()
				_, _ = io.WriteString(c, "GE")
				time.Sleep(head * 9 / 10)
				_, _ = io.WriteString(c, rest)
				_ = c.SetReadDeadline(time.Now().Add(patience))
				if _, err := io.Copy(io.Discard, c); isTimeout(err) || time.Since(begun) > head*7/4 {
					t.Errorf("closed after %s, %v; want %s", time.Since(begun), err, head)
				}
			})
		}
		t.Run("HP-18 "+door+", a whole head in time", func(t *testing.T) {
			t.Parallel()
			c := open(t)
			_, _ = io.WriteString(c, "PO")
			time.Sleep(head / 2)
			_, _ = io.WriteString(c, "ST /upload HTTP/1.1\r\nHost: "+to+"\r\nContent-Length: 1\r\n\r\n")
			time.Sleep(head) // a body has none
			if a := exchange(t, c, "x"); a.StatusCode != http.StatusOK {
				t.Errorf("answer = %d; want 200", a.StatusCode)
			}
		})
	}
}

// TestHP18OneHandshake is HP-18: a client that takes its time with the hello has what is
// left of it for the rest of the handshake.
func TestHP18OneHandshake(t *testing.T) {
	t.Parallel()
	const head = time.Second
	l := startBounded(t, proxy.Bounds{Head: head})
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	c, hello := l.connect(t, authority(shop, o)), helloFor(t, shop)
	begun := time.Now()
	_, _ = c.Write(hello[:len(hello)/2])
	time.Sleep(head * 9 / 10)
	_, _ = c.Write(hello[len(hello)/2:])
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(io.Discard, c); isTimeout(err) || time.Since(begun) > head*7/4 {
		t.Errorf("closed after %s, %v; want %s", time.Since(begun), err, head)
	}
}

// TestHP18SlowOrigin is HP-18: what an origin takes for its handshake is not the client's
// time for its own.
func TestHP18SlowOrigin(t *testing.T) {
	t.Parallel()
	const head = time.Second
	l := startBounded(t, proxy.Bounds{Head: head})
	cert := l.CA().Issue(t, []string{shop}, nil)
	o := l.Raw([]string{shop}, func(c net.Conn) {
		time.Sleep(head * 3 / 2)
		serveSized(tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}}))
	})
	host := authority(shop, o)
	if a := l.raw(t, host, "GET /slow HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); a.body != "/slow" {
		t.Errorf("answer = %d %q; want the origin's", a.StatusCode, a.body)
	}
}

// TestHP19SlowBodies is HP-19: slow is not stuck. A body that makes progress may
// take longer than any deadline, either way.
func TestHP19SlowBodies(t *testing.T) {
	t.Parallel()
	const short, pause, steps = 400 * time.Millisecond, 100 * time.Millisecond, 6
	l := startBounded(t, proxy.Bounds{Head: short, Idle: short, TunnelIdle: 10 * short})
	for _, d := range l.doors(labnet.Handler()) {
		if d.name == "h2 to h1" || d.name == "h1 to h2" {
			continue // nothing that the others do not show
		}
		t.Run("HP-19 "+d.name, func(t *testing.T) {
			t.Parallel()
			pr, pw := io.Pipe()
			go func() {
				for range steps {
					time.Sleep(pause)
					_, _ = io.WriteString(pw, "drop")
				}
				_ = pw.Close()
			}()
			if e := do(t, d.client, "POST", d.base+"/upload", nil, pr).echo(t); e.Size != 4*steps {
				t.Errorf("the origin saw %d bytes; want %d", e.Size, 4*steps)
			}
			a := get(t, d.client, fmt.Sprintf("%s/sse?n=%d&every=%s", d.base, steps, pause), nil)
			if n := strings.Count(a.body, "data:"); n != steps {
				t.Errorf("%d events; want %d", n, steps)
			}
			if a := get(t, d.client, d.base+"/slow?wait="+(2*short).String(), nil); a.body != "late" {
				t.Errorf("an answer that takes its time = %d %q", a.StatusCode, a.body)
			}
		})
	}
	tunnelled := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	t.Run("HP-19 tunnel", func(t *testing.T) {
		t.Parallel()
		c := l.connect(t, authority(genuine, tunnelled))
		for range steps {
			time.Sleep(pause)
			_, _ = io.WriteString(c, "x")
			if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
				t.Fatalf("a tunnel in use was closed: %v", err)
			}
		}
	})
}

// TestHP43TooMany is HP-43: a client has so many connections and no more, and gets
// them back.
func TestHP43TooMany(t *testing.T) {
	t.Parallel()
	const most = 8
	l := startBounded(t, proxy.Bounds{PerClient: most})
	o := l.Raw([]string{genuine}, holdOpen)
	var held []net.Conn
	for len(held) <= most {
		c := l.dial(t)
		_, _ = io.WriteString(c, "CONNECT "+authority(genuine, o)+" HTTP/1.1\r\nHost: x\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: http.MethodConnect})
		if err != nil {
			break // closed before it was heard
		}
		if resp.StatusCode != http.StatusOK {
			if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Sekisho-Error") != string(interstitial.CodeLimit) {
				t.Errorf("one too many = %d %q; want 503, too-many-connections", resp.StatusCode, resp.Header.Get("Sekisho-Error"))
			}
			_ = resp.Body.Close()
			break
		}
		held = append(held, c)
	}
	// While a connection becomes a tunnel it counts twice.
	if len(held) < most-1 || len(held) > most {
		t.Errorf("%d tunnels were let in; want %d", len(held), most)
	}
	wait(t, "the refused one to end", func() bool { return o.Open() == len(held) })
	for _, c := range held {
		_ = c.Close()
	}
	wait(t, "the tunnels to end", func() bool { return o.Open() == 0 })
	for range 3 * most { // what was counted is given back, however it ended
		wait(t, "a free place", func() bool {
			c := l.dial(t)
			defer func() { _ = c.Close() }()
			_, _ = io.WriteString(c, "CONNECT "+authority(genuine, o)+" HTTP/1.1\r\nHost: x\r\n\r\n")
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			return err == nil && resp.StatusCode == http.StatusOK
		})
	}
}
