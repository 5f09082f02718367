package proxy

import (
	"context"
	"crypto/x509"
	"net"
	"net/url"

	"sekisho/proxy/origincert"
	"sekisho/rules"
)

// newIssuers looks for the intermediates that sites forget where a client might go, too.
func newIssuers(s *Server, roots *x509.CertPool) *origincert.Issuers {
	return origincert.NewIssuers(roots, s.mayAskIssuer, func(ctx context.Context, address string) (net.Conn, error) {
		t, err := parseTarget(address, 0)
		if err != nil {
			return nil, err
		}
		return s.dial(ctx, t) // every address checked as for a client
	}, s.log)
}

// mayAskIssuer reports whether u is where a client might go.
func (s *Server) mayAskIssuer(u *url.URL) bool {
	t, err := parseTarget(u.Host, defaultPort("http"))
	return err == nil && !t.ownSite() && s.checkPort(t.port) == nil &&
		s.settings.Load().Policy.Decide(t.name).Action == rules.Allow
}
