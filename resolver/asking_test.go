package resolver

import (
	"context"
	"errors"
	"testing"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
)

// TestBlame: upstreams that say nothing are not ones that cannot be reached, whatever it
// was that ended the wait.
func TestBlame(t *testing.T) {
	t.Parallel()
	refused := errors.New("connection refused")
	for name, tc := range map[string]struct {
		errs    []error
		pending int
		want    uint16
	}{
		"refused":             {errs: []error{refused, refused}, want: dns.ExtendedErrorCodeNetworkError},
		"given up":            {errs: []error{admission.ErrGivenUp}, want: dns.ExtendedErrorCodeNoReachableAuthority},
		"silent":              {errs: []error{context.DeadlineExceeded}, want: dns.ExtendedErrorCodeNoReachableAuthority},
		"refused, one silent": {errs: []error{refused, context.DeadlineExceeded}, want: dns.ExtendedErrorCodeNoReachableAuthority},
		"refused, one asked":  {errs: []error{refused}, pending: 1, want: dns.ExtendedErrorCodeNoReachableAuthority},
		"nobody asked":        {want: dns.ExtendedErrorCodeNoReachableAuthority},
	} {
		a := asking{ctx: t.Context(), errs: tc.errs, pending: tc.pending}
		if got := a.blame(); got.code != tc.want {
			t.Errorf("%s: %d (%s); want %d", name, got.code, got.text, tc.want)
		}
	}
}
