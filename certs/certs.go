// Package certs keeps the local certificate authority and mints the leaves that
// sekisho shows to browsers.
//
// The first [Open] makes a root, lets it sign one issuing CA and forgets the root
// key, which never reaches the disk. The issuing CA cannot sign for further CAs
// (path length 0), is good for TLS servers only, and carries critical excluded
// name constraints for the names in [Options.Excluded]: whoever steals its key
// still cannot impersonate those. Both certificates and the issuing key are one
// file, replaced as a whole, so that a key never meets another's certificate.
//
// The package decides what a name may be minted for and whether a certificate is
// one of ours; which connections to intercept is decided elsewhere, and trusting
// the root is truststore's work.
package certs

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Errors that callers branch on.
var (
	// ErrNoAuthority says that no authority has been made in the folder yet.
	ErrNoAuthority = errors.New("no certificate authority has been made yet")

	// ErrExcluded says that a name lies within an excluded suffix. No leaf is ever
	// minted for it.
	ErrExcluded = errors.New("name is excluded from interception")

	// ErrExpired says that the authority's validity has ended. Rotating makes a new one.
	ErrExpired = errors.New("certificate authority has expired")

	// ErrName says that a name cannot be put into a certificate as it stands.
	ErrName = errors.New("name cannot be certified")
)

// Options says how an authority is made and checked.
type Options struct {
	// Excluded lists DNS suffixes, lower-case ASCII without leading or trailing dot,
	// that the authority must be unable to mint for. Each covers itself and every
	// name below it. An authority on disk that does not exclude all of them is
	// refused.
	Excluded []string

	// Now is the clock; nil means time.Now. It must be safe for concurrent use.
	Now func() time.Time
}

// Authority mints leaves with the issuing key. It is safe for concurrent use, and
// printing one shows no key.
type Authority struct {
	root    *x509.Certificate
	issuer  *x509.Certificate
	retired []*x509.Certificate            // roots and issuers of earlier authorities
	keys    map[[sha256.Size]byte]struct{} // SHA-256 of the public keys of all of these
	minter  func() (*minter, error)        // the one of this process, made when first asked for
	now     func() time.Time
	leaves  *cache

	// standIns are the leaves for pages in the place of blocked sites.
	standIns *cache
}

// Open reads and checks the authority in dir, and makes one when dir holds none;
// created reports which. Of several processes that open an empty folder at once,
// one makes the authority and the others read it. A file that is damaged, foreign,
// readable by others or past its time gives a [*FileError].
func Open(dir string, o Options) (a *Authority, created bool, err error) {
	exclude, err := exclusions(o.Excluded)
	if err != nil {
		return nil, false, err
	}
	a, err = load(dir, exclude, o.clock())
	if !errors.Is(err, ErrNoAuthority) {
		return a, false, err
	}
	unlock, err := prepare(dir)
	if err != nil {
		return nil, false, err
	}
	defer unlock()
	a, err = load(dir, exclude, o.clock())
	if !errors.Is(err, ErrNoAuthority) {
		return a, false, err
	}
	if err := create(dir, exclude, o.clock()()); err != nil {
		return nil, false, err
	}
	a, err = load(dir, exclude, o.clock())
	return a, err == nil, err
}

// Root returns the self-signed certificate that browsers are asked to trust. The
// caller must not modify it.
func (a *Authority) Root() *x509.Certificate { return a.root }

// Issuer returns the certificate that signs leaves. The caller must not modify it.
func (a *Authority) Issuer() *x509.Certificate { return a.issuer }

// RootPEM returns the root certificate as one PEM block, in fresh memory.
func (a *Authority) RootPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: a.root.Raw})
}

// Retired returns the root certificates of earlier authorities, oldest first. They
// may still be trusted somewhere, and are to be untrusted.
func (a *Authority) Retired() []*x509.Certificate { return roots(a.retired) }

// Left returns how long the authority can still sign: not at all when it is 0 or
// less.
func (a *Authority) Left() time.Duration { return a.issuer.NotAfter.Sub(a.now()) }

// Owns reports whether c is one of ours: it has the public key of a root or issuer,
// present or retired, or one of them signed it. An origin that shows such a
// certificate is somebody with our key, or ourselves.
func (a *Authority) Owns(c *x509.Certificate) bool {
	if c == nil {
		return false
	}
	if _, ok := a.keys[sha256.Sum256(c.RawSubjectPublicKeyInfo)]; ok {
		return true
	}
	for _, ca := range a.family() {
		// Without a link to the parent no verifier would build the chain, and
		// checking signatures for nothing is slow.
		linked := bytes.Equal(c.RawIssuer, ca.RawSubject) || bytes.Equal(c.AuthorityKeyId, ca.SubjectKeyId)
		if linked && ca.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil {
			return true
		}
	}
	return false
}

// String names the authority by its root. It shows nothing secret.
func (a *Authority) String() string {
	return fmt.Sprintf("%s (SHA-256 %s)", a.root.Subject.CommonName, Fingerprint(a.root))
}

// GoString is String, so that %#v shows nothing secret either.
func (a *Authority) GoString() string { return a.String() }

// MarshalText is String, so that a structured log shows nothing secret either.
func (a *Authority) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Fingerprint returns the SHA-256 digest of c's DER form as people compare it:
// upper-case hexadecimal pairs joined by colons.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
}
