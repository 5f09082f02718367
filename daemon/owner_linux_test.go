package daemon

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

func TestPortOwner(t *testing.T) {
	t.Parallel()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tcp.Close() }()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = udp.Close() }()
	want := fmt.Sprintf("(pid %d)", os.Getpid())
	for _, port := range []int{tcp.Addr().(*net.TCPAddr).Port, udp.LocalAddr().(*net.UDPAddr).Port} {
		if got := portOwner(uint16(port)); !strings.HasSuffix(got, want) {
			t.Errorf("portOwner(%d) = %q; want … %s", port, got, want)
		}
	}
	if got := portOwner(0); got != "" {
		t.Errorf("portOwner(0) = %q; want nothing", got)
	}
}
