package netconn_test

import (
	"errors"
	"io"
	"net"
	"testing"

	"sekisho/proxy/netconn"
)

// TestReplayed: what was read comes first, however often something is put in front,
// and what nobody has read yet comes off again.
func TestReplayed(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	go func() {
		_, _ = io.WriteString(far, "third")
		_ = far.Close()
	}()
	if c := netconn.Replayed(near, nil); c != near {
		t.Errorf("nothing in front of %T makes a %T", near, c)
	}
	early := []byte("second ")
	c := netconn.Replayed(netconn.Replayed(near, early), []byte("first "))
	clear(early)
	var some [3]byte
	if _, err := io.ReadFull(c, some[:]); err != nil || string(some[:]) != "fir" {
		t.Fatalf("read %q, %v", some, err)
	}
	if bare, rest := netconn.Unwrap(c); bare != near || string(rest) != "st second " {
		t.Errorf("below is %T, with %q in front", bare, rest)
	}
	if all, err := io.ReadAll(c); err != nil || string(all) != "st second third" {
		t.Errorf("read %q, %v", all, err)
	}
	if err := netconn.CloseWrite(c); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("half a close of a pipe: %v", err)
	}
}

func TestLimited(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	go func() { _, _ = io.WriteString(far, "abcdef") }()
	c := &netconn.Limited{Conn: near, Left: 4}
	var all [8]byte
	if n, err := io.ReadFull(c, all[:]); n != 4 || !errors.Is(err, netconn.ErrTooMuch) {
		t.Errorf("%d bytes, %v; want the limit", n, err)
	}
	c.Unlimited()
	if n, err := c.Read(all[:]); n != 2 || err != nil {
		t.Errorf("%d bytes, %v; want the rest", n, err)
	}
}

func TestHandoff(t *testing.T) {
	t.Parallel()
	h := netconn.NewHandoff(&net.TCPAddr{Port: 1})
	near, _ := net.Pipe()
	given := make(chan bool)
	go func() { given <- h.Give(near) }()
	if c, err := h.Accept(); c != near || err != nil || !<-given {
		t.Errorf("accepted %v, %v", c, err)
	}
	_ = h.Close()
	_ = h.Close()
	if _, err := h.Accept(); !errors.Is(err, net.ErrClosed) || h.Give(near) {
		t.Errorf("after the end: %v, or taken", err)
	}
}

// TestClient: one client has one address, however its connection writes it.
func TestClient(t *testing.T) {
	t.Parallel()
	for from, want := range map[net.Addr]string{
		&net.TCPAddr{IP: net.ParseIP("192.0.2.7"), Port: 9}:             "192.0.2.7",
		&net.TCPAddr{IP: net.ParseIP("::ffff:192.0.2.7"), Port: 9}:      "192.0.2.7",
		&net.TCPAddr{IP: net.ParseIP("fe80::7"), Zone: "eth0", Port: 9}: "fe80::7",
		&net.UnixAddr{Name: "@", Net: "unix"}:                           "invalid IP",
	} {
		if got := netconn.Client(remote{addr: from}).String(); got != want {
			t.Errorf("the client at %v is %s; want %s", from, got, want)
		}
	}
}

// remote is a connection with that other end.
type remote struct {
	net.Conn
	addr net.Addr
}

func (r remote) RemoteAddr() net.Addr { return r.addr }
