package resolver

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"

	"github.com/miekg/dns"

	"sekisho/resolver/datagram"
)

// missesAtOnce is how many new names are asked for at the same time.
const missesAtOnce = 128

// BenchmarkMiss measures new names that have an address and no HTTPS records, many at a
// time and without the client's socket. The upstream, which allocates nothing, counts too.
func BenchmarkMiss(b *testing.B) {
	s := start(b, Options{Upstreams: []string{fastOrigin(b)}, Policy: policy([]string{"blocked.example"}, nil)})
	wire, err := newQuery("n0000000.miss.example.", dns.TypeA, edns).Pack()
	if err != nil {
		b.Fatal(err)
	}
	client, buf := netip.MustParseAddr("127.0.0.1"), make([]byte, 0, datagram.MaxReply)
	answered := make(chan int, missesAtOnce)
	var send sender = func(reply []byte) { answered <- len(reply) }
	later := func(awaiting) sender { return send }
	for range missesAtOnce {
		answered <- 0
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		<-answered
		for j, n := headerLen+len("n0000000"), i; j > headerLen+1; j, n = j-1, n/10 {
			wire[j] = '0' + byte(n%10)
		}
		if reply, waits := s.handle(wire, client, arrival{}, buf, later); !waits {
			b.Fatalf("answered at once: %x", reply)
		}
	}
	for range missesAtOnce {
		<-answered
	}
}

// fastOrigin returns the URL of an upstream that knows one address for every name, and
// nothing else.
func fastOrigin(b *testing.B) string {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	found := local(dns.TypeA, 86400, []byte{192, 0, 2, 1})
	go func() {
		buf := make([]byte, datagram.MaxQuery)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			end := skipName(buf[:n], headerLen) + 4
			a := noData
			if binary.BigEndian.Uint16(buf[end-4:]) == dns.TypeA {
				a = found
			}
			buf[2], buf[3] = buf[2]|flagQR, flagRA
			binary.BigEndian.PutUint16(buf[6:], a.answers)
			binary.BigEndian.PutUint16(buf[8:], a.authority)
			binary.BigEndian.PutUint16(buf[10:], 0)
			_, _ = conn.WriteToUDPAddrPort(append(buf[:end], a.records...), from)
		}
	}()
	return "udp://" + conn.LocalAddr().String()
}
