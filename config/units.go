package config

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time that is written with days as well: "90d", "1d12h",
// "24h", "10s".
type Duration time.Duration

// day is 24 hours; daylight saving is of no account for retention.
const day = 24 * time.Hour

var errDuration = errors.New(`want a length of time such as "90d", "24h" or "10s"`)

// ParseDuration reads a non-negative duration: whole days followed by what
// [time.ParseDuration] accepts, either of which may be left out.
func ParseDuration(s string) (Duration, error) {
	rest := s
	var total time.Duration
	if head, tail, ok := strings.Cut(s, "d"); ok {
		n, err := strconv.ParseUint(head, 10, 32)
		if err != nil || time.Duration(n) > math.MaxInt64/day {
			return 0, errDuration
		}
		total, rest = time.Duration(n)*day, tail
		if rest == "" {
			return Duration(total), nil
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 || strings.HasPrefix(rest, "+") || total > math.MaxInt64-d {
		return 0, errDuration
	}
	return Duration(total + d), nil
}

// String returns the form that [ParseDuration] reads, in days when it is whole days.
func (d Duration) String() string {
	t := time.Duration(d)
	if t > 0 && t%day == 0 {
		return fmt.Sprintf("%dd", t/day)
	}
	return t.String()
}

// Size is a number of bytes that is written with a unit: "512MiB".
type Size int64

// sizeUnits are looked up without regard to case.
var sizeUnits = map[string]int64{
	"B": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
	"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
}

var errSize = errors.New(`want a size with a unit, such as "512MiB" or "2GiB"`)

// ParseSize reads a whole number followed by B, KiB, MiB, GiB, TiB, or the decimal
// KB, MB, GB, TB.
func ParseSize(s string) (Size, error) {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	unit, ok := sizeUnits[strings.ToUpper(strings.TrimSpace(s[len(digits):]))]
	n, err := strconv.ParseUint(digits, 10, 63)
	if !ok || err != nil || n > uint64(math.MaxInt64/unit) {
		return 0, errSize
	}
	return Size(int64(n) * unit), nil
}

// String returns the size in the largest binary unit that divides it.
func (s Size) String() string {
	for _, u := range []string{"TiB", "GiB", "MiB", "KiB"} {
		if n := sizeUnits[strings.ToUpper(u)]; s != 0 && int64(s)%n == 0 {
			return fmt.Sprintf("%d%s", int64(s)/n, u)
		}
	}
	return fmt.Sprintf("%dB", int64(s))
}
