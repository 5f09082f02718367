package journal

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestDangerLeftPlan: whether a person went on is looked up of each incident of a page, and
// not of all in which anybody did.
func TestDangerLeftPlan(t *testing.T) {
	t.Parallel()
	path := place(t)
	filled(t, path, eventful(300))
	r, rec := recording(t, path)
	if _, _, err := r.Incidents(t.Context(), IncidentFilter{Danger: DangerSent, Since: time.Now().Add(-30 * 24 * time.Hour)}, ""); err != nil {
		t.Fatal(err)
	}
	plain, err := openDB(path, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	var of []string
	for query, args := range rec.queries {
		for _, step := range steps(t, plain, query, args...) {
			if strings.Contains(step, " x ") && strings.Contains(query, "events x") {
				of = append(of, step)
			}
		}
	}
	if len(of) == 0 || slices.ContainsFunc(of, func(step string) bool {
		return !strings.Contains(step, "(incident=? AND class=?") && !strings.Contains(step, "(host=?")
	}) {
		t.Errorf("%q; want a look at one incident", of)
	}
}
