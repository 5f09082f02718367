package resolver

import (
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
)

func TestBuckets(t *testing.T) {
	t.Parallel()
	b, now := newBuckets(), time.Unix(1000, 0)
	one, other := account(netip.MustParseAddr("2001:db8:0:1::1")), account(netip.MustParseAddr("192.0.2.1"))
	asked := func(owner netip.Addr) (n int) {
		for n < 10*bucketSize && b.take(owner, now) {
			n++
		}
		return n
	}
	if n := asked(one); n != bucketSize {
		t.Errorf("%d questions at once; want %d", n, bucketSize)
	}
	if n := asked(account(netip.MustParseAddr("2001:db8:0:1::2"))); n != 0 {
		t.Errorf("%d more questions from the same network", n)
	}
	if n := asked(other); n != bucketSize {
		t.Errorf("another client has %d questions; want %d", n, bucketSize)
	}
	now = now.Add(time.Second)
	if n := asked(one); n != bucketRate {
		t.Errorf("%d questions a second later; want %d", n, bucketRate)
	}
	now = now.Add(-time.Hour) // the clock was set
	if n := asked(one); n != 0 {
		t.Errorf("%d questions an hour earlier", n)
	}
	if n := asked(account(netip.MustParseAddr("127.0.0.1"))); n != 10*bucketSize {
		t.Errorf("this machine has %d questions", n)
	}
}

// TestFlood has a client exceed its rate: it is sent to TCP and served there.
func TestFlood(t *testing.T) {
	t.Parallel()
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1")).url},
		Policy:    policy([]string{"blocked.example"}, nil),
		Clients:   []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("127.0.0.0/8")},
	})
	client, later := netip.MustParseAddr("192.0.2.7"), sends(func([]byte) {})
	blocked, err := newQuery("printer.local.", dns.TypeA, edns).Pack()
	if err != nil {
		t.Fatal(err)
	}
	var reply *dns.Msg
	for i := 0; i < 2*bucketSize && (reply == nil || !reply.Truncated); i++ {
		raw, _ := s.handle(blocked, client, arrival{}, nil, later)
		reply = unpack(t, blocked, raw)
	}
	if !reply.Truncated || len(reply.Answer)+len(reply.Ns) != 0 || reply.Rcode != dns.RcodeSuccess {
		t.Fatalf("reply to a flood is %v; want it truncated and empty", reply)
	}
	raw, _ := s.handle(blocked, client, arrival{tcp: true}, nil, later)
	if r := unpack(t, blocked, raw); r.Truncated || r.Rcode != dns.RcodeNameError {
		t.Errorf("over TCP: %v; want the answer", r)
	}
}
