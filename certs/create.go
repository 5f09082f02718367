package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"time"

	"sekisho/hostname"
)

const (
	// skew is how far a client's clock may be behind ours: a wrong time zone is at
	// most 26 hours off, most are less than a day.
	skew = 24 * time.Hour

	// authorityValidity, skew included, stays within five years. The issuer has the
	// same end as its root: with the root key gone there is no renewing it.
	authorityValidity = 5 * 365 * 24 * time.Hour

	organization = "sekisho"
)

// create makes an authority and writes it to dir. The caller holds the lock.
func create(dir string, exclude []string, now time.Time) error {
	b, err := generate(exclude, now)
	if err == nil {
		err = b.verify(exclude, now) // what Open would refuse is never written
	}
	if err != nil {
		return fmt.Errorf("make certificate authority: %w", err)
	}
	data, err := b.encode()
	if err != nil {
		return fmt.Errorf("encode certificate authority: %w", err)
	}
	defer clear(data)
	return writeFile(dir, authorityFile, data)
}

// generate makes root and issuer. The root key signs twice and is gone when
// generate returns.
func generate(exclude []string, now time.Time) (bundle, error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return bundle{}, err
	}
	defer wipe(rootKey)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return bundle{}, err
	}
	id, err := shortID(&rootKey.PublicKey)
	if err != nil {
		return bundle{}, err
	}
	now = now.UTC().Truncate(time.Second) // what a certificate can hold
	root := caTemplate("sekisho (この PC で作成) "+id, now)
	if root, err = sign(root, root, &rootKey.PublicKey, rootKey); err != nil {
		return bundle{}, err
	}
	issuer := caTemplate("sekisho issuing CA "+id, now)
	issuer.MaxPathLen, issuer.MaxPathLenZero = 0, true
	issuer.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	issuer.ExcludedDNSDomains = exclude
	issuer.PermittedDNSDomainsCritical = true // of the whole extension, despite its name
	if issuer, err = sign(issuer, root, &key.PublicKey, rootKey); err != nil {
		return bundle{}, err
	}
	return bundle{root: root, issuer: issuer, key: key}, nil
}

func caTemplate(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{organization}, CommonName: name},
		NotBefore:             now.Add(-skew),
		NotAfter:              now.Add(authorityValidity - skew),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLen:            -1,
	}
}

// sign returns the certificate of template, read back. Its serial number is 20
// random bytes, drawn by x509.
func sign(template, parent *x509.Certificate, pub *ecdsa.PublicKey, key *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// shortID tells authorities apart in a list of certificates.
func shortID(pub *ecdsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(der)
	return fmt.Sprintf("%x", sum[:4]), nil
}

// ours reports whether c is named as the authorities made here are.
func ours(c *x509.Certificate) bool {
	return slices.Equal(c.Subject.Organization, []string{organization})
}

// wipe overwrites the private scalar of key. The standard library may hold a copy
// until the collector has run; nothing can be done about that.
func wipe(key *ecdsa.PrivateKey) {
	//lint:ignore SA1019 there is no other way to reach the words.
	clear(key.D.Bits())
}

// exclusions returns the suffixes sorted and without doubles.
func exclusions(suffixes []string) ([]string, error) {
	for _, s := range suffixes {
		n, err := hostname.Parse(s)
		if err != nil {
			return nil, fmt.Errorf("excluded suffix: %w", err)
		}
		if _, isIP := n.Addr(); isIP || n.String() != s || checkDNSName(s) != nil {
			return nil, fmt.Errorf("%w: excluded suffix %q is not a lower-case DNS name", ErrName, s)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(suffixes))), nil
}
