package journal

import (
	"strings"
	"testing"
)

func TestNewIncident(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	counts := map[rune]int{}
	for range 5000 {
		id := NewIncident()
		if len(id) != 26 || strings.Trim(id, crockford) != "" {
			t.Fatalf("NewIncident() = %q; want 26 characters of %q", id, crockford)
		}
		if seen[id] {
			t.Fatalf("NewIncident() gave %q twice", id)
		}
		seen[id] = true
		for _, c := range id {
			counts[c]++
		}
	}
	for _, c := range crockford { // 4062 expected of each, deviation 63
		if n := counts[c]; n < 3600 || n > 4500 {
			t.Errorf("character %q came %d times; want about 4062", c, n)
		}
	}
}
