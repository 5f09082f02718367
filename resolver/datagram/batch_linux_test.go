package datagram

import (
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// TestBatch replies to queries of which the system does not take the second's reply, so
// that it takes a part of what it is given: the caller hears of that one, and the others
// are sent. One came to a group, from which nothing can be sent.
func TestBatch(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	b, err := NewBatch(conn.(*net.UDPConn))
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("udp", conn.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	_ = client.SetDeadline(time.Now().Add(10 * time.Second))
	queries := []string{"first", "second", "third", "fourth"}
	for _, q := range queries {
		if _, err := client.Write([]byte(q)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := b.Receive(); n != len(queries) || err != nil {
		t.Fatalf("%d datagrams, %v", n, err)
	}
	for i, q := range queries {
		if got := string(b.Packet(i)); got != q {
			t.Fatalf("datagram %d is %q; want %q", i, got, q)
		}
		e, reply := b.Ends(i), append(b.Room(i), "to the "+q...)
		switch q {
		case "second":
			reply = make([]byte, 1<<17) // which no datagram holds
		case "third":
			e.To = netip.MustParseAddr("224.0.0.251")
		}
		b.Reply(i, e, reply)
	}
	var failed []int
	b.Flush(func(i int, reply []byte) {
		if len(reply) != 1<<17 {
			t.Errorf("the reply that failed has %d bytes", len(reply))
		}
		failed = append(failed, i)
	})
	if !slices.Equal(failed, []int{1}) {
		t.Errorf("the replies to %v failed; want that to the second", failed)
	}
	for _, q := range []string{"first", "third", "fourth"} {
		buf := make([]byte, MaxReply)
		n, err := client.Read(buf)
		if got, want := string(buf[:n]), "to the "+q; got != want || err != nil {
			t.Fatalf("%q, %v; want %q", got, err, want)
		}
	}
}
