package lan

import (
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv4/nclient4"
	"github.com/insomniacslk/dhcp/dhcpv6"
	"github.com/mdlayher/ndp"
)

// inside tells the test's own process that it is in a network of its own.
const inside = "LAN_TEST_INSIDE"

// TestAsk has a network of its own, with a DHCP server, a DHCPv6 server and two
// routers that say something, and hears all of them.
func TestAsk(t *testing.T) {
	if os.Getenv(inside) == "" {
		again(t)
		return
	}
	cable(t)
	serveDHCP(t)
	serveDHCPv6(t)
	advertise(t)
	got, err := Ask(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got = slices.DeleteFunc(got, func(o Offer) bool { return o.Interface == "there" }) // the router hears itself
	router := mustLinkLocal(t, "there")
	router = router.WithZone("here")
	want := []Offer{
		{DHCP, "here", netip.MustParseAddr("192.0.2.1"), []netip.Addr{netip.MustParseAddr("192.0.2.53"), netip.MustParseAddr("192.0.2.54")}},
		{DHCPv6, "here", router, []netip.Addr{netip.MustParseAddr("2001:db8::53")}},
		{Router, "here", router, []netip.Addr{netip.MustParseAddr("2001:db8::54"), netip.MustParseAddr("fe80::1%here")}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAskWithoutPrivilege says so, and that alone.
func TestAskWithoutPrivilege(t *testing.T) {
	switch os.Getenv(inside) {
	case "":
		again(t)
	case "1":
		cable(t)
		// Root of yet another world has no rights in this network.
		if out, err := rerun(t, "2", syscall.CLONE_NEWUSER); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	default:
		if got, err := Ask(t.Context()); !errors.Is(err, fs.ErrPermission) || len(got) > 0 {
			t.Errorf("Ask = %v, %v; want a lack of permission", got, err)
		}
	}
}

// again runs the calling test in a network of its own, as its root.
func again(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("skipped: needs the command ip (Debian: iproute2)")
	}
	out, err := rerun(t, "1", syscall.CLONE_NEWUSER|syscall.CLONE_NEWNET)
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) {
		t.Skipf("skipped: this system lets users have no network of their own: %v", err)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// rerun runs the calling test in a process of its own, root of new namespaces.
func rerun(t *testing.T, depth string, namespaces uintptr) ([]byte, error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), inside+"="+depth)
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  namespaces,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	return c.CombinedOutput()
}

// cable lays a cable from the interface "here" to the interface "there".
func cable(t *testing.T) {
	t.Helper()
	for _, args := range [][]string{
		{"link", "add", "here", "type", "veth", "peer", "name", "there"},
		{"link", "set", "here", "addrgenmode", "none"},
		{"link", "set", "there", "addrgenmode", "none"},
		{"link", "set", "here", "up"},
		{"link", "set", "there", "up"},
		{"addr", "add", "fe80::a/64", "dev", "here", "nodad"},
		{"addr", "add", "fe80::b/64", "dev", "there", "nodad"},
	} {
		if out, err := exec.CommandContext(t.Context(), "ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %v: %v: %s", args, err, out)
		}
	}
}

// serveDHCP offers twice what is asked for, with servers that say nothing, or
// another's question, in between.
func serveDHCP(t *testing.T) {
	t.Helper()
	conn, err := nclient4.NewRawUDPConn("there", dhcpv4.ServerPort)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, conn, func(packet []byte, _ net.Addr) {
		ask, err := dhcpv4.FromBytes(packet)
		if err != nil || ask.MessageType() != dhcpv4.MessageTypeDiscover {
			t.Errorf("the DHCP server got %v, %v", ask, err)
			return
		}
		answer := func(kind dhcpv4.MessageType, server byte, dns ...net.IP) []byte {
			m, err := dhcpv4.NewReplyFromRequest(ask, dhcpv4.WithMessageType(kind), dhcpv4.WithServerIP(net.IPv4(192, 0, 2, server)),
				dhcpv4.WithOption(dhcpv4.OptServerIdentifier(net.IPv4(192, 0, 2, server))), dhcpv4.WithDNS(dns...))
			if err != nil {
				t.Error(err)
				return nil
			}
			return m.ToBytes()
		}
		stranger := answer(dhcpv4.MessageTypeOffer, 9, net.IPv4(192, 0, 2, 99))
		stranger[4]++ // the transaction
		good := answer(dhcpv4.MessageTypeOffer, 1, net.IPv4(192, 0, 2, 53), net.IPv4(192, 0, 2, 54), net.IPv4(192, 0, 2, 53))
		for _, m := range [][]byte{
			[]byte("no DHCP"), stranger, answer(dhcpv4.MessageTypeAck, 2, net.IPv4(192, 0, 2, 99)), answer(dhcpv4.MessageTypeOffer, 3), good, good,
		} {
			if _, err := conn.WriteTo(m, &net.UDPAddr{IP: net.IPv4bcast, Port: dhcpv4.ClientPort}); err != nil {
				t.Error(err)
			}
		}
	})
}

