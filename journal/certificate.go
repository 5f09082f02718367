package journal

import (
	"strconv"
	"strings"
	"time"
)

// certificateText is the stored form of e's certificate, "" for none. It has the
// times in milliseconds, 0 for one that is not known.
func certificateText(e *Event) string {
	if e.CertIssuer == "" && e.CertNotBefore.IsZero() && e.CertNotAfter.IsZero() {
		return ""
	}
	ms := func(t time.Time) string {
		if t.IsZero() {
			return "0"
		}
		return strconv.FormatInt(toMillis(t), 10)
	}
	return e.CertIssuer + "\n" + ms(e.CertNotBefore) + "\n" + ms(e.CertNotAfter) // the issuer is clean: no newline
}

// setCertificate is the inverse of certificateText, also for what somebody else put
// into the file.
func (e *Event) setCertificate(text string) {
	parts := strings.Split(text, "\n")
	if len(parts) != 3 {
		return
	}
	e.CertIssuer = cleanText(parts[0], maxLabel)
	for i, into := range []*time.Time{&e.CertNotBefore, &e.CertNotAfter} {
		if ms, err := strconv.ParseInt(parts[1+i], 10, 64); err == nil && ms != 0 {
			*into = fromMillis(ms)
		}
	}
}

// cleanTime keeps a time to what can be stored, whole seconds, as certificates have
// them; the zero time stays.
func cleanTime(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return fromMillis(toMillis(t)).Truncate(time.Second)
}
