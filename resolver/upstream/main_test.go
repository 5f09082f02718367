package upstream

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"sekisho/internal/labnet"
)

func TestMain(m *testing.M) {
	labnet.ByID()
	goleak.VerifyTestMain(m)
}

// A script answers one query, given in wire form, through send, which may be
// called any number of times.
type script func(query []byte, send func([]byte))

// udpServer runs a script on UDP and returns its address and the number of
// queries it got.
func udpServer(t testing.TB, s script) (string, *atomic.Int32) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked, done := new(atomic.Int32), make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 65536)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			asked.Add(1)
			s(append([]byte(nil), buf[:n]...), func(b []byte) { _, _ = conn.WriteTo(b, from) })
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return conn.LocalAddr().String(), asked
}

// streamServer runs a script per message on connections of l and counts them.
func streamServer(t testing.TB, l net.Listener, s script) *atomic.Int32 {
	t.Helper()
	accepted, done := new(atomic.Int32), make(chan struct{})
	var conns []net.Conn
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conns = append(conns, conn)
			accepted.Add(1)
			answer := s
			if own, ok := conn.(*eachConn); ok {
				answer = own.script
			}
			go serveStream(conn, answer)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
		for _, c := range conns {
			_ = c.Close()
		}
	})
	return accepted
}

func serveStream(conn net.Conn, s script) {
	defer func() { _ = conn.Close() }()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		s(query, func(b []byte) {
			if b == nil {
				_ = conn.Close()
				return
			}
			_, _ = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
		})
	}
}

// pairServer runs scripts on UDP and TCP of one port.
func pairServer(t testing.TB, udp, tcp script) string {
	t.Helper()
	for range 20 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.ListenPacket("udp", l.Addr().String())
		if err != nil {
			_ = l.Close()
			continue
		}
		_ = conn.Close()
		streamServer(t, l, tcp)
		return rebind(t, l.Addr().String(), udp)
	}
	t.Fatal("no port free for both UDP and TCP")
	return ""
}

func rebind(t testing.TB, addr string, s script) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 65536)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			s(append([]byte(nil), buf[:n]...), func(b []byte) { _, _ = conn.WriteTo(b, from) })
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return addr
}

// reply answers query with an A record of address a.
func reply(query []byte, a string, edit ...func(*dns.Msg)) []byte {
	q := new(dns.Msg)
	if err := q.Unpack(query); err != nil {
		panic(err)
	}
	r := new(dns.Msg).SetReply(q)
	r.Answer = []dns.RR{&dns.A{
		Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 60},
		A:   net.ParseIP(a),
	}}
	for _, f := range edit {
		f(r)
	}
	wire, err := r.Pack()
	if err != nil {
		panic(err)
	}
	return wire
}

// right answers every query properly.
func right(query []byte, send func([]byte)) { send(reply(query, "192.0.2.1")) }

// whereabouts tells that a name is at 127.0.0.1.
func whereabouts(q []byte, send func([]byte)) {
	m := new(dns.Msg)
	if err := m.Unpack(q); err != nil {
		return
	}
	send(reply(q, "127.0.0.1", func(r *dns.Msg) {
		if m.Question[0].Qtype != dns.TypeA {
			r.Answer = nil
		}
	}))
}

// silent answers none.
func silent([]byte, func([]byte)) {}

func ask(t testing.TB, e Exchanger, name string) (*dns.Msg, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	q := new(dns.Msg).SetQuestion(name, dns.TypeA)
	q.SetEdns0(1232, false)
	return e.Exchange(ctx, q)
}

// wantA fails unless the exchange gives an A record of address a.
func wantA(t testing.TB, e Exchanger, name, a string) {
	t.Helper()
	r, err := ask(t, e, name)
	if err != nil {
		t.Fatalf("Exchange: %v", err)
	}
	if len(r.Answer) != 1 {
		t.Fatalf("answer = %v; want one record", r.Answer)
	}
	rr, ok := r.Answer[0].(*dns.A)
	if !ok || rr.A.String() != a {
		t.Fatalf("answer = %v; want %s", r.Answer[0], a)
	}
	if got := r.Question[0].Name; got != name {
		t.Errorf("question = %q; want %q as asked", got, name)
	}
}

func open(t testing.TB, url string, o Options) Exchanger {
	t.Helper()
	e, err := New(url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}
