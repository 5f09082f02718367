package journal

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Longest stored form of each field, in bytes. A host name has at most 253
// characters (RFC 1035, section 2.3.4); an IPv6 address with a zone fits 64.
const (
	maxHost   = 253
	maxClient = 64
	maxWord   = 64  // door, action, severity, ground, technique, a sign, an incident
	maxLabel  = 128 // device, account, a field name, the issuer of a certificate
	maxDetail = 1024
	maxList   = 32 // entries of signs and of fields
)

// maxEventSize bounds the strings of one clean event, in bytes: what the
// backlog may take per event.
const maxEventSize = 2*maxHost + maxClient + 6*maxWord + 3*maxLabel + maxDetail + maxList*(maxWord+maxLabel)

// ellipsis ends a string that was cut.
const ellipsis = "…"

// clean returns e with every field fit to be stored and shown.
func clean(e Event) Event {
	e.Door = cleanText(e.Door, maxWord)
	e.Client = cleanText(e.Client, maxClient)
	e.Device = cleanText(e.Device, maxLabel)
	e.Host = cleanText(e.Host, maxHost)
	e.Action = cleanText(e.Action, maxWord)
	e.Severity = cleanText(e.Severity, maxWord)
	e.Ground = cleanText(e.Ground, maxWord)
	e.Technique = cleanText(e.Technique, maxWord)
	e.Target = cleanText(e.Target, maxHost)
	e.Score = cleanScore(e.Score)
	e.Detail = cleanText(e.Detail, maxDetail)
	e.Signs = cleanList(e.Signs, maxWord)
	e.Fields = cleanList(e.Fields, maxLabel)
	e.Account = cleanText(e.Account, maxLabel)
	e.Incident = cleanText(e.Incident, maxWord)
	e.CertIssuer = cleanText(e.CertIssuer, maxLabel)
	e.CertNotBefore, e.CertNotAfter = cleanTime(e.CertNotBefore), cleanTime(e.CertNotAfter)
	e.Time = fromMillis(toMillis(e.Time))
	if e.Sent != nil {
		sent := *e.Sent // the caller may go on using its own
		e.Sent = &sent
	}
	return e
}

// cleanText returns s with whatever is not printable written as an escape
// (\x1b, \u202e), so that no newline, terminal sequence, zero-width character
// or change of writing direction survives, and cut to limit bytes between two
// characters, with an ellipsis. A backslash stays as it is: the escapes are
// for reading, and cleaning twice changes nothing. The work done is bounded by
// limit, not by len(s).
func cleanText(s string, limit int) string {
	if len(s) <= limit && plainASCII(s) {
		return s
	}
	var b strings.Builder
	cut := 0 // the longest prefix that leaves room for the ellipsis
	for len(s) > 0 {
		unit, size := printable(s)
		if b.Len()+len(unit) > limit {
			return b.String()[:cut] + ellipsis
		}
		b.WriteString(unit)
		if b.Len() <= limit-len(ellipsis) {
			cut = b.Len()
		}
		s = s[size:]
	}
	return b.String()
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// printable returns how the first character of s is stored, and its size in s.
func printable(s string) (unit string, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf(`\x%02x`, s[0]), 1
	case unicode.IsPrint(r) || r == '\u3000': // the Japanese space, as in 山田　太郎
		return s[:size], size
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r), size
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r), size
	default:
		return fmt.Sprintf(`\U%08x`, r), size
	}
}

// cleanList cleans every entry and leaves out empty ones and those past
// maxList. The result is nil when nothing is left, and never shares memory
// with list.
func cleanList(list []string, limit int) []string {
	var out []string
	for _, s := range list {
		if len(out) == maxList {
			break
		}
		if s = cleanText(s, limit); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// cleanScore keeps a score to what JSON can express.
func cleanScore(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// Bounds of a stored time, in milliseconds since 1970: the years 1 to 9999,
// which RFC 3339 can express.
var (
	minMillis = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	maxMillis = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).UnixMilli()
)

// toMillis gives the stored form of t; it fits six bytes of SQLite's integer.
func toMillis(t time.Time) int64 {
	return min(max(t.UnixMilli(), minMillis), maxMillis)
}

// fromMillis is the inverse of toMillis, also for a number that somebody else
// put into the file.
func fromMillis(ms int64) time.Time {
	return time.UnixMilli(min(max(ms, minMillis), maxMillis)).UTC()
}
