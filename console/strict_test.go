package console

import (
	"strings"
	"testing"

	"sekisho/journal"
	"sekisho/staff"
)

// TestStrictBodies: a body that says something twice, or in a spelling of its own, decides
// nothing, whichever of the two somebody meant.
func TestStrictBodies(t *testing.T) {
	t.Parallel()
	s, id := startWithIncident(t)
	reviewer := token(t, s, staff.Reviewer)
	for _, body := range []string{
		`{"decision":"confirmed","decision":"allow","for":"15m"}`,
		`{"Decision":"allow","for":"15m"}`,
		`{"decision":"confirmed","DECISION":"allow"}`,
		`{"decision":"confirmed","\u0064ecision":"allow"}`,
		`{"decision":"confirmed","over":"2026-01-01T00:00:00Z"}`,
		`{"decision":"confirmed"} {}`, `{"decision":"confirmed"`, `null`, `[]`, `"confirmed"`, ``,
	} {
		got := send(t, s, "POST", "/api/v1/incidents/"+id+"/decision", "", body, reviewer...)
		if got.status != 400 || incidentOf(t, s, id).State != journal.StateOpen {
			t.Errorf("%s: %d", body, got.status)
		}
	}
	large := `{"decision":"confirmed","note":"` + strings.Repeat("x", maxBody) + `"}`
	if got := send(t, s, "POST", "/api/v1/incidents/"+id+"/decision", "", large, reviewer...); got.status != 413 {
		t.Errorf("a large body: %d", got.status)
	}
}
