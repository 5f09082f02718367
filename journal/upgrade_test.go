package journal

import "testing"

// TestUpgradingIsTold: before a file of an earlier version is brought up to date, and after
// it, and of no other file.
func TestUpgradingIsTold(t *testing.T) {
	t.Parallel()
	path := place(t)
	var told []int64
	o := Options{Upgrading: func(events int64) func(error) {
		told = append(told, events)
		return func(err error) {
			if err != nil {
				t.Error(err)
			}
			told = append(told, -1)
		}
	}}
	if err := open(t, path, o).Close(); err != nil || len(told) > 0 {
		t.Fatalf("told %v of a new journal, %v", told, err)
	}
	schema1(t, path)
	if err := open(t, path, o).Close(); err != nil || len(told) != 2 || told[0] != 299 || told[1] != -1 {
		t.Fatalf("told %v, %v; want 299 events and the end", told, err)
	}
	if err := open(t, path, o).Close(); err != nil || len(told) != 2 {
		t.Errorf("told %v, %v once it is up to date", told, err)
	}
}
