package certs_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/certs"
	"sekisho/hostname"
)

// mintedHosts has a leaf of each kind: what differs is the lengths, the string
// types and the kind of name.
var mintedHosts = []string{
	"shop.example", "printer", "a_b.example", "192.0.2.7", "[2001:db8::1]", "xn--r8jz45g.xn--zckzah",
	strings.Repeat("a", 63) + ".example",                      // no common name
	strings.Repeat("a", 55) + ".example",                      // the longest one
	strings.TrimSuffix(strings.Repeat("abcdefghi.", 25), "."), // the longest lengths
}

// byX509 is what crypto/x509 makes of the same facts as leaf l for host.
func byX509(t *testing.T, a *certs.Authority, dir, host string, l *x509.Certificate) *x509.Certificate {
	t.Helper()
	n := name(t, host)
	template := &x509.Certificate{
		SerialNumber: l.SerialNumber,
		Subject:      pkix.Name{Organization: []string{"sekisho (intercepted)"}},
		NotBefore:    l.NotBefore, NotAfter: l.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if addr, ok := n.Addr(); ok && addr.Is4() { // x509 writes both forms alike
		mapped := addr.As16()
		var names []asn1.RawValue
		for _, b := range [][]byte{addr.AsSlice(), mapped[:]} {
			names = append(names, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 7, Bytes: b})
		}
		san, err := asn1.Marshal(names)
		if err != nil {
			t.Fatal(err)
		}
		template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: san}}
	} else if ok {
		template.IPAddresses = []net.IP{addr.AsSlice()}
	} else {
		template.DNSNames = []string{n.String()}
	}
	if len(n.String()) < 64 {
		template.Subject.CommonName = n.String()
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.Issuer(), l.PublicKey, issuingKey(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestMintedAsByX509 holds our own encoding against that of crypto/x509, byte by
// byte, and the signature against both keys' owners.
func TestMintedAsByX509(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	for _, host := range mintedHosts {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			l := leaf(t, a, host).Leaf
			want := byX509(t, a, dir, host, l)
			if !bytes.Equal(l.RawTBSCertificate, want.RawTBSCertificate) {
				t.Errorf("TBSCertificate = %x\n want %x", l.RawTBSCertificate, want.RawTBSCertificate)
			}
			if l.SignatureAlgorithm != x509.ECDSAWithSHA256 {
				t.Errorf("signature algorithm = %v", l.SignatureAlgorithm)
			}
			if err := l.CheckSignatureFrom(a.Issuer()); err != nil {
				t.Errorf("signature: %v", err)
			}
		})
	}
}

// TestMintedTimes sees both forms of time: RFC 5280 has another from 2050 on.
func TestMintedTimes(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{
		time.Date(2026, 7, 1, 12, 0, 0, 999, time.FixedZone("JST", 9*3600)),
		time.Date(2049, 12, 31, 12, 0, 0, 0, time.UTC), // begins before the turn and ends after it
		time.Date(2051, 1, 2, 3, 4, 5, 6, time.UTC),
	} {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			a := open(t, dir, certs.Options{Excluded: excluded, Now: func() time.Time { return now }})
			l := leaf(t, a, "shop.example").Leaf
			want := byX509(t, a, dir, "shop.example", l)
			if !bytes.Equal(l.RawTBSCertificate, want.RawTBSCertificate) {
				t.Errorf("TBSCertificate = %x\n want %x", l.RawTBSCertificate, want.RawTBSCertificate)
			}
			if !l.NotAfter.Equal(now.Add(48 * time.Hour).Truncate(time.Second)) {
				t.Errorf("valid until %v at %v", l.NotAfter, now)
			}
			for range 2 {
				s, err := a.StandIn(name(t, "shop.example"))
				if err != nil {
					t.Fatal(err)
				}
				if got := s.Leaf.NotAfter; !got.Equal(now.Add(24 * time.Hour).Truncate(time.Second)) {
					t.Errorf("stand-in valid until %v at %v; want a day", got, now)
				}
			}
		})
	}
}

// TestMintedForOpenSSL has another implementation read and verify leaves.
func TestMintedForOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("needs the openssl command, for a reader that is not crypto/x509")
	}
	a, _ := fresh(t)
	dir := t.TempDir()
	write := func(name string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	root, issuer := write("root.pem", a.Root().Raw), write("issuer.pem", a.Issuer().Raw)
	for _, host := range mintedHosts {
		n := name(t, host)
		path := write("leaf.pem", leaf(t, a, host).Leaf.Raw)
		args := []string{"verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", root, "-untrusted", issuer}
		out, err := exec.Command(openssl, append(args, append(forHost(n), path)...)...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", host, err, out)
		}
		out, err = exec.Command(openssl, append(args, append(forHost(name(t, "other.example")), path)...)...).CombinedOutput()
		if err == nil {
			t.Errorf("%s is good for other.example: %s", host, out)
		}
	}
}

func forHost(n hostname.Name) []string {
	if addr, ok := n.Addr(); ok {
		return []string{"-verify_ip", addr.String()}
	}
	return []string{"-verify_hostname", n.String()}
}
