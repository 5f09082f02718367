package origincert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// FuzzStaple: no staple makes the check panic, and none that the issuer did not
// sign has a say.
func FuzzStaple(f *testing.F) {
	now := time.Now()
	issuer, key := fuzzCert(f, 1, nil)
	leaf, _ := fuzzCert(f, 2, []pkix.Extension{{Id: oidTLSFeature, Value: []byte{0x30, 3, 2, 1, 5}}})
	_, stranger := fuzzCert(f, 1, nil)
	for _, signer := range []*ecdsa.PrivateKey{key, stranger} {
		der, err := ocsp.CreateResponse(issuer, issuer, ocsp.Response{
			SerialNumber: leaf.SerialNumber, Status: ocsp.Good, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour),
		}, signer)
		if err != nil {
			f.Fatal(err)
		}
		if err := checkStaple(der, leaf, issuer, now, false); (err == nil) != (signer == key) {
			f.Fatalf("checkStaple = %v", err)
		}
		f.Add(der)
		f.Add(der[:len(der)/2])
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		err := checkStaple(der, leaf, issuer, now, false)
		if r, parsed := ocsp.ParseResponseForCert(der, leaf, issuer); err == nil && (parsed != nil || r.Status != ocsp.Good) {
			t.Errorf("a staple without a valid word of the issuer's was taken: %v", parsed)
		}
	})
}

// FuzzTLSFeature: whatever the extension holds, a certificate without it asks
// for no staple, and one that holds the feature does.
func FuzzTLSFeature(f *testing.F) {
	f.Add([]byte{0x30, 3, 2, 1, 5})
	f.Add([]byte{0x30, 0})
	f.Add([]byte{0x30, 6, 2, 1, 17, 2, 1, 5})
	f.Fuzz(func(t *testing.T, value []byte) {
		other := &x509.Certificate{Extensions: []pkix.Extension{{Id: []int{1, 2, 3}, Value: value}}}
		if mustStaple(other) {
			t.Error("another extension asks for a staple")
		}
		mustStaple(&x509.Certificate{Extensions: []pkix.Extension{{Id: oidTLSFeature, Value: value}}})
	})
}

func fuzzCert(f *testing.F, serial int64, ext []pkix.Extension) (*x509.Certificate, *ecdsa.PrivateKey) {
	f.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "fuzz"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), ExtraExtensions: ext, IsCA: serial == 1, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		f.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		f.Fatal(err)
	}
	return c, key
}

// TestCV13Resumed is CV-13: a resumed session stands on the staple of its first handshake,
// if there was one.
func TestCV13Resumed(t *testing.T) {
	t.Parallel()
	leaf := &x509.Certificate{Extensions: []pkix.Extension{{Id: oidTLSFeature, Value: []byte{0x30, 3, 2, 1, 5}}}}
	for _, tt := range []struct {
		name    string
		der     []byte
		resumed bool
		passes  bool
	}{
		{"none", nil, true, false},
		{"old", []byte("no longer fresh"), true, true},
		{"old, and a handshake of its own", []byte("no longer fresh"), false, false},
	} {
		if err := checkStaple(tt.der, leaf, leaf, time.Now(), tt.resumed); (err == nil) != tt.passes {
			t.Errorf("%s: %v; want it to pass %t", tt.name, err, tt.passes)
		}
	}
}
