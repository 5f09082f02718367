package upstream

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseTarget(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		url, addr, cert, path string
		port                  uint16
	}{
		{"udp://192.0.2.1", "192.0.2.1", "192.0.2.1", "", 53},
		{"udp://192.0.2.1:5353", "192.0.2.1", "192.0.2.1", "", 5353},
		{"udp://localhost:5353", "127.0.0.1", "localhost", "", 5353},
		{"tcp://[2001:db8::1]", "2001:db8::1", "2001:db8::1", "", 53},
		{"udp://[fe80::1%25eth0]:53", "fe80::1%eth0", "fe80::1", "", 53},
		{"udp://[::ffff:192.0.2.1]", "192.0.2.1", "192.0.2.1", "", 53},
		{"tls://dns.example", "", "dns.example", "", 853},
		{"tls://dns.example.:8853", "", "dns.example", "", 8853},
		{"tls://192.0.2.1#dns.example", "192.0.2.1", "dns.example", "", 853},
		{"https://dns.example", "", "dns.example", "/dns-query", 443},
		{"https://dns.example/", "", "dns.example", "/dns-query", 443},
		{"https://192.0.2.1:8443/a/b%20c#dns.example", "192.0.2.1", "dns.example", "/a/b%20c", 8443},
		{"https://[2001:db8::1]/q", "2001:db8::1", "2001:db8::1", "/q", 443},
	} {
		got, err := parseTarget(tc.url)
		if err != nil {
			t.Errorf("parseTarget(%q): %v", tc.url, err)
			continue
		}
		addr := ""
		if got.addr.IsValid() {
			addr = got.addr.String()
		}
		if addr != tc.addr || got.certName != tc.cert || got.path != tc.path || got.port != tc.port {
			t.Errorf("parseTarget(%q) = %q, %q, %q, %d; want %q, %q, %q, %d",
				tc.url, addr, got.certName, got.path, got.port, tc.addr, tc.cert, tc.path, tc.port)
		}
		if e, err := New(tc.url, Options{}); err != nil || e.String() != tc.url {
			t.Errorf("New(%q) = %v, %v", tc.url, e, err)
		}
	}
}

func TestNewRejects(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"":                               "no scheme",
		"192.0.2.1":                      "no scheme",
		"192.0.2.1:53":                   "not a URL",
		"quic://192.0.2.1":               `unknown scheme "quic"`,
		"udp://dns.example":              "no IP address",
		"udp://":                         "no host",
		"udp:192.0.2.1":                  "no",
		"udp://192.0.2.1:0":              "port",
		"udp://192.0.2.1:70000":          "port",
		"udp://192.0.2.1/path":           "path",
		"udp://192.0.2.1#name":           "#name",
		"tls://a..b":                     "no host name",
		"tls://300.1.2.3":                "no host name",
		"tls://dns.example#no such name": "certificate name",
		"tls://dns.example/q":            "path",
		"https://dns.example/q?x=1":      "query string",
		"https://dns.example/{?dns}":     "query string",
		"tls://\x00":                     "not a URL",
	} {
		_, err := New(url, Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "https://HOST") {
			t.Errorf("New(%q): err = %v; want it to hold %q and the forms", url, err, want)
		}
	}
}

func TestPasswordsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"https://me:hunter2@dns.example/", "tls://hunter2@\x00", "udp://a:hunter2@b@192.0.2.1"} {
		_, err := New(url, Options{})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("New(%q): err = %v; want an error without the password", url, err)
		}
		if _, err := Addrs(url); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Addrs(%q): err = %v; want an error without the password", url, err)
		}
	}
}

func TestAddrs(t *testing.T) {
	t.Parallel()
	got, err := Addrs("tls://192.0.2.1#dns.example")
	if want := []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:853")}; err != nil || !cmp.Equal(got, want, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })) {
		t.Errorf("Addrs = %v, %v; want %v", got, err, want)
	}
	if got, err := Addrs("https://dns.example"); err != nil || got != nil {
		t.Errorf("Addrs of a name = %v, %v; want none", got, err)
	}
}
