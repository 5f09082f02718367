package proxy_test

import (
	"fmt"
	"net/http"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestCasesMetadataNames: a cloud's metadata service is refused by name, and nobody is
// asked where it is, unless egress.allow opens its address.
func TestCasesMetadataNames(t *testing.T) {
	t.Parallel()
	names := []string{
		"metadata.google.internal", "x.metadata.google.internal", "metadata.goog", "a.metadata.goog", "metadata.azure.com", "metadata.azure.internal",
		"instance-data", "instance-data.ec2.internal", "x.instance-data.ec2.internal", "metadata.tencentyun.com",
	}
	beside := []string{"notmetadata.goog", "metadata.goog.labnet.example", "azure.com", "metadata.example.com"}
	for opened, allow := range map[bool][]string{false: {"127.0.0.0/8"}, true: {"127.0.0.0/8", "169.254.169.254/32"}} {
		l := start(t, func(o *proxy.Options) { o.Settings.Allow = prefixes(allow...) })
		o := l.Origin(append(names, beside...), labnet.Handler(), labnet.Plain()) // each has an answer
		ask := func(t *testing.T, name string, refused bool) {
			t.Helper()
			a := l.send(t, fmt.Sprintf("GET http://%s:%d/ HTTP/1.1\r\nHost: x\r\n\r\n", name, o.Port()))
			if got := a.StatusCode == http.StatusForbidden && a.Header.Get("Sekisho-Error") == "address-refused"; got != refused {
				t.Errorf("GET %s = %d, Sekisho-Error %q; want refused %t", name, a.StatusCode, a.Header.Get("Sekisho-Error"), refused)
			}
			if refused {
				l.wantRefusedTunnel(t, fmt.Sprintf("%s:%d", name, o.Port()))
			}
			if asked := l.Asked(name); (asked == 0) != refused {
				t.Errorf("%s: %d questions; want none %t", name, asked, refused)
			}
		}
		for _, name := range names {
			t.Run(fmt.Sprintf("AC-05 %s, opened %t", name, opened), func(t *testing.T) { ask(t, name, !opened) })
		}
		for _, name := range beside {
			t.Run(fmt.Sprintf("AC-05 beside: %s, opened %t", name, opened), func(t *testing.T) { ask(t, name, false) })
		}
	}
}
