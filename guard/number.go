package guard

import (
	"bytes"
	"strings"
)

// Digits of a telephone number (ITU-T E.164), and how many are asked about in a request.
const (
	minNumber  = 9
	maxNumber  = 15
	maxNumbers = 256
)

// aroundNumbers is around for IDs that are telephone numbers, in one piece or several:
// 09012345678, +81 90-1234-5678, (090) 1234 5678. Text without nine digits in a row of
// such pieces costs a look at each byte.
func (r *reader) aroundNumbers(b []byte) {
	if r.hints.Known == nil {
		return
	}
	for i := 0; i < len(b); i++ {
		if !dials(b[i]) || i > 0 && alphanumeric(b[i-1]) || i > 1 && (b[i-1] == '-' || b[i-1] == '.') && isDigit(b[i-2]) {
			continue
		}
		end, ok := r.knownNumber(b, i)
		if ok {
			r.neighbours(b, i, end)
		}
		if i = end; r.numbers >= maxNumbers {
			return
		}
	}
}

// dials reports whether a telephone number may begin with c: its country, or the digits of
// an area or of mobile telephones in Japan.
func dials(c byte) bool { return c == '+' || c == '(' || c == '0' || '7' <= c && c <= '9' }

// knownNumber returns where the protected number that begins at i ends; if there is none,
// where the first piece of what begins there ends.
func (r *reader) knownNumber(b []byte, i int) (end int, ok bool) {
	first, digits := -1, 0
	for j := i; j < len(b) && digits <= maxNumber; {
		from := j
		for j < len(b) && isDigit(b[j]) {
			j++
		}
		if digits += j - from; j > from && digits >= minNumber && digits <= maxNumber && r.numbers < maxNumbers {
			r.numbers++
			if r.hints.Known(b[i:j]) {
				return j, true
			}
		}
		if j > from && first < 0 {
			first = j
		}
		n := joint(b[j:])
		if n == 0 || j > from && n > maxJoint {
			break
		}
		j += n
	}
	return max(first, i), false
}

// dialled reports whether one of values, or of the pairs of a cookie in them, begins like a
// telephone number as people write theirs, with a 0 or the country in front. Times, counters and identifiers of
// statistics begin otherwise. It does not allocate.
func dialled(values []string) bool {
	for _, line := range values {
		for ok := true; ok && len(line) >= minNumber; {
			pair := line
			if pair, line, ok = strings.Cut(line, ";"); beginsNumber(pair[strings.IndexByte(pair, '=')+1:]) {
				return true
			}
		}
	}
	return false
}

// beginsNumber reports whether v begins with a telephone number.
func beginsNumber(v string) bool {
	if v = strings.TrimLeft(v, " \""); strings.HasPrefix(v, "%2B") || strings.HasPrefix(v, "%2b") {
		v = v[len("%2"):]
	} else if v == "" || v[0] != '0' && v[0] != '+' && v[0] != '(' {
		return false
	}
	digits := 0
	for i := 1; i < len(v) && digits < minNumber; i++ {
		switch c := v[i]; {
		case isDigit(c):
			digits++
		case c != ' ' && c != '-' && c != '.' && c != '(' && c != ')':
			return digits >= minNumber-1
		}
	}
	return digits >= minNumber-1
}

// maxJoint is how many bytes set two pieces of a number apart.
const maxJoint = 4

// joint returns how long what may set two pieces of a number apart is.
func joint(b []byte) int {
	n := 0
	for n < len(b) {
		switch c := b[n]; {
		case c == ' ', c == '-', c == '.', c == '(', c == ')', c == '+':
			n++
		case bytes.HasPrefix(b[n:], []byte("\u2010")), bytes.HasPrefix(b[n:], []byte("\u2011")), bytes.HasPrefix(b[n:], []byte("\u2012")),
			bytes.HasPrefix(b[n:], []byte("\u2013")), bytes.HasPrefix(b[n:], []byte("\u2212")), bytes.HasPrefix(b[n:], []byte("\u30fc")):
			n += 3
		default:
			return n
		}
	}
	return n
}
