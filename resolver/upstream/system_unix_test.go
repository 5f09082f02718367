//go:build unix

package upstream

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseResolvConf(t *testing.T) {
	t.Parallel()
	const file = `# by somebody
; another comment
search corp.example
options edns0 trust-ad
nameserver 192.0.2.1
nameserver	2001:db8::53   # trailing
nameserver fe80::1%eth0
 nameserver 127.0.0.53
nameserver 192.0.2.1
nameserver not-an-address
nameserver
nameserver 0.0.0.0
nameservers 192.0.2.9
`
	addrs, err := parseResolvConf(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"udp://192.0.2.1:53", "udp://[2001:db8::53]:53", "udp://[fe80::1%25eth0]:53", "udp://127.0.0.53:53"}
	if diff := cmp.Diff(want, unique(addrs)); diff != "" {
		t.Errorf("servers (-want +got):\n%s", diff)
	}
	for _, url := range want {
		if _, err := New(url, Options{}); err != nil {
			t.Errorf("New: %v", err)
		}
	}
}
