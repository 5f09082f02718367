package resolver

import (
	"net"
	"net/netip"
	"testing"

	"github.com/miekg/dns"

	"sekisho/presence"
	"sekisho/resolver/datagram"
)

// benchBatch is how many datagrams a reader has at once when they are many.
const benchBatch = 16

// BenchmarkHandle measures a question without sockets.
func BenchmarkHandle(b *testing.B) {
	table, err := presence.Open("", "")
	if err != nil {
		b.Fatal(err)
	}
	s := start(b, Options{
		Upstreams: []string{newOrigin(b, zone(b, "shop.example. 86400 IN A 192.0.2.1")).url},
		Policy:    policy([]string{"blocked.example"}, nil),
		Presence:  table,
	})
	ask(b, s, newQuery("shop.example.", dns.TypeA, edns))
	client := netip.MustParseAddr("127.0.0.1")
	for name, host := range map[string]string{"blocked": "blocked.example.", "hit": "shop.example.", "special": "printer.local."} {
		b.Run(name, func(b *testing.B) {
			wire, err := newQuery(host, dns.TypeA, edns).Pack()
			if err != nil {
				b.Fatal(err)
			}
			buf := make([]byte, 0, datagram.MaxReply)
			var sum tallies
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if reply, _ := s.handle(wire, client, arrival{sum: &sum}, buf, nil); reply == nil {
					b.Fatal("no reply")
				}
				if i%benchBatch == 0 {
					sum.addTo(s.counts.answers)
				}
			}
		})
	}
}

// BenchmarkHandleNews measures a hit each time after something was found out of another
// name.
func BenchmarkHandleNews(b *testing.B) {
	s := start(b, Options{Upstreams: []string{newOrigin(b, zone(b, "a.b.c.d.e.shop.example. 86400 IN A 192.0.2.1")).url}})
	ask(b, s, newQuery("a.b.c.d.e.shop.example.", dns.TypeA, edns))
	wire, err := newQuery("a.b.c.d.e.shop.example.", dns.TypeA, edns).Pack()
	if err != nil {
		b.Fatal(err)
	}
	client, buf, other := netip.MustParseAddr("127.0.0.1"), make([]byte, 0, datagram.MaxReply), mustWire("other.test")
	b.ReportAllocs()
	for b.Loop() {
		s.cache.news.of(other)
		if reply, _ := s.handle(wire, client, arrival{}, buf, nil); reply == nil {
			b.Fatal("no reply")
		}
	}
}

// BenchmarkHandleParallel measures a hit on all cores, as many readers of
// datagrams have them.
func BenchmarkHandleParallel(b *testing.B) {
	s := start(b, Options{Upstreams: []string{newOrigin(b, zone(b, "shop.example. 86400 IN A 192.0.2.1")).url}})
	ask(b, s, newQuery("shop.example.", dns.TypeA, edns))
	wire, err := newQuery("shop.example.", dns.TypeA, edns).Pack()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		client, buf := netip.MustParseAddr("127.0.0.1"), make([]byte, 0, datagram.MaxReply)
		var sum tallies
		for i := 0; pb.Next(); i++ {
			if reply, _ := s.handle(wire, client, arrival{sum: &sum}, buf, nil); reply == nil {
				b.Error("no reply")
			}
			if i%benchBatch == 0 {
				sum.addTo(s.counts.answers)
			}
		}
	})
}

// BenchmarkUDP measures a question and its answer over loopback, one at a time.
func BenchmarkUDP(b *testing.B) {
	s := start(b, Options{
		Upstreams: []string{newOrigin(b, zone(b, "hit.example. 86400 IN A 192.0.2.1\nmiss.example. 0 IN A 192.0.2.1")).url},
		Policy:    policy([]string{"blocked.example"}, nil),
	})
	for _, name := range []string{"blocked", "hit", "miss"} {
		b.Run(name, func(b *testing.B) {
			wire, err := newQuery(name+".example.", dns.TypeA, edns).Pack()
			if err != nil {
				b.Fatal(err)
			}
			conn, err := net.Dial("udp", s.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			buf := make([]byte, datagram.MaxReply)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := conn.Write(wire); err != nil {
					b.Fatal(err)
				}
				if _, err := conn.Read(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
