package datagram

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"
)

// TestOutbox answers more queries in a round than one call can.
func TestOutbox(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", ":0"} {
		conn, err := net.ListenPacket("udp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		udp := conn.(*net.UDPConn)
		b, err := NewBatch(udp)
		if err != nil {
			t.Fatal(err)
		}
		client, err := net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", udp.LocalAddr().(*net.UDPAddr).Port))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = client.Close() }()
		_ = client.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := client.Write([]byte("a query")); err != nil {
			t.Fatal(err)
		}
		if n, err := b.Receive(); n != 1 || err != nil {
			t.Fatalf("%d datagrams, %v", n, err)
		}
		d, alone := b.Ends(0), 0
		var o Outbox
		o.Open(udp, func([]byte, Ends) { alone++ })
		read := func() string {
			buf := make([]byte, MaxReply)
			n, err := client.Read(buf) // from the address asked, or there is nothing
			if err != nil {
				t.Fatalf("%s: %v", address, err)
			}
			return string(buf[:n])
		}
		if o.Put([]byte("reply"), d) {
			t.Fatal("a reply was kept though nobody would send it")
		}
		end, other := o.Round(), o.Round()
		const replies = 2*batchSize + 3
		for i := range replies {
			if !o.Put(fmt.Appendf(nil, "reply %d", i), d) {
				t.Fatalf("reply %d was not taken", i)
			}
		}
		end()
		if o.count != replies%batchSize {
			t.Errorf("%d replies are kept; want %d, until the last round ends", o.count, replies%batchSize)
		}
		other()
		for i := range replies {
			if got, want := read(), fmt.Sprintf("reply %d", i); got != want {
				t.Fatalf("%s: %q; want %q", address, got, want)
			}
		}
		end = o.Round()
		toGroup := d
		toGroup.To = netip.MustParseAddr("224.0.0.251") // from which nothing can be sent
		o.Put([]byte("to a group's"), toGroup)
		o.Put(make([]byte, 1<<17), d) // which no datagram holds
		o.Put([]byte("last"), d)
		o.Close()
		if got := read(); got != "to a group's" {
			t.Errorf("%s: %q; want the reply to what a group was sent", address, got)
		}
		if got := read(); got != "last" || alone != 1 {
			t.Errorf("%s: %q, and %d sent by itself; want the last and 1", address, got, alone)
		}
		if o.Put([]byte("reply"), d) {
			t.Error("a reply was taken after the end")
		}
		end()
	}
}
