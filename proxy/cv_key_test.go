package proxy_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

func rsaKey(t testing.TB, bits int) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func curveKey(t testing.TB, c elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestCasesKeys: keys that are too short and signatures that are broken. Keys
// that crypto/tls does not serve with are in TestCasesOpenSSL.
func TestCasesKeys(t *testing.T) {
	t.Parallel()
	runCases(t, []originCase{
		{"CV-41 RSA-1024", interstitial.CodeTLSWeak, keyPair(func(l *lab, host string) tls.Certificate {
			return l.CA().IssueKey(l.t, []string{host}, rsaKey(l.t, 1024), nil)
		})},
		{"CV-41 RSA-2048", "", keyPair(func(l *lab, host string) tls.Certificate {
			return l.CA().IssueKey(l.t, []string{host}, rsaKey(l.t, 2048), nil)
		})},
		{"CV-42 RSA-1024 intermediate", interstitial.CodeTLSWeak, keyPair(func(l *lab, host string) tls.Certificate {
			return l.CA().Below(l.t, "Labnet Short", rsaKey(l.t, 1024), nil).Issue(l.t, []string{host}, nil)
		})},
		{"CV-43 P-224 intermediate", interstitial.CodeTLSWeak, keyPair(func(l *lab, host string) tls.Certificate {
			return l.CA().Below(l.t, "Labnet P-224", curveKey(l.t, elliptic.P224()), nil).Issue(l.t, []string{host}, nil)
		})},
		{"CV-44 SHA-1 leaf", interstitial.CodeTLSWeak, mutated(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 })},
		{"CV-44 SHA-1 intermediate", interstitial.CodeTLSWeak, below(func(_ string, c *x509.Certificate) {
			c.SignatureAlgorithm = x509.ECDSAWithSHA1
		})},
		{"CV-45 MD5 leaf", interstitial.CodeTLSWeak, keyPair(func(l *lab, host string) tls.Certificate {
			ca := l.CA().Below(l.t, "Labnet RSA", rsaKey(l.t, 2048), nil)
			return ca.ReissueMD5(l.t, ca.Issue(l.t, []string{host}, nil))
		})},
		{"CV-39 negative serial number", interstitial.CodeTLSInvalid, reissued(
			func(c *x509.Certificate) { c.SerialNumber.SetInt64(0x11223344) }, "\x02\x04\x11\x22\x33\x44", "\x02\x04\x91\x22\x33\x44")},
		{"CV-39 duplicate extension", interstitial.CodeTLSInvalid, reissued(nil, "\x06\x03\x55\x1d\x25", "\x06\x03\x55\x1d\x0f")}, // extKeyUsage is a second keyUsage
		{"CV-39 malformed extension", interstitial.CodeTLSInvalid, reissued(nil, "\x06\x03\x55\x1d\x25\x04\x0c\x30\x0a", "\x06\x03\x55\x1d\x25\x04\x0c\x30\x0b")},
		{"CV-39 bytes after the certificate", interstitial.CodeTLSInvalid, keyPair(func(l *lab, host string) tls.Certificate {
			cert := l.CA().Issue(l.t, []string{host}, nil)
			cert.Certificate[0] = append(cert.Certificate[0], 0)
			cert.Leaf = nil
			return cert
		})},
		{"CV-39 malformed intermediate", interstitial.CodeTLSInvalid, keyPair(func(l *lab, host string) tls.Certificate {
			cert := l.CA().Below(l.t, "Labnet Torn", nil, nil).Issue(l.t, []string{host}, nil)
			cert.Certificate[1] = cert.Certificate[1][:100]
			return cert
		})},
		{"CV-25 U-label in the certificate", interstitial.CodeTLSInvalid, reissued(
			func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "xx.labnet.example") }, "xx.labnet", "\xe6\x97.labnet")},
	})
}

// reissued is a certificate some of whose bytes were replaced before it was
// signed.
func reissued(f func(*x509.Certificate), from, to string) func(*lab, string) []labnet.OriginOption {
	return keyPair(func(l *lab, host string) tls.Certificate {
		cert := l.CA().Issue(l.t, []string{host}, f)
		return l.CA().Reissue(l.t, cert, labnet.Replace(l.t, from, to))
	})
}

// TestCV42ShortRoot: what a short root key signs can be forged as well.
func TestCV42ShortRoot(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	short := labnet.NewCAWithKey(t, "Old Office Root", rsaKey(t, 1024))
	l.options.Roots.AddCert(short.Certificate())
	l.options.PrivateRoots = []*x509.Certificate{short.Certificate()}
	l.serve()
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.KeyPair(short.Issue(t, []string{shop}, nil)))
	l.checkOrigin(t, shop, o, interstitial.CodeTLSWeak)
}