func serveDHCPv6(t *testing.T) {
	t.Helper()
	conn, err := net.ListenMulticastUDP("udp6", mustInterface(t, "there"),
		&net.UDPAddr{IP: dhcpv6.AllDHCPRelayAgentsAndServers, Port: dhcpv6.DefaultServerPort})
	if err != nil {
		t.Fatal(err)
	}
	out, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.ParseIP("fe80::b"), Zone: "there"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = out.Close() })
	serve(t, conn, func(packet []byte, from net.Addr) {
		got, err := dhcpv6.FromBytes(packet)
		if err != nil {
			t.Error(err)
			return
		}
		ask := got.(*dhcpv6.Message)
		if ask.MessageType != dhcpv6.MessageTypeInformationRequest {
			t.Errorf("the DHCPv6 server got %v", ask)
		}
		answer := *ask
		answer.MessageType = dhcpv6.MessageTypeReply
		dhcpv6.WithDNS(net.ParseIP("2001:db8::53"))(&answer)
		to := *from.(*net.UDPAddr)
		to.Zone = "there"
		if _, err := out.WriteToUDP(answer.ToBytes(), &to); err != nil {
			t.Error(err)
		}
	})
}

// advertise is a router that takes back one server and names two.
func advertise(t *testing.T) {
	t.Helper()
	conn, _, err := ndp.Listen(mustInterface(t, "there"), ndp.LinkLocal)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.JoinGroup(allRouters); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		for {
			m, _, _, err := conn.ReadFrom()
			if err != nil {
				return
			}
			if _, ok := m.(*ndp.RouterSolicitation); !ok {
				continue
			}
			answer := &ndp.RouterAdvertisement{Options: []ndp.Option{
				&ndp.RecursiveDNSServer{Lifetime: 0, Servers: []netip.Addr{netip.MustParseAddr("2001:db8::99")}},
				&ndp.RecursiveDNSServer{Lifetime: time.Hour, Servers: []netip.Addr{netip.MustParseAddr("2001:db8::54"), netip.MustParseAddr("fe80::1")}},
			}}
			if err := conn.WriteTo(answer, nil, allNodes); err != nil {
				t.Error(err)
			}
		}
	}()
}

// serve calls answer with each packet until the test ends.
func serve(t *testing.T, conn net.PacketConn, answer func(packet []byte, from net.Addr)) {
	t.Helper()
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	go func() {
		defer close(done)
		buf := make([]byte, maxPacket)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			answer(buf[:n], from)
		}
	}()
}

func mustInterface(t *testing.T, name string) *net.Interface {
	t.Helper()
	i, err := net.InterfaceByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func mustLinkLocal(t *testing.T, name string) netip.Addr {
	t.Helper()
	a, err := linkLocal(*mustInterface(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return a
}
