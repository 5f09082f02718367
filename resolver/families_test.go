package resolver

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// machine sets which addresses s believes this machine to have.
func (s *Server) machine(cidrs ...string) {
	s.families.mu.Lock()
	defer s.families.mu.Unlock()
	s.families.interfaces = func() (out []net.Addr, err error) {
		for _, c := range cidrs {
			p := netip.MustParsePrefix(c)
			out = append(out, &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())})
		}
		return out, nil
	}
}

func TestFamilies(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	for _, tt := range []struct {
		name  string
		addrs []string
		want  bool
	}{
		{"none", nil, false},
		{"IPv4 alone", []string{"127.0.0.1/8", "192.0.2.1/24"}, false},
		{"loopback", []string{"192.0.2.1/24", "::1/128"}, false},
		{"link-local", []string{"192.0.2.1/24", "fe80::1/64"}, false},
		{"global", []string{"192.0.2.1/24", "fe80::1/64", "2001:db8::1/64"}, true},
		{"unique local", []string{"fd00::1/64"}, true},
		{"IPv6 alone", []string{"2001:db8::1/64"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &Server{families: newFamilies()}
			s.machine(tt.addrs...)
			if got := s.families.hasIPv6(now); got != tt.want {
				t.Errorf("hasIPv6 = %t; want %t", got, tt.want)
			}
			s.machine("2001:db8::1/64") // the network changes
			if got := s.families.hasIPv6(now.Add(familiesFor - 1)); got != tt.want {
				t.Errorf("hasIPv6 a moment later = %t; want %t", got, tt.want)
			}
			if !s.families.hasIPv6(now.Add(familiesFor)) {
				t.Error("the new address is not noticed")
			}
			s.machine()
			if s.families.hasIPv6(now.Add(-time.Hour)) {
				t.Error("the old address is believed in after the clock was set back")
			}
		})
	}
	f := families{interfaces: func() ([]net.Addr, error) { return nil, errors.New("no such list here") }}
	if !f.hasIPv6(now) {
		t.Error("what cannot be told is taken for no IPv6")
	}
}

// TestLookupWithoutIPv6: a machine without IPv6 asks for its addresses only where
// there are no others.
func TestLookupWithoutIPv6(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		host string
		want string // the first address
		asks int    // for AAAA
	}{
		{"shop.example", "192.0.2.1", 0},
		{"first.example", "", 0}, // leads to a blocked name
		{"v6.example", "2001:db8::1", 1},
		{"none.example", "", 1},
	} {
		t.Run(tt.host, func(t *testing.T) {
			t.Parallel()
			o := newOrigin(t, zone(t, hopZone+`
				shop.example. 60 IN A 192.0.2.1
				shop.example. 60 IN AAAA 2001:db8::1
				v6.example. 60 IN AAAA 2001:db8::1
				blocked.example. 60 IN A 192.0.2.66`))
			s := start(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
			s.machine("192.0.2.9/24")
			addrs, err := s.Lookup(t.Context(), mustParse(t, tt.host))
			if tt.want == "" && err == nil || tt.want != "" && (err != nil || addrs[0].String() != tt.want) {
				t.Errorf("Lookup = %v, %v; want %q", addrs, err, tt.want)
			}
			if n := o.times(tt.host+".", dns.TypeAAAA); n != tt.asks {
				t.Errorf("asked %d times for AAAA; want %d", n, tt.asks)
			}
		})
	}
}
