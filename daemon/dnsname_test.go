package daemon

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestDecisionsAboutDNSNames: a name that is one in the DNS alone, since no browser takes
// it, is found, and decided about, as it was recorded.
func TestDecisionsAboutDNSNames(t *testing.T) {
	lab := labnet.New(t)
	c := testConfig(t, fmt.Sprintf("resolver: {upstreams: [%q]}\negress: {allow: [127.0.0.0/8]}", lab.DNS()))
	d, at, _ := start(t, c)
	o := newOffice(t, d, at)
	for _, name := range []string{"xn--amazon-kxd.example", `amazon-seller.a\032b.example`} {
		lab.Answer(strings.ReplaceAll(name, `\032`, `\ `), labnet.Reply{}) // as its server reads a name
		if got := labnet.Ask(t, "udp", at.DNS, name); got != labnet.NameError {
			t.Fatalf("%s: answer %d before anything was decided; want it blocked", name, got)
		}
		status, body := o.ask(t, "GET", "/events?host="+url.QueryEscape(strings.ToUpper(name)), "")
		var list struct{ Events []journal.Event }
		if err := json.Unmarshal([]byte(body), &list); err != nil || status != 200 || len(list.Events) != 1 || list.Events[0].Host != name {
			t.Fatalf("%s: events %d %s", name, status, body)
		}
		decide := func(decision string) {
			t.Helper()
			path := "/incidents/" + o.incidentOf(t, url.QueryEscape(name)) + "/decision"
			if status, answer := o.ask(t, "POST", path, `{"decision":"`+decision+`"}`); status != 200 {
				t.Fatalf("%s: %s: %d %s", name, decision, status, answer)
			}
		}
		decide(journal.DecisionFalseAlarm)
		if got := labnet.Ask(t, "udp", at.DNS, name); got != 0 {
			t.Errorf("%s: answer %d after a false alarm; want it let pass", name, got)
		}
		decide(journal.DecisionConfirmed)
		if got := labnet.Ask(t, "udp", at.DNS, name); got != labnet.NameError {
			t.Errorf("%s: answer %d once confirmed; want it blocked", name, got)
		}
	}
}
