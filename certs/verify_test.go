package certs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/certs"
)

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// forge signs a leaf for host with the issuing key that lies on disk, as a thief
// of the file could.
func forge(t *testing.T, a *certs.Authority, dir, host string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: host},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		DNSNames:     []string{host},
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, a.Issuer(), &key.PublicKey, issuingKey(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// forged are names and whether a verifier may take a leaf forged for them.
var forged = map[string]bool{
	"sellercentral.amazon.co.jp": false,
	"amazon.co.jp":               false,
	"www.amazon.com":             false,
	"SELLERCENTRAL.Amazon.co.jp": false,
	"notamazon.co.jp":            true,
	"amazon.co.jp.example":       true,
}

func TestCL27VerifierRefusesForgedLeaf(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	for host, accepted := range forged {
		_, err := forge(t, a, dir, host).Verify(x509.VerifyOptions{
			DNSName: host, Roots: pool(a.Root()), Intermediates: pool(a.Issuer()),
		})
		if accepted {
			if err != nil {
				t.Errorf("leaf for %s refused: %v", host, err)
			}
			continue
		}
		var invalid x509.CertificateInvalidError
		if !errors.As(err, &invalid) || invalid.Reason != x509.CANotAuthorizedForThisName {
			t.Errorf("leaf for %s: %v; want CANotAuthorizedForThisName", host, err)
		}
	}
}

// TestCL27WildcardAboveAnExclusion: "*.co.jp" is not within "amazon.co.jp", but it
// covers it. OpenSSL's verifier does not see that; Go's and Chromium's do.
func TestCL27WildcardAboveAnExclusion(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	_, err := forge(t, a, dir, "*.co.jp").Verify(x509.VerifyOptions{
		DNSName: "amazon.co.jp", Roots: pool(a.Root()), Intermediates: pool(a.Issuer()),
	})
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); !ok || invalid.Reason != x509.CANotAuthorizedForThisName {
		t.Errorf("leaf for *.co.jp: %v; want CANotAuthorizedForThisName", err)
	}
}

func TestCL27OpenSSLRefusesForgedLeaf(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed: its verifier was not tried")
	}
	a, dir := fresh(t)
	tmp := t.TempDir()
	put := func(name string, c *x509.Certificate) string {
		path := filepath.Join(tmp, name)
		if err := os.WriteFile(path, pemOf(c), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	root, issuer := put("root", a.Root()), put("issuer", a.Issuer())
	for host, accepted := range forged {
		out, err := exec.CommandContext(t.Context(), openssl, "verify", "-x509_strict", "-purpose", "sslserver",
			"-no-CApath", "-CAfile", root, "-untrusted", issuer, put("leaf", forge(t, a, dir, host))).CombinedOutput()
		if (err == nil) != accepted {
			t.Errorf("openssl on %s = %v; want accepted %v\n%s", host, err, accepted, out)
		}
		if !accepted && !strings.Contains(string(out), "subtree violation") {
			t.Errorf("openssl refused %s for another reason:\n%s", host, out)
		}
	}
	for _, host := range []string{"shop.example", "192.0.2.1", strings.Repeat("a", 60) + ".example"} {
		l := put("leaf", leaf(t, a, host).Leaf)
		out, err := exec.CommandContext(t.Context(), openssl, "verify", "-x509_strict", "-purpose", "sslserver",
			"-no-CApath", "-CAfile", root, "-untrusted", issuer, l).CombinedOutput()
		if err != nil {
			t.Errorf("openssl on our leaf for %s: %v\n%s", host, err, out)
		}
	}
}

// TestHandshake serves leaves over TLS to a client that trusts the root alone.
func TestHandshake(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	for _, host := range []string{"shop.example", "127.0.0.1", "::1", "例え.テスト", strings.Repeat("a", 60) + ".example"} {
		cert := leaf(t, a, host)
		server := name(t, host).String()
		l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{*cert}})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- echoOnce(l) }()
		conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: pool(a.Root()), ServerName: server})
		if err != nil {
			t.Errorf("handshake for %s: %v", host, err)
			_, _ = l.Close(), <-done
			continue
		}
		got := conn.ConnectionState().PeerCertificates
		if len(got) != 2 || !got[0].Equal(cert.Leaf) || !got[1].Equal(a.Issuer()) {
			t.Errorf("%s: client saw %d certificates; want leaf and issuer", host, len(got))
		}
		_ = conn.Close()
		if err := errors.Join(<-done, l.Close()); err != nil {
			t.Errorf("server for %s: %v", host, err)
		}
	}
}

func echoOnce(l net.Listener) error {
	c, err := l.Accept()
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_, err = io.Copy(c, c)
	return err
}

func TestCV09Owns(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	other, otherDir := fresh(t)
	strange := forge(t, a, dir, "sellercentral.amazon.co.jp")
	tests := []struct {
		name string
		c    *x509.Certificate
		want bool
	}{
		{"root", a.Root(), true},
		{"issuer", a.Issuer(), true},
		{"leaf", leaf(t, a, "shop.example").Leaf, true},
		{"forged leaf", strange, true},
		{"nil", nil, false},
		{"other root", other.Root(), false},
		{"other issuer", other.Issuer(), false},
		{"other leaf", leaf(t, other, "shop.example").Leaf, false},
		{"other forged leaf", forge(t, other, otherDir, "shop.example"), false},
		{"same names, other key", impostor(t, a), false},
		{"our key under another name", renamed(t, dir), true},
	}
	for _, tt := range tests {
		if got := a.Owns(tt.c); got != tt.want {
			t.Errorf("Owns(%s) = %v; want %v", tt.name, got, tt.want)
		}
	}
}

// impostor is a leaf that claims our issuer by name and key id, signed by a stranger.
func impostor(t *testing.T, a *certs.Authority) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parent := &x509.Certificate{RawSubject: a.Issuer().RawSubject, SubjectKeyId: a.Issuer().SubjectKeyId, PublicKey: &key.PublicKey}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"shop.example"}, NotAfter: time.Now().Add(time.Hour)}
	return create(t, template, parent, &key.PublicKey, key)
}

// renamed is a self-signed certificate that carries our issuing key.
func renamed(t *testing.T, dir string) *x509.Certificate {
	t.Helper()
	key := issuingKey(t, dir)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotAfter: time.Now().Add(time.Hour)}
	return create(t, template, template, &key.PublicKey, key)
}

func create(t *testing.T, template, parent *x509.Certificate, pub *ecdsa.PublicKey, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
