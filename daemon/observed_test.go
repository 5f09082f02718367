package daemon

import (
	"testing"

	"github.com/miekg/dns"

	"sekisho/journal"
)

// TestObserved: in mode observe what would have been stopped is recorded as having
// passed, and in mode enforce it is not.
func TestObserved(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]bool{"observe": true, "enforce": false} {
		d, at, stop := start(t, testConfig(t, "mode: "+mode+"\nlists: {block: [bad.example]}\nresolver: {upstreams: [\"udp://127.0.0.1:9\"]}"))
		m := new(dns.Msg).SetQuestion("bad.example.", dns.TypeA)
		if _, _, err := new(dns.Client).ExchangeContext(t.Context(), m, at.DNS); err != nil {
			t.Fatal(err)
		}
		stop() // what is only recorded may be so after the answer
		r, err := journal.OpenReader(d.dir.Journal())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		p, err := r.Search(t.Context(), journal.Filter{Host: "bad.example", Limit: 10}, "")
		if err != nil || len(p.Events) != 1 || p.Events[0].Action != journal.ActionBlock || p.Events[0].Observed != want {
			t.Errorf("%s: %+v, %v", mode, p.Events, err)
		}
	}
}
