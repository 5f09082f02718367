package sink

import (
	"strings"
	"testing"

	"sekisho/journal"
)

// TestObserved: whoever reads what a sink brings is told what was only observed.
func TestObserved(t *testing.T) {
	t.Parallel()
	yes := true
	for _, observed := range []bool{true, false} {
		e := journal.Event{ID: 1, Action: journal.ActionBlock, Host: "a.example", Sent: &yes, Observed: observed}
		for line, mark := range map[string]string{
			string((&syslog{id: "x@1"}).append(nil, &e, false)): ` observed="true"`,
			string((&cef{}).append(nil, &e)):                    " flexString2=true",
		} {
			if strings.Contains(line, mark) != observed || strings.Contains(line, "a.example (observed)") != observed {
				t.Errorf("observed %v: %q", observed, line)
			}
		}
	}
}
