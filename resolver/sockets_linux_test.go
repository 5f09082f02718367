package resolver

import (
	"net"
	"runtime"
	"testing"

	"github.com/miekg/dns"
)

// TestSockets has many clients ask, whom the kernel deals out among the sockets.
func TestSockets(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	}
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1")).url},
		Policy:    policy(nil, nil),
	})
	if len(s.more) == 0 {
		t.Error("no second socket")
	}
	for i := range 32 {
		conn, err := net.Dial("udp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		m, err := dns.ExchangeConn(conn, newQuery("shop.example.", dns.TypeA))
		if err != nil || len(m.Answer) != 1 {
			t.Errorf("client %d: %v, %v", i, m, err)
		}
		_ = conn.Close()
	}
}
