package labnet

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// leafValidity is below every limit that browsers set for public leaves (47 days
// from 2029), so that only what a test breaks is wrong with a certificate.
const leafValidity = 40 * 24 * time.Hour

// CA is a certificate authority, with an ECDSA P-256 key unless a test chose
// another. A network has one; tests make more to play authorities that nobody
// trusts, and ones below others.
type CA struct {
	cert *x509.Certificate
	key  crypto.Signer
	// chain is what its leaves are sent with: itself and those above, without the root.
	chain [][]byte
}

// NewCA returns a fresh self-signed authority whose common name is subject. Two
// with one subject differ by their key alone (a forged root).
func NewCA(t testing.TB, subject string) *CA {
	t.Helper()
	return NewCAWithKey(t, subject, NewKey(t))
}

// NewCAWithKey is [NewCA] with a key of the test's choice.
func NewCAWithKey(t testing.TB, subject string, key crypto.Signer) *CA {
	t.Helper()
	tmpl := caTemplate(t, subject)
	return &CA{cert: sign(t, tmpl, tmpl, key, key), key: key}
}

func caTemplate(t testing.TB, subject string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          serial(t),
		Subject:               pkix.Name{Organization: []string{"Labnet"}, CommonName: subject},
		NotBefore:             time.Now().Add(-48 * time.Hour),
		NotAfter:              time.Now().Add(365 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

// Below returns an authority that c signed. key may be nil for a fresh one;
// mutate, when not nil, may change the template before it is signed.
func (c *CA) Below(t testing.TB, subject string, key crypto.Signer, mutate func(*x509.Certificate)) *CA {
	t.Helper()
	if key == nil {
		key = NewKey(t)
	}
	tmpl := caTemplate(t, subject)
	if mutate != nil {
		mutate(tmpl)
	}
	cert := sign(t, tmpl, c.cert, key, c.key)
	return &CA{cert: cert, key: key, chain: append([][]byte{cert.Raw}, c.chain...)}
}

// Signer returns the authority's key.
func (c *CA) Signer() crypto.Signer { return c.key }

// Certificate returns the authority's own certificate.
func (c *CA) Certificate() *x509.Certificate { return c.cert }

// Issue signs a server certificate for names, which are host names or IP
// literals. mutate, when not nil, may change the template before it is signed.
func (c *CA) Issue(t testing.TB, names []string, mutate func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	return c.IssueKey(t, names, NewKey(t), mutate)
}

// IssueKey is [CA.Issue] for a key of the test's choice.
func (c *CA) IssueKey(t testing.TB, names []string, key crypto.Signer, mutate func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	tmpl := leafTemplate(t, names)
	if mutate != nil {
		mutate(tmpl)
	}
	leaf := sign(t, tmpl, c.cert, key, c.key)
	return tls.Certificate{Certificate: append([][]byte{leaf.Raw}, c.chain...), PrivateKey: key, Leaf: leaf}
}

// SelfSigned returns a certificate for names that nobody but itself signed.
func SelfSigned(t testing.TB, names []string) tls.Certificate {
	t.Helper()
	tmpl := leafTemplate(t, names)
	key := NewKey(t)
	leaf := sign(t, tmpl, tmpl, key, key)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
}

func leafTemplate(t testing.TB, names []string) *x509.Certificate {
	tmpl := &x509.Certificate{
		SerialNumber:          serial(t),
		Subject:               pkix.Name{Organization: []string{"Labnet origin"}},
		NotBefore:             time.Now().Add(-24 * time.Hour),
		NotAfter:              time.Now().Add(leafValidity),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
		} else {
			tmpl.DNSNames = append(tmpl.DNSNames, name)
		}
	}
	return tmpl
}

// NewKey returns a fresh ECDSA P-256 key.
func NewKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("generate key: %v", err)
	}
	return key
}

func serial(t testing.TB) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		t.Fatalf("draw serial number: %v", err)
	}
	return n
}

func sign(t testing.TB, tmpl, parent *x509.Certificate, key, parentKey crypto.Signer) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, tmpl, parent, key.Public(), parentKey)
	if err != nil {
		t.Fatalf("sign certificate for %q: %v", tmpl.DNSNames, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatalf("parse certificate for %q: %v", tmpl.DNSNames, err)
	}
	return cert
}
