package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"sekisho/hostname"
)

const (
	// leafValidity is short because leaves are minted on demand. A leaf is replaced
	// at half of it, so a client whose clock is a day fast still takes every leaf.
	leafValidity = 48 * time.Hour

	// leafOrganization tells whoever looks at the certificate who made it. Nothing
	// is copied from the origin's certificate: no O, EV policy or SCT that would
	// vouch for more than we know.
	leafOrganization = "sekisho (intercepted)"

	// maxCommonName is ub-common-name of RFC 5280, appendix A, less one: some
	// clients count a terminating zero.
	maxCommonName = 63
)

// Leaf returns a certificate for n alone, with its issuer and without the root, in
// the form that crypto/tls takes; Leaf is set and the key is fresh for each mint.
// The result is shared: the caller must not modify it. Concurrent callers for one
// name get one mint, and it is kept, within a bound, until half its life is over.
//
// A name within an excluded suffix gives [ErrExcluded], the zero Name and one with
// other than host name characters (an escaped octet, "*") [ErrName], and an
// authority past its time [ErrExpired].
func (a *Authority) Leaf(n hostname.Name) (*tls.Certificate, error) {
	now := a.now()
	cert, s, mine := a.leaves.claim(n, now)
	if cert != nil {
		return cert, nil
	}
	if mine {
		a.leaves.settle(s, now, func() (*tls.Certificate, error) { return a.mint(n, now) })
	}
	<-s.done
	return s.cert, s.err
}

func (a *Authority) mint(n hostname.Name, now time.Time) (*tls.Certificate, error) {
	template, err := a.template(n, now)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make leaf key for %q: %w", n.String(), err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.issuer, &key.PublicKey, a.signer)
	if err != nil {
		return nil, fmt.Errorf("sign leaf for %q: %w", n.String(), err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read leaf for %q: %w", n.String(), err)
	}
	return &tls.Certificate{
		Certificate: [][]byte{der, a.issuer.Raw},
		PrivateKey:  signer{key},
		Leaf:        leaf,
	}, nil
}

// template describes the leaf for n. Its serial number is left to x509, which draws
// 20 random bytes.
func (a *Authority) template(n hostname.Name, now time.Time) (*x509.Certificate, error) {
	t := &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{leafOrganization}},
		NotBefore:             later(now.Add(-skew), a.issuer.NotBefore),
		NotAfter:              earlier(now.Add(leafValidity), a.issuer.NotAfter),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if !now.Before(a.issuer.NotAfter) || !t.NotBefore.Before(t.NotAfter) {
		return nil, fmt.Errorf("leaf for %q: %w", n.String(), ErrExpired)
	}
	host := n.String()
	if addr, ok := n.Addr(); ok {
		if addr.Zone() != "" {
			return nil, fmt.Errorf("%w: %q has a zone", ErrName, host)
		}
		t.IPAddresses = []net.IP{addr.AsSlice()}
	} else {
		if err := checkDNSName(host); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(a.issuer.ExcludedDNSDomains, n.Within) { // holds all of Options.Excluded
			return nil, fmt.Errorf("leaf for %q: %w", host, ErrExcluded)
		}
		t.DNSNames = []string{host}
	}
	if len(host) <= maxCommonName {
		t.Subject.CommonName = host
	}
	return t, nil
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
