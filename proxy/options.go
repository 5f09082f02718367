package proxy

import (
	"crypto/x509"
	"net"
	"net/netip"
	"net/url"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/certs"
	"sekisho/dossier"
	"sekisho/journal"
	"sekisho/metrics"
	"sekisho/presence"
	"sekisho/rules"
)

// Options is what a [Server] is built from.
type Options struct {
	// Listen is the host:port to bind; port 0 picks a free one, and empty leaves
	// the proxy out.
	Listen string
	// Sinkhole and SinkholeTLS are the host:port where the warning is served, over
	// HTTP and over TLS, to clients that the resolver leads there; both or none.
	Sinkhole, SinkholeTLS string
	// BelieversFile keeps over a restart who may be led there; empty keeps nothing.
	BelieversFile string
	// StacksFile keeps over a restart which TLS stacks of clients trust the CA; empty
	// keeps nothing.
	StacksFile string

	Settings Settings
	CA       *certs.Authority
	Lookup   LookupFunc
	// Roots are trusted for origins; nil means the system's.
	Roots *x509.CertPool
	// PrivateRoots are those of Roots that the owner added. What they sign may be
	// valid for longer than public certificates may.
	PrivateRoots []*x509.Certificate
	Journal      *journal.Journal
	// Dossier remembers what was seen of each site, Accounts knows the protected
	// sign-ins. Both stay the caller's, who closes them after Serve.
	Dossier  *dossier.Book
	Accounts *accounts.Store
	// Presence is told of each client that is served and of those that trust the CA.
	// It may be nil, as may Log and Metrics.
	Presence *presence.Table
	Log      *zap.Logger
	Metrics  *metrics.Registry
	// Version is shown on the status page.
	Version string
	// Resolver is the address of the resolver's listener, shown on the status
	// page; nil when it is off.
	Resolver net.Addr
	// Own are further listeners of this process. A client is never connected
	// to one of them.
	Own []netip.AddrPort
}

// Settings is what may change while the proxy runs. A Settings is treated as
// immutable once it was handed over.
type Settings struct {
	Policy *rules.Policy
	// Observe records what would have been held back and lets it pass.
	Observe bool
	// Language is "auto", "ja" or "en".
	Language string
	// SellerCentral is the https URL behind "open the real Seller Central".
	SellerCentral string
	// Ports a client may connect to; empty means any.
	Ports []uint16
	// Allow are the non-public prefixes that clients may reach.
	Allow []netip.Prefix
	// Clients are the prefixes that may use the proxy.
	Clients []netip.Prefix
	// UpstreamProxy, when set, is the HTTP proxy that every connection goes
	// through, except those to ProxyExcept and the names below them.
	UpstreamProxy *url.URL
	ProxyExcept   []string
	// Denied are keys that no site is trusted for; nil means the built-in ones.
	Denied *certs.DenyList
}

func (s *Settings) denied() *certs.DenyList {
	if s.Denied == nil {
		return certs.BuiltinDenyList()
	}
	return s.Denied
}
