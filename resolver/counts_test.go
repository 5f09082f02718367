package resolver

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"sekisho/metrics"
)

// TestCounts counts every answer once, whichever goroutine gave it, by the time
// that it is there.
func TestCounts(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	s := start(t, Options{
		Upstreams: []string{newOrigin(t, zone(t, "shop.example. 86400 IN A 192.0.2.1\nbad.example. 60 IN CNAME bad.example.")).url},
		Policy:    policy([]string{"blocked.example"}, nil), Metrics: r,
	})
	names := []string{"shop.example.", "blocked.example.", "printer.local.", "none.example.", "bad.example."}
	for _, name := range names {
		ask(t, s, newQuery(name, dns.TypeA))
	}
	const askers, times = 8, 25
	var all sync.WaitGroup
	for range askers {
		all.Go(func() {
			for range times {
				for _, name := range names[:3] {
					ask(t, s, newQuery(name, dns.TypeA))
				}
			}
		})
	}
	all.Wait()
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	const more = askers * times
	for series, want := range map[string]int{
		`queries_total{transport="udp"}`:                      5 + 3*more,
		`answers_total{outcome="cached",rcode="noerror"}`:     more,
		`answers_total{outcome="blocked",rcode="nxdomain"}`:   1 + more,
		`answers_total{outcome="local",rcode="nxdomain"}`:     1 + more,
		`answers_total{outcome="forwarded",rcode="noerror"}`:  1,
		`answers_total{outcome="forwarded",rcode="nxdomain"}`: 1,
		`answers_total{outcome="failed",rcode="servfail"}`:    1,
	} {
		if line := fmt.Sprintf("sekisho_dns_%s %d\n", series, want); !strings.Contains(b.String(), line) {
			t.Errorf("no %sin:\n%s", line, grep(b.String(), "sekisho_dns_"))
		}
	}
}

// grep returns the lines of text that begin with prefix.
func grep(text, prefix string) string {
	var found strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			found.WriteString(line)
		}
	}
	return found.String()
}
