package labnet

import (
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

// CA is a certificate authority with an ECDSA P-256 key. A network has one;
// tests make more to play authorities that nobody trusts.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewCA returns a fresh self-signed authority whose common name is subject. Two
// with one subject differ by their key alone (a forged root).
func NewCA(t testing.TB, subject string) *CA {
	t.Helper()
	key := newKey(t)
	tmpl := &x509.Certificate{
		SerialNumber:          serial(t),
		Subject:               pkix.Name{Organization: []string{"Labnet"}, CommonName: subject},
		NotBefore:             time.Now().Add(-48 * time.Hour),
		NotAfter:              time.Now().Add(365 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return &CA{cert: sign(t, tmpl, tmpl, key, key), key: key}
}

// Certificate returns the authority's own certificate.
func (c *CA) Certificate() *x509.Certificate { return c.cert }

// Issue signs a server certificate for names, which are host names or IP
// literals. mutate, when not nil, may change the template before it is signed.
func (c *CA) Issue(t testing.TB, names []string, mutate func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	tmpl := leafTemplate(t, names)
	if mutate != nil {
		mutate(tmpl)
	}
	key := newKey(t)
	leaf := sign(t, tmpl, c.cert, key, c.key)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
}

// SelfSigned returns a certificate for names that nobody but itself signed.
func SelfSigned(t testing.TB, names []string) tls.Certificate {
	t.Helper()
	tmpl := leafTemplate(t, names)
	key := newKey(t)
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

func newKey(t testing.TB) *ecdsa.PrivateKey {
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

func sign(t testing.TB, tmpl, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, tmpl, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatalf("sign certificate for %q: %v", tmpl.DNSNames, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatalf("parse certificate for %q: %v", tmpl.DNSNames, err)
	}
	return cert
}
