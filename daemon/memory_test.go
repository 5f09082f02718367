package daemon

import (
	"testing"
)

// TestMemory is a day in short: busy, busier, and quiet.
func TestMemory(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	released := 0
	m := &memory{percent: usualPercent, release: func() { released++ }}
	m.set = func(int) int { return m.percent }
	allocated := uint64(0)
	for i, step := range []struct {
		name           string
		live, done     uint64
		percent, total int // what is set after it, and released so far
	}{
		{"start", 0, 3 * mib, 800, 0},
		{"a small heap", 4 * mib, 100 * mib, 800, 0},
		{"a little more in use", 4*mib + mib/8, 100 * mib, 800, 0},
		{"half of the spare", 16 * mib, 100 * mib, 200, 0},
		{"all of it", 32 * mib, 100 * mib, usualPercent, 0},
		{"a large heap", 300 * mib, 100 * mib, usualPercent, 0},
		{"quiet", 300 * mib, quietBytes, usualPercent, 0},
		{"quiet", 300 * mib, quietBytes, usualPercent, 0},
		{"quiet for long enough", 300 * mib, 0, usualPercent, 1},
		{"still quiet: nothing is owed", 20 * mib, 0, 160, 1},
		{"a little work", 20 * mib, quietBytes + 1, 160, 1},
		{"quiet", 20 * mib, 0, 160, 1},
		{"quiet", 20 * mib, 0, 160, 1},
		{"quiet: too little is owed", 20 * mib, 0, 160, 1},
		{"work", 20 * mib, 9 * mib, 160, 1},
		{"quiet", 20 * mib, 0, 160, 1},
		{"quiet", 20 * mib, 0, 160, 1},
		{"quiet for long enough", 20 * mib, 0, 160, 2},
	} {
		allocated += step.done
		m.look(step.live, allocated)
		if m.percent != step.percent || released != step.total {
			t.Errorf("%d %s: %d %%, released %d times; want %d %%, %d", i, step.name, m.percent, released, step.percent, step.total)
		}
	}
}
