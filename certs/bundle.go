package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"time"

	"sekisho/hostname"
)

// PEM block types of the authority file.
const (
	blockCertificate = "CERTIFICATE"
	blockKey         = "PRIVATE KEY" // PKCS #8, RFC 5958
)

// bundle is the content of the authority file: root, issuer and the issuer's key,
// in this order.
type bundle struct {
	root, issuer *x509.Certificate
	key          *ecdsa.PrivateKey // nil when only the certificates were read
}

// encode returns the file's content. The caller clears it after use.
func (b bundle) encode() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(b.key)
	if err != nil {
		return nil, err
	}
	defer clear(der)
	var out bytes.Buffer
	for _, block := range []*pem.Block{
		{Type: blockCertificate, Bytes: b.root.Raw},
		{Type: blockCertificate, Bytes: b.issuer.Raw},
		{Type: blockKey, Bytes: der},
	} {
		if err := pem.Encode(&out, block); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// parseCertificates reads the two certificates and ignores what follows them.
func parseCertificates(data []byte) (b bundle, rest []byte, err error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return bundle{}, nil, damaged("is empty")
	}
	if b.root, data, err = nextCertificate(data, "root certificate"); err != nil {
		return bundle{}, nil, err
	}
	if b.issuer, data, err = nextCertificate(data, "issuing certificate"); err != nil {
		return bundle{}, nil, err
	}
	return b, data, nil
}

// parseBundle reads the whole content. No error tells anything of the key.
func parseBundle(data []byte) (bundle, error) {
	b, rest, err := parseCertificates(data)
	if err != nil {
		return bundle{}, err
	}
	der, rest, err := nextBlock(rest, blockKey, "private key")
	if err != nil {
		return bundle{}, err
	}
	defer clear(der)
	if len(bytes.TrimSpace(rest)) > 0 {
		return bundle{}, damaged("has something after its private key")
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil { // the cause may quote what it read
		return bundle{}, damaged("has a damaged private key")
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok || ec.Curve != elliptic.P256() {
		return bundle{}, damaged("has a private key that is not ECDSA P-256")
	}
	b.key = ec
	return b, nil
}

// nextBlock returns the content of the PEM block of type typ that data begins
// with. pem.Decode alone would skip what it does not understand.
func nextBlock(data []byte, typ, what string) (der, rest []byte, err error) {
	data = bytes.TrimLeft(data, " \t\r\n")
	if !bytes.HasPrefix(data, []byte("-----BEGIN "+typ+"-----")) {
		return nil, nil, damaged("has no %s where it belongs", what)
	}
	block, rest := pem.Decode(data)
	if block == nil || block.Type != typ || len(block.Headers) > 0 {
		return nil, nil, damaged("has a damaged %s", what)
	}
	return block.Bytes, rest, nil
}

func nextCertificate(data []byte, what string) (*x509.Certificate, []byte, error) {
	der, rest, err := nextBlock(data, blockCertificate, what)
	if err != nil {
		return nil, nil, err
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, &FileError{
			Problem: fmt.Sprintf("has a damaged %s (%v)", what, err), Remedy: remedyRotate, Err: err,
		}
	}
	return c, rest, nil
}

// verify sees that the parts belong together, that the issuer can do what it must
// and no more, and that its time is now.
func (b bundle) verify(exclude []string, now time.Time) error {
	if err := b.verifyChain(); err != nil {
		return err
	}
	if b.key != nil && !b.key.PublicKey.Equal(b.issuer.PublicKey) {
		return damaged("has a private key that is not the issuing certificate's")
	}
	if err := b.verifyTime(now); err != nil {
		return err
	}
	return b.verifyExclusions(exclude)
}

func (b bundle) verifyChain() error {
	if !isCA(b.root) || !ours(b.root) || b.root.CheckSignatureFrom(b.root) != nil {
		return damaged("has a root certificate that sekisho did not make")
	}
	if !isCA(b.issuer) || b.issuer.MaxPathLen != 0 || !b.issuer.MaxPathLenZero ||
		bytes.Equal(b.root.RawSubjectPublicKeyInfo, b.issuer.RawSubjectPublicKeyInfo) {
		return damaged("has an issuing certificate that sekisho did not make")
	}
	if err := b.issuer.CheckSignatureFrom(b.root); err != nil {
		return damaged("has an issuing certificate that its root did not sign")
	}
	return nil
}

// isCA reports whether c is a P-256 CA without surprises.
func isCA(c *x509.Certificate) bool {
	key, ok := c.PublicKey.(*ecdsa.PublicKey)
	return ok && key.Curve == elliptic.P256() && c.BasicConstraintsValid && c.IsCA &&
		c.KeyUsage&x509.KeyUsageCertSign != 0 && len(c.UnhandledCriticalExtensions) == 0
}

func (b bundle) verifyTime(now time.Time) error {
	from, until := b.issuer.NotBefore, b.issuer.NotAfter
	if b.root.NotBefore.After(from) {
		from = b.root.NotBefore
	}
	if b.root.NotAfter.Before(until) {
		until = b.root.NotAfter
	}
	switch {
	case now.After(until):
		return &FileError{
			Problem: "expired on " + until.Format(time.DateOnly), Remedy: remedyRotate, Err: ErrExpired,
		}
	case now.Before(from):
		return &FileError{
			Problem: fmt.Sprintf("is not valid before %s, and this machine's clock says %s",
				from.Format(time.DateOnly), now.Format(time.DateOnly)),
			Remedy: "set the clock; if it is right, " + remedyRotate,
		}
	}
	return nil
}

// verifyExclusions sees that the issuer is unable to mint for each of exclude. A
// verifier may ignore constraints that are not critical.
func (b bundle) verifyExclusions(exclude []string) error {
	for _, suffix := range exclude {
		n, err := hostname.Parse(suffix)
		if err != nil || !b.issuer.PermittedDNSDomainsCritical ||
			!slices.ContainsFunc(b.issuer.ExcludedDNSDomains, n.Within) {
			return damaged("could be used to impersonate %q, which this version of sekisho rules out", suffix)
		}
	}
	return nil
}
