package proxy_test

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// benchEvents is how many events a stream has, and benchPause lies between two:
// enough for each to travel alone.
const (
	benchEvents = 5
	benchPause  = 5 * time.Millisecond
)

// events is a stream whose events say, in eight bytes, when they were sent.
var events = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w).Flush
	for range benchEvents {
		var sent [8]byte
		binary.BigEndian.PutUint64(sent[:], uint64(time.Now().UnixNano()))
		if _, err := w.Write(sent[:]); err != nil || flush() != nil {
			return
		}
		time.Sleep(benchPause)
	}
})

// BenchmarkStream is a stream of events, each sent alone. Its time is the origin's;
// first-byte-ms is the mean time from the request to the first byte, and
// behind-ms the mean over all streams of the event that came latest after it was
// sent.
func BenchmarkStream(b *testing.B) {
	start(b, loopbackLookup).sideBySide(b, shop, events, func(b *testing.B, w way, p protocol, base string) {
		c := w.client(b, p.h2, true)
		fetchOnce(b, c, base)
		var first, behind time.Duration
		for b.Loop() {
			f, worst, err := follow(c, base)
			if err != nil {
				b.Fatal(err)
			}
			first, behind = first+f, behind+worst
		}
		b.ReportMetric(first.Seconds()*1e3/float64(b.N), "first-byte-ms")
		b.ReportMetric(behind.Seconds()*1e3/float64(b.N), "behind-ms")
	})
}

// follow reads one stream.
func follow(c *http.Client, url string) (first, worst time.Duration, err error) {
	asked := time.Now()
	resp, err := c.Get(url)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	br := bufio.NewReader(resp.Body)
	for i := range benchEvents {
		var sent [8]byte
		if _, err := io.ReadFull(br, sent[:]); err != nil {
			return 0, 0, fmt.Errorf("event %d: %w", i, err)
		}
		if i == 0 {
			first = time.Since(asked)
		}
		worst = max(worst, time.Since(time.Unix(0, int64(binary.BigEndian.Uint64(sent[:])))))
	}
	_, err = br.ReadByte()
	if err != io.EOF {
		return 0, 0, fmt.Errorf("after the last event: %w", err)
	}
	return first, worst, nil
}

// idleTunnels is what a client may well hold open.
const idleTunnels = 1000

// BenchmarkIdle is 1,000 clients that each made a request and hold their
// connection. KiB/tunnel is what one takes, heap and stacks: of the proxy, and,
// as the ways to an origin share one process, of the client's socket, which is
// all that is left of the client, and with "direct" of the origin.
func BenchmarkIdle(b *testing.B) {
	l := start(b, loopbackLookup)
	l.sideBySide(b, shop, small, func(b *testing.B, w way, p protocol, base string) {
		target := strings.TrimSuffix(strings.TrimPrefix(base, "https://"), "/")
		var grown float64
		for b.Loop() {
			before, running := memory(), runtime.NumGoroutine()
			list := make([]net.Conn, idleTunnels)
			for i := range list {
				list[i] = w.socket(b, target, p)
			}
			grown += float64(memory()) - float64(before)
			for _, c := range list {
				_ = c.Close()
			}
			wait(b, "the tunnels' end", func() bool { return runtime.NumGoroutine() < running+idleTunnels/10 })
		}
		b.ReportMetric(grown/float64(b.N)/idleTunnels/1024, "KiB/tunnel")
	})
}

// socket makes a request to target on a connection of its own and returns what
// is below it, still open.
func (w way) socket(b *testing.B, target string, p protocol) net.Conn {
	host, port, _ := net.SplitHostPort(target)
	first := "127.0.0.1:" + port
	if w.proxy != nil {
		first = w.proxy.Host
	}
	bare, err := net.Dial("tcp", first)
	if err != nil {
		b.Fatal(err)
	}
	if w.proxy != nil {
		_, _ = fmt.Fprintf(bare, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target)
		resp, err := http.ReadResponse(bufio.NewReader(bare), &http.Request{Method: http.MethodConnect})
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatalf("CONNECT %s = %v, %v", target, resp, err)
		}
	}
	cfg := &tls.Config{RootCAs: w.roots, ServerName: host, NextProtos: []string{"http/1.1"}}
	if p.h2 {
		cfg.NextProtos = []string{"h2"}
	}
	c := tls.Client(bare, cfg)
	if err := c.Handshake(); err != nil {
		b.Fatal(err)
	}
	if p.h2 {
		h := newRawH2(b, c)
		if err := h.open(1, true, head(target, "/")...); err != nil {
			b.Fatal(err)
		}
		if o := h.outcome(1); o.status != "200" {
			b.Fatalf("GET %s = %v", target, o)
		}
		return bare
	}
	_, _ = fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", target)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("GET %s = %v, %v", target, resp, err)
	}
	return bare
}

// memory is what is in use now. Two collections empty the pools.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
