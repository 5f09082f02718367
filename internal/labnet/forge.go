package labnet

import (
	"bytes"
	"crypto"
	_ "crypto/md5" // for ReissueMD5
	"crypto/rand"
	"crypto/tls"
	"encoding/asn1"
	"testing"
)

// signed is any signed structure of X.509 (RFC 5280, section 4.1.1.1).
type signed struct {
	TBS       asn1.RawValue
	Algorithm asn1.RawValue
	Signature asn1.BitString
}

// Reissue returns cert with the part that is signed changed, as DER, and a valid
// signature of c over it, which is how a hostile or careless authority makes
// what x509.CreateCertificate refuses to. c must have an ECDSA key.
func (c *CA) Reissue(t testing.TB, cert tls.Certificate, change func(tbs []byte) []byte) tls.Certificate {
	t.Helper()
	return c.reissue(t, cert, crypto.SHA256, change, func(algorithm []byte) []byte { return algorithm })
}

// ReissueMD5 is [CA.Reissue] with MD5 in the place of SHA-256. c must have an
// RSA key.
func (c *CA) ReissueMD5(t testing.TB, cert tls.Certificate) tls.Certificate {
	t.Helper()
	// sha256WithRSAEncryption becomes md5WithRSAEncryption (RFC 8017, appendix C).
	md5 := func(der []byte) []byte {
		return replace(t, der, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04")
	}
	return c.reissue(t, cert, crypto.MD5, md5, md5)
}

func (c *CA) reissue(t testing.TB, cert tls.Certificate, hash crypto.Hash, tbs, algorithm func([]byte) []byte) tls.Certificate {
	t.Helper()
	var s signed
	if _, err := asn1.Unmarshal(cert.Certificate[0], &s); err != nil {
		t.Fatal(err)
	}
	s.TBS = asn1.RawValue{FullBytes: tbs(s.TBS.FullBytes)}
	s.Algorithm = asn1.RawValue{FullBytes: algorithm(s.Algorithm.FullBytes)}
	h := hash.New()
	_, _ = h.Write(s.TBS.FullBytes)
	sig, err := c.key.Sign(rand.Reader, h.Sum(nil), hash)
	if err != nil {
		t.Fatal(err)
	}
	s.Signature = asn1.BitString{Bytes: sig, BitLength: len(sig) * 8}
	der, err := asn1.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{
		Certificate: append([][]byte{der}, cert.Certificate[1:]...), PrivateKey: cert.PrivateKey,
		OCSPStaple: cert.OCSPStaple,
	}
}

// Replace returns a change for [CA.Reissue] that puts one string in the place of
// another of the same length.
func Replace(t testing.TB, from, to string) func([]byte) []byte {
	return func(der []byte) []byte { return replace(t, der, from, to) }
}

func replace(t testing.TB, der []byte, from, to string) []byte {
	t.Helper()
	if len(from) != len(to) || !bytes.Contains(der, []byte(from)) {
		t.Fatalf("no %q to replace with %q", from, to)
	}
	return bytes.ReplaceAll(der, []byte(from), []byte(to))
}
