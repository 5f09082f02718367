package socket_test

import (
	"io"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"sekisho/proxy/socket"
)

// pair is two ends of a connection, and the first one's socket.
func pair(t *testing.T) (near, far *net.TCPConn, raw syscall.RawConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	dialled, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	near, far = dialled.(*net.TCPConn), accepted.(*net.TCPConn)
	t.Cleanup(func() { _, _ = near.Close(), far.Close() })
	if raw, err = near.SyscallConn(); err != nil {
		t.Fatal(err)
	}
	return near, far, raw
}

// within waits until is holds.
func within(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never %s", what)
		}
	}
}

// TestArrived: what has come is seen, and stays for whoever reads; so is an end.
func TestArrived(t *testing.T) {
	t.Parallel()
	near, far, raw := pair(t)
	if socket.CanPeek && socket.Arrived(raw) {
		t.Error("something came from nobody")
	}
	if _, err := io.WriteString(far, "x"); err != nil {
		t.Fatal(err)
	}
	if err := socket.AwaitReadable(raw); err != nil {
		t.Errorf("wait: %v", err)
	}
	within(t, "arrived", func() bool { return socket.Arrived(raw) })
	var some [2]byte
	if n, err := near.Read(some[:]); n != 1 || err != nil {
		t.Errorf("%d bytes are there, %v; want the one that came", n, err)
	}
	if socket.CanPeek && socket.Arrived(raw) {
		t.Error("what was read is there again")
	}
	_ = far.CloseWrite()
	within(t, "ended", func() bool { return socket.Arrived(raw) })
}

// TestArrivedIsFree: a relay looks before each request.
func TestArrivedIsFree(t *testing.T) {
	_, _, raw := pair(t)
	if n := testing.AllocsPerRun(100, func() { _ = socket.Arrived(raw) }); n != 0 {
		t.Errorf("%v allocations; want none", n)
	}
}

// TestPeer: an end is seen behind what nobody has read.
func TestPeer(t *testing.T) {
	t.Parallel()
	_, far, raw := pair(t)
	want := func(p socket.Peer) func() bool {
		if runtime.GOOS != "linux" {
			p = socket.Unknown
		}
		return func() bool { return socket.PeerOf(raw) == p }
	}
	within(t, "there", want(socket.There))
	if _, err := io.WriteString(far, "x"); err != nil {
		t.Fatal(err)
	}
	_ = far.CloseWrite()
	within(t, "finished", want(socket.Finished))
	_ = far.SetLinger(0)
	_ = far.Close()
	within(t, "gone", want(socket.Gone))
}
