package lan

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lan/adapters"
)

var sameAddr = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })

func TestReadMacLease(t *testing.T) {
	t.Parallel()
	const text = `op = BOOTREPLY
htype = 1
yiaddr = 192.0.2.20
options:
Options count is 7
dhcp_message_type (uint8): ACK 0x5
server_identifier (ip): 192.0.2.1
lease_time (uint32): 0x15180
router (ip_mult): {192.0.2.1}
domain_name_server (ip_mult): {192.0.2.53, 192.0.2.54}
domain_name (string): office.example
end (none):
`
	want := Offer{Source: DHCP, From: netip.MustParseAddr("192.0.2.1"), Servers: []netip.Addr{netip.MustParseAddr("192.0.2.53"), netip.MustParseAddr("192.0.2.54")}}
	if diff := cmp.Diff(want, readMacLease(text), sameAddr); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := readMacLease("domain_name_server (ip_mult): {}\ndomain_name_server\n: {192.0.2.1}\n"); len(got.Servers) > 0 {
		t.Errorf("servers out of nothing: %v", got)
	}
}

func TestWindowsLeases(t *testing.T) {
	t.Parallel()
	got := leasesOf([]adapters.Adapter{
		{Name: "イーサネット", Up: true, Server: "192.0.2.1", DHCP: "192.0.2.53 192.0.2.54"},
		{Name: "unplugged", Server: "192.0.2.1", DHCP: "192.0.2.55"},
		{Name: "without DHCP", Up: true, Set: "192.0.2.56"},
		{Name: "junk", Up: true, Server: "x", DHCP: "y z"},
	})
	want := []Offer{{DHCP, "イーサネット", netip.MustParseAddr("192.0.2.1"), []netip.Addr{netip.MustParseAddr("192.0.2.53"), netip.MustParseAddr("192.0.2.54")}}}
	if diff := cmp.Diff(want, got, sameAddr); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := leasesOf(slices.Repeat([]adapters.Adapter{{Up: true, DHCP: "192.0.2.1"}}, 2*maxInterfaces)); len(got) != maxInterfaces {
		t.Errorf("%d offers; want %d", len(got), maxInterfaces)
	}
}

func FuzzReadMacLease(f *testing.F) {
	f.Add("server_identifier (ip): 192.0.2.1\ndomain_name_server (ip_mult): {192.0.2.53, fe80::1}\n")
	f.Fuzz(func(t *testing.T, text string) { check(t, readMacLease(text)) })
}

// check fails for an offer that says more, or other things, than an offer may.
func check(t *testing.T, o Offer) {
	t.Helper()
	if len(o.Servers) > maxServers {
		t.Fatalf("%d servers", len(o.Servers))
	}
	for _, s := range o.Servers {
		if !s.IsValid() || s.Is4In6() {
			t.Fatalf("server %v", s)
		}
	}
}

func TestAddrs(t *testing.T) {
	t.Parallel()
	var many []net.IP
	for i := range 20 {
		many = append(many, net.IPv4(192, 0, 2, byte(i)))
	}
	if got := addrs(many, ""); len(got) != maxServers {
		t.Errorf("%d addresses kept", len(got))
	}
	got := addrs([]net.IP{net.ParseIP("fe80::1"), nil, {1, 2, 3}, net.ParseIP("::ffff:192.0.2.1"), net.IPv4(192, 0, 2, 1).To4()}, "eth0")
	if text := join(got); text != "fe80::1%eth0 192.0.2.1" {
		t.Errorf("addrs = %s", text)
	}
}

func join(addrs []netip.Addr) string {
	texts := make([]string, len(addrs))
	for i, a := range addrs {
		texts[i] = a.String()
	}
	return strings.Join(texts, " ")
}
