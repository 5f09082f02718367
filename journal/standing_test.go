package journal

import "testing"

// TestAlwaysPasses: a confirmed visit to a name that may pass without an end is no longer
// in force, although a name above it is blocked: that does not follow later, as it does
// behind what lets the name pass for a while.
func TestAlwaysPasses(t *testing.T) {
	t.Parallel()
	for term, ended := range map[string]bool{"always": true, "15m": false} {
		t.Run(term, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			visited(t, j, "ABOVE", "shop.example")
			decide(t, j, "ABOVE", DecisionConfirmed, "")
			visited(t, j, "BEFORE", "www.shop.example")
			visited(t, j, "ALLOWED", "www.shop.example")
			decide(t, j, "ALLOWED", DecisionAllow, term)
			if inc := incidentNamed(t, path, "BEFORE"); inc.State != StateConfirmed || inc.Ended != ended || inc.PassesUntil.IsZero() != ended {
				t.Errorf("%+v", inc)
			}
		})
	}
}
