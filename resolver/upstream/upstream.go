// Package upstream exchanges one DNS message with one other resolver.
//
// A resolver is named by a URL whose scheme chooses the protocol: udp and tcp
// (RFC 1035), tls (RFC 7858) and https (RFC 8484). Each protocol lives in a
// file of its own and registers itself; all but udp have their connections in a
// pool, which keeps as few as there is use for. What comes back has been matched to
// the question that was asked; everything else about it, its records above
// all, is still untrusted and left to package resolver to judge.
//
// The package never asks the operating system to resolve a name: on a machine
// whose resolver is sekisho that would be a loop. Host names in tls:// and
// https:// URLs are resolved through [Options.Bootstrap].
package upstream

import (
	"context"
	"crypto/x509"
	"fmt"

	"github.com/miekg/dns"
)

// An Exchanger asks one resolver. Implementations are safe for concurrent use
// and bound the connections they keep; how many exchanges run at once is for
// the caller to limit.
type Exchanger interface {
	// Exchange sends q and returns the reply that belongs to it, with q's id
	// and q's question. q must hold exactly one question and is not modified.
	// The deadline of ctx covers everything, retries included; without one it
	// is five seconds. A reply that carries an error code is a reply, not an
	// error.
	Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error)
	// String is the URL the exchanger was made from, for logs.
	String() string
	// Close drops idle connections. Exchanges under way are not disturbed,
	// and later ones still work.
	Close() error
}

// Options are what the protocols share. The zero value works for URLs that
// hold addresses.
type Options struct {
	// Roots verifies tls:// and https:// servers; nil means the system's.
	Roots *x509.CertPool
	// Bootstrap lists udp:// and tcp:// URLs through which the host names of
	// tls:// and https:// URLs are resolved.
	Bootstrap []string
	// MixCase randomises the letter case of the name in udp:// queries, which
	// a forged reply then has to guess (draft-vixie-dnsext-dns0x20).
	MixCase bool
	// Round, if it is not nil, is called when several answers to prompts came at
	// the same time, before they are told, and what it returns after that: what
	// is done about them may be done together then. It may be called from
	// several goroutines and must not block.
	Round func() (end func())
}

// forms is what a rejected URL is to be compared with.
const forms = "want udp://ADDRESS[:53], tcp://ADDRESS[:53], tls://HOST[:853][#CERTIFICATE-NAME] " +
	"or https://HOST[:443]/dns-query[#CERTIFICATE-NAME]"

// A protocol is what a file of this package contributes.
type protocol struct {
	// port is the one meant by a URL without any.
	port uint16
	// named tells whether the host may be a name rather than an address.
	named bool
	open  func(target, Options) (Exchanger, error)
}

// protocols is keyed by URL scheme and complete once init has run.
var protocols = map[string]protocol{}

func register(scheme string, p protocol) { protocols[scheme] = p }

// New returns the exchanger for rawURL without opening a connection. The error
// names the URL, less any password in it, and the accepted forms.
func New(rawURL string, o Options) (Exchanger, error) {
	t, err := parseTarget(rawURL)
	if err != nil {
		return nil, fmt.Errorf("upstream %q: %w; %s", redact(rawURL), err, forms)
	}
	e, err := protocols[t.scheme].open(t, o)
	if err != nil {
		return nil, fmt.Errorf("upstream %q: %w", rawURL, err)
	}
	return e, nil
}

// Shares reports whether the exchanges of e go over connections that they share, so that
// one more costs no socket.
func Shares(e Exchanger) bool {
	if f, ok := e.(*ednsFallback); ok {
		e = f.Exchanger
	}
	switch e.(type) {
	case *stream, *doh:
		return true
	}
	return false
}
