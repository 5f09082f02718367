package daemon

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestAC03AC16OwnListeners is AC-03 and AC-16: nothing of this process, and
// nothing else of this computer, is reached through the proxy, so that a page
// cannot go that way to the console as a visitor from loopback.
func TestAC03AC16OwnListeners(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	_, otherPort, _ := net.SplitHostPort(other.Addr().String())
	ipv4 := []string{"127.0.0.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]"}
	// Even an owner who opens loopback does not open sekisho itself.
	for name, egress := range map[string]string{"default": "{ports: []}", "loopback opened": "{ports: [], allow: [127.0.0.0/8, '::1/128']}"} {
		t.Run(name, func(t *testing.T) {
			d, at, stop := start(t, testConfig(t, "egress: "+egress))
			defer stop()
			b := browser(t, d, at)
			ports := map[string]string{"proxy": at.Proxy, "console": at.Console, "dns": at.DNS}
			for part, addr := range ports {
				_, port, err := net.SplitHostPort(addr)
				if err != nil {
					t.Fatalf("%s listens on %q: %v", part, addr, err)
				}
				refusesPort(t, b, at.Proxy, port, ipv4)
			}
			if name == "default" {
				refusesPort(t, b, at.Proxy, otherPort, append(ipv4, "localhost", "[::1]", "[::]"))
			}
		})
	}
}

// refusesPort wants every way to port of this computer closed.
func refusesPort(t *testing.T, b *http.Client, proxy, port string, hosts []string) {
	t.Helper()
	for _, host := range hosts {
		if status, body := get(t, b, "http://"+host+":"+port+"/healthz"); status != http.StatusForbidden || strings.HasPrefix(body, "ok") {
			t.Errorf("GET http://%s:%s/ = %d %.60q; want 403", host, port, status, body)
		}
		c, err := net.Dial("tcp", proxy)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(c, "CONNECT %[1]s:%[2]s HTTP/1.1\r\nHost: %[1]s:%[2]s\r\n\r\n", host, port)
		resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: http.MethodConnect})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		_ = c.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("CONNECT %s:%s = %d; want 403", host, port, resp.StatusCode)
		}
	}
}
