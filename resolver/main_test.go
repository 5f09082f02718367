package resolver

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/rules"
)

func TestMain(m *testing.M) {
	labnet.ByID()
	goleak.VerifyTestMain(m)
}

// policy blocks the names in block and allows those in allow.
func policy(block, allow []string) func() *rules.Policy {
	b := rules.NewBuilder()
	for _, name := range block {
		b.Add(rules.BlockList, name, "test", 1)
	}
	for _, name := range allow {
		b.Add(rules.AllowList, name, "test", 1)
	}
	p := b.Build()
	return func() *rules.Policy { return p }
}

// start runs a server on a free port until the test ends.
func start(t testing.TB, o Options) *Server {
	t.Helper()
	o.Listen = "127.0.0.1:0"
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.machine("192.0.2.9/24", "2001:db8::9/64")
	serve(t, s)
	return s
}

func serve(t testing.TB, s *Server) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

// openJournal opens a journal in a directory of the test.
func openJournal(t testing.TB) (*journal.Journal, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j, path
}

// events reads what the journal at path holds.
func events(t testing.TB, path string) []journal.Event {
	t.Helper()
	r, err := journal.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var all []journal.Event
	for e, err := range r.Events(t.Context(), journal.Filter{Door: journal.DoorDNS}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func dial(t testing.TB, network string, s *Server) net.Conn {
	t.Helper()
	conn, err := net.Dial(network, s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conn
}

// exchange sends a raw query over UDP and returns the raw reply.
func exchange(t testing.TB, s *Server, query []byte) []byte {
	t.Helper()
	conn := dial(t, "udp", s)
	if _, err := conn.Write(query); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 65536)
	n, err := conn.Read(buf)
	if err != nil {
		t.Fatalf("no reply: %v", err)
	}
	return buf[:n]
}

// newQuery is a question with recursion desired, edited by edits.
func newQuery(name string, qtype uint16, edits ...func(*dns.Msg)) *dns.Msg {
	q := new(dns.Msg).SetQuestion(name, qtype)
	for _, f := range edits {
		f(q)
	}
	return q
}

func edns(q *dns.Msg)   { q.SetEdns0(1232, false) }
func dnssec(q *dns.Msg) { q.SetEdns0(1232, true) }

// ask sends q over UDP and returns the reply, checked to be one.
func ask(t testing.TB, s *Server, q *dns.Msg) *dns.Msg {
	t.Helper()
	wire, err := q.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return unpack(t, wire, exchange(t, s, wire))
}

// unpack parses a reply and fails if it does not belong to query.
func unpack(t testing.TB, query, reply []byte) *dns.Msg {
	t.Helper()
	r := new(dns.Msg)
	if err := r.Unpack(reply); err != nil {
		t.Fatalf("malformed reply %x: %v", reply, err)
	}
	if r.Id != binary.BigEndian.Uint16(query) || !r.Response {
		t.Fatalf("reply %x is not to %x", reply, query)
	}
	return r
}

// framed puts the length before a message.
func framed(message []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...)
}

// readFrame reads a message from a TCP connection.
func readFrame(t testing.TB, conn io.Reader) []byte {
	t.Helper()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		t.Fatalf("read reply: %v", err)
	}
	buf := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, buf); err != nil {
		t.Fatalf("read reply: %v", err)
	}
	return buf
}

// remarkOf returns the extended error in r, or 0 and false.
func remarkOf(r *dns.Msg) (*dns.EDNS0_EDE, bool) {
	if opt := r.IsEdns0(); opt != nil {
		for _, o := range opt.Option {
			if e, ok := o.(*dns.EDNS0_EDE); ok {
				return e, true
			}
		}
	}
	return nil, false
}

// texts returns records without TTLs, for comparing.
func texts(rrs []dns.RR) []string {
	var s []string
	for _, rr := range rrs {
		rr = dns.Copy(rr)
		rr.Header().Ttl = 0
		s = append(s, strings.Join(strings.Fields(rr.String()), " "))
	}
	return s
}

// sends is the promise of send.
func sends(send sender) promise { return func(awaiting) sender { return send } }
