package journal

import (
	"testing"
	"time"
	_ "time/tzdata"
)

// TestMidnight: a day begins and ends in it, also where the clocks have no midnight.
func TestMidnight(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zone, day, begin, end string }{
		{"Asia/Tokyo", "2026-09-06", "2026-09-06T00:00:00+09:00", "2026-09-07T00:00:00+09:00"},
		{"America/Santiago", "2026-09-05", "2026-09-05T00:00:00-04:00", "2026-09-06T01:00:00-03:00"},
		{"America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00"},
		{"America/Santiago", "2026-12-31", "2026-12-31T00:00:00-03:00", "2027-01-01T00:00:00-03:00"},
		{"Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00", "2026-04-25T00:00:00+03:00"},
	} {
		in, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		begin, end, err := ParseDay(test.day, in)
		if err != nil || begin.Format(time.RFC3339) != test.begin || end.Format(time.RFC3339) != test.end {
			t.Errorf("%s in %s: %v to %v, %v; want %s to %s", test.day, test.zone, begin, end, err, test.begin, test.end)
		}
		if late := end.Add(-time.Minute); !Midnight(late, 0).Equal(begin) || !Midnight(late, 1).Equal(end) {
			t.Errorf("%v is in the day from %v to %v", late, Midnight(late, 0), Midnight(late, 1))
		}
	}
	if _, _, err := ParseDay("2026-13-01", time.UTC); err == nil {
		t.Error("there is a thirteenth month")
	}
}
