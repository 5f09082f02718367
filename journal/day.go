package journal

import "time"

// Midnight returns when the day that is some days after that of t begins, in the zone of
// t. Where clocks go forward at midnight that is the first moment of the day:
// [time.Date] has an hour of the day before for it.
func Midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	noon := time.Date(y, m, d+days, 12, 0, 0, 0, t.Location())
	begin := time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
	if begin.Day() != noon.Day() {
		_, begin = begin.ZoneBounds()
	}
	return begin
}

// ParseDay reads a day, such as 2026-01-31, and returns when it begins and when it is over
// in a zone.
func ParseDay(s string, in *time.Location) (begin, end time.Time, err error) {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return begin, end, err
	}
	noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, in)
	return Midnight(noon, 0), Midnight(noon, 1), nil
}
