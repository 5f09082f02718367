package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/tls"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sekisho/hostname"
)

const (
	// leafValidity is short because leaves are minted on demand. A leaf is replaced
	// at half of it, so a client whose clock is a day fast still takes every leaf.
	leafValidity = 48 * time.Hour

	// standInValidity is for pages in the place of blocked sites: nobody needs such a
	// leaf once the block is over.
	standInValidity = 24 * time.Hour

	// leafOrganization tells whoever looks at the certificate who made it. Nothing
	// is copied from the origin's certificate: no O, EV policy or SCT that would
	// vouch for more than we know.
	leafOrganization = "sekisho (intercepted)"

	// maxCommonName is ub-common-name of RFC 5280, appendix A, less one: some
	// clients count a terminating zero.
	maxCommonName = 63
)

// Leaf returns a certificate for n alone, with its issuer and without the root, in
// the form that crypto/tls takes; Leaf is set, and the key is that of all leaves of a.
// The result is shared: the caller must not modify it. Concurrent callers for one
// name get one mint, and it is kept, within a bound, until half its life is over.
//
// A name within an excluded suffix gives [ErrExcluded], the zero Name and one with
// other than host name characters (an escaped octet, "*") [ErrName], and an
// authority past its time [ErrExpired].
func (a *Authority) Leaf(n hostname.Name) (*tls.Certificate, error) {
	return a.leaf(a.leaves, n, leafValidity)
}

// StandIn is [Authority.Leaf] for a page in the place of the blocked site n: valid
// for a day, and for that page alone.
func (a *Authority) StandIn(n hostname.Name) (*tls.Certificate, error) {
	return a.leaf(a.standIns, n, standInValidity)
}

func (a *Authority) leaf(leaves *cache, n hostname.Name, validity time.Duration) (*tls.Certificate, error) {
	now := a.now()
	cert, s, mine := leaves.claim(n, now)
	if cert != nil {
		return cert, nil
	}
	if mine {
		leaves.settle(s, now, func() (*tls.Certificate, error) { return a.mint(n, now, validity) })
	}
	<-s.done
	return s.cert, s.err
}

func (a *Authority) mint(n hostname.Name, now time.Time, validity time.Duration) (*tls.Certificate, error) {
	from, until := later(now.Add(-skew), a.issuer.NotBefore), earlier(now.Add(validity), a.issuer.NotAfter)
	if !now.Before(a.issuer.NotAfter) || !from.Before(until) {
		return nil, fmt.Errorf("leaf for %q: %w", n.String(), ErrExpired)
	}
	if err := a.mayMint(n); err != nil {
		return nil, err
	}
	m, err := a.minter()
	if err != nil {
		return nil, err
	}
	return m.mint(n, from, until)
}

// mayMint says why there is no leaf for n, or nil.
func (a *Authority) mayMint(n hostname.Name) error {
	host := n.String()
	if addr, ok := n.Addr(); ok {
		if addr.Zone() != "" {
			return fmt.Errorf("%w: %q has a zone", ErrName, host)
		}
		return nil
	}
	if err := checkDNSName(host); err != nil {
		return err
	}
	if slices.ContainsFunc(a.issuer.ExcludedDNSDomains, n.Within) { // holds all of Options.Excluded
		return fmt.Errorf("leaf for %q: %w", host, ErrExcluded)
	}
	return nil
}

// checkDNSName sees that s, lower-case and without a trailing dot, is made of
// letters, digits, hyphens and underscores. An underscore is no host name
// character, but browsers visit such names.
func checkDNSName(s string) error {
	if s == "" || len(s) > 253 {
		return fmt.Errorf("%w: %q is %d bytes long", ErrName, s, len(s))
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 {
			return fmt.Errorf("%w: %q has a label of %d bytes", ErrName, s, len(label))
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return fmt.Errorf("%w: %q has the character %q", ErrName, s, c)
			}
		}
	}
	return nil
}

func later(x, y time.Time) time.Time {
	if x.After(y) {
		return x
	}
	return y
}

func earlier(x, y time.Time) time.Time {
	if x.Before(y) {
		return x
	}
	return y
}

// signer hides a private key from whatever prints or encodes the value that holds
// it: its field is neither exported nor followed by fmt.
type signer struct{ key *ecdsa.PrivateKey }

var _ crypto.Signer = signer{}

// Public returns the public key.
func (s signer) Public() crypto.PublicKey { return &s.key.PublicKey }

// Sign signs digest.
func (s signer) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.key.Sign(r, digest, opts)
}
