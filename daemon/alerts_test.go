package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// TestAlertsSeeTheFirst: what the alerts ask to have grown is there at 0 before anything
// happened, since a counter that begins at one has not grown; and the one about dangers
// has when one did.
func TestAlertsSeeTheFirst(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, alerts, _ := strings.Cut(string(data), "## Alerts")
	grown := regexp.MustCompile(`increase\((\w+)([^)]*)\[`).FindAllStringSubmatch(alerts, -1)
	if len(grown) < 4 {
		t.Fatalf("the alerts ask for %q", grown)
	}
	c := testConfig(t, fmt.Sprintf("metrics: {listen: \"127.0.0.1:0\"}\nlists: {block: [bad.example]}\nsinks: [{name: one, to: %q}]", filepath.Join(t.TempDir(), "events.jsonl")))
	_, at, _ := start(t, c)
	text := scrape(t, at)
	for _, g := range grown {
		if g[2] != "" || !strings.Contains(text, "\n"+g[1]+" 0\n") && !strings.Contains(text, "\n"+g[1]+"{sink=\"one\"} 0\n") {
			t.Errorf("%s%s is not there at 0 from the start", g[1], g[2])
		}
	}
	m := new(dns.Msg).SetQuestion("bad.example.", dns.TypeA)
	if _, _, err := new(dns.Client).ExchangeContext(t.Context(), m, at.DNS); err != nil {
		t.Fatal(err)
	}
	if text := scrape(t, at); !strings.Contains(text, "\nsekisho_danger_events_total 1\n") {
		t.Error("a danger was not counted")
	}
}
