package console

import (
	"context"
	"strings"

	"sekisho/journal"
)

// maxRefusals bounds how many events of a host are looked at for a certificate that
// was refused.
const maxRefusals = 50

// certificateOf returns what the events say of the site's certificate, nil when
// they say nothing: the one seen last, and each reason that one was refused for.
func certificateOf(w words, list []journal.Event) (facts []string) {
	said := func(key string, args ...any) {
		if s, err := w.T(key, args...); err == nil {
			facts = append(facts, s)
		}
	}
	for i := len(list) - 1; i >= 0 && facts == nil; i-- {
		e := list[i]
		if e.CertIssuer != "" {
			said("certificate.issuer", e.CertIssuer)
		}
		if !e.CertNotBefore.IsZero() && !e.CertNotAfter.IsZero() {
			said("certificate.valid", zoned(e.CertNotBefore), zoned(e.CertNotAfter))
		}
		if age := e.Time.Sub(e.CertNotBefore); !e.CertNotBefore.IsZero() && age >= 0 {
			said("certificate.age", int(age.Hours()/24))
		}
	}
	known := map[string]bool{}
	for _, e := range list {
		if strings.HasPrefix(e.Technique, journal.CertificateRefused) && !known[e.Technique] {
			known[e.Technique] = true
			said("certificate.refused", w.Sentence(e.Technique, e.Detail), e.Technique)
		}
	}
	return facts
}

// withRefusals puts the refusals of certificates at a host before the events of an
// incident there: they have no incident of their own.
func withRefusals(ctx context.Context, j *journal.Reader, host string, list []journal.Event) ([]journal.Event, error) {
	if host == "" {
		return list, nil
	}
	var refused []journal.Event
	for e, err := range j.Events(ctx, journal.Filter{Host: host, Door: journal.DoorProxy, Limit: maxRefusals}) {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(e.Technique, journal.CertificateRefused) {
			refused = append(refused, e)
		}
	}
	return append(refused, list...), nil
}
