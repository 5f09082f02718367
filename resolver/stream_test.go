package resolver

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// gate is an upstream whose slow names wait for the gate to open.
func gate(t *testing.T) (answer func(*dns.Msg) *dns.Msg, release func()) {
	records := zone(t, "fast.example. 60 IN A 192.0.2.1\nslow.example. 0 IN A 192.0.2.2\nshop.example. 60 IN A 192.0.2.1")
	opened := make(chan struct{})
	return func(q *dns.Msg) *dns.Msg {
		if strings.HasPrefix(q.Question[0].Name, "slow") {
			<-opened
		}
		return records(q)
	}, func() { close(opened) }
}

func pipelining(t *testing.T) {
	answer, release := gate(t)
	s := start(t, Options{Upstreams: []string{newOrigin(t, answer).url}})
	conn := dial(t, "tcp", s)
	var sent []byte
	for i, name := range []string{"slow.example.", "slow.example.", "fast.example."} {
		wire, err := newQuery(name, dns.TypeA, func(q *dns.Msg) { q.Id = uint16(i + 1) }).Pack()
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, framed(wire)...)
	}
	if _, err := conn.Write(sent); err != nil {
		t.Fatal(err)
	}
	first := new(dns.Msg)
	if err := first.Unpack(readFrame(t, conn)); err != nil || first.Id != 3 {
		t.Fatalf("first reply is to query %d, %v; want 3", first.Id, err)
	}
	release()
	ids := map[uint16]bool{}
	for range 2 {
		r := new(dns.Msg)
		if err := r.Unpack(readFrame(t, conn)); err != nil || len(r.Answer) != 1 {
			t.Fatalf("reply %v, %v; want an answer", r, err)
		}
		ids[r.Id] = true
	}
	if !ids[1] || !ids[2] {
		t.Errorf("replies to %v; want 1 and 2", ids)
	}
}

// wantClosed fails unless the peer closes conn before the deadline.
func wantClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("connection is still open")
	}
}

// slowWriter begins a query and does not end it.
func slowWriter(t *testing.T) {
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "")).url}})
	for _, part := range []string{"\x00", "\x00\x30", "\x00\x30\x12\x34\x01"} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			conn := dial(t, "tcp", s)
			if _, err := conn.Write([]byte(part)); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			wantClosed(t, conn)
			if took := time.Since(begun); took < messageTime/2 {
				t.Errorf("closed after %v; want time to finish", took)
			}
		})
	}
}

func badFrames(t *testing.T) {
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "")).url}})
	for _, frame := range []string{"\x00\x00", "\x00\x05abcde", "\x00\x0babcdefghijk"} {
		conn := dial(t, "tcp", s)
		if _, err := conn.Write([]byte(frame)); err != nil {
			t.Fatal(err)
		}
		wantClosed(t, conn)
	}
	// The length alone takes no memory: the buffer grows with what comes.
	client, server := net.Pipe()
	defer func() { _, _ = client.Close(), server.Close() }()
	st := &stream{Conn: server}
	go func() { _, _ = client.Write([]byte("\xff\xff" + strings.Repeat("x", 100))); _ = client.Close() }()
	buf, err := st.read(make([]byte, firstRead), newStreams(maxStreams).draining)
	if err == nil || cap(buf) > 4<<10 {
		t.Errorf("read: %d bytes of memory, %v; want at most 4 kB and an error", cap(buf), err)
	}
}

func halfClose(t *testing.T) {
	answer, release := gate(t)
	s := start(t, Options{Upstreams: []string{newOrigin(t, answer).url}})
	conn := dial(t, "tcp", s)
	wire, err := newQuery("slow.example.", dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(framed(wire)); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	release()
	if r := unpack(t, wire, readFrame(t, conn)); len(r.Answer) != 1 {
		t.Errorf("reply %v; want an answer", r)
	}
	wantClosed(t, conn)
}

// idleClients opens many connections that ask nothing; UDP and new connections
// must not notice.
func idleClients(t *testing.T) {
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1")).url}})
	ask(t, s, newQuery("shop.example.", dns.TypeA))
	for range 300 {
		dial(t, "tcp", s)
	}
	if r := ask(t, s, newQuery("shop.example.", dns.TypeA)); len(r.Answer) != 1 {
		t.Errorf("over UDP: %v; want an answer", r)
	}
	conn := dial(t, "tcp", s)
	wire, err := newQuery("shop.example.", dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(framed(wire)); err != nil {
		t.Fatal(err)
	}
	if r := unpack(t, wire, readFrame(t, conn)); len(r.Answer) != 1 {
		t.Errorf("over TCP: %v; want an answer", r)
	}
	s.streams.mu.Lock()
	defer s.streams.mu.Unlock()
	if n := len(s.streams.open); n > maxPerClient {
		t.Errorf("%d connections of one client; want at most %d", n, maxPerClient)
	}
}
