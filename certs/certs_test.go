package certs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sekisho/certs"
	"sekisho/hostname"
)

// excluded stands for the names that may receive Amazon credentials.
var excluded = []string{"amazon.co.jp", "amazon.com", "media-amazon.com"}

// file is where the authority is kept below its folder.
const file = "authority.pem"

func open(t testing.TB, dir string, o certs.Options) *certs.Authority {
	t.Helper()
	a, _, err := certs.Open(dir, o)
	if err != nil {
		t.Fatalf("Open(%q): %v", dir, err)
	}
	return a
}

// fresh makes an authority in a folder of its own.
func fresh(t testing.TB) (*certs.Authority, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data", "ca")
	return open(t, dir, certs.Options{Excluded: excluded}), dir
}

func name(t testing.TB, s string) hostname.Name {
	t.Helper()
	n, err := hostname.Parse(s)
	if err != nil {
		t.Fatalf("hostname.Parse(%q): %v", s, err)
	}
	return n
}

func pool(cs ...*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range cs {
		p.AddCert(c)
	}
	return p
}

// blocks returns the PEM blocks of the authority's file.
func blocks(t testing.TB, dir string) []*pem.Block {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	var out []*pem.Block
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil {
			return out
		}
		out = append(out, b)
	}
}

func issuingKey(t testing.TB, dir string) *ecdsa.PrivateKey {
	t.Helper()
	bs := blocks(t, dir)
	key, err := x509.ParsePKCS8PrivateKey(bs[len(bs)-1].Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*ecdsa.PrivateKey)
}

func TestOpenTwice(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "deep", "data", "ca")
	o := certs.Options{Excluded: excluded}
	a, created, err := certs.Open(dir, o)
	if err != nil || !created {
		t.Fatalf("first Open = created %v, %v; want true, nil", created, err)
	}
	b, created, err := certs.Open(dir, o)
	if err != nil || created {
		t.Fatalf("second Open = created %v, %v; want false, nil", created, err)
	}
	if !a.Root().Equal(b.Root()) || !a.Issuer().Equal(b.Issuer()) {
		t.Error("second Open returned another authority")
	}
	block, rest := pem.Decode(b.RootPEM())
	if block == nil || len(rest) > 0 || !cmp.Equal(block.Bytes, a.Root().Raw) {
		t.Errorf("RootPEM = %q; want the root alone", b.RootPEM())
	}
}

func TestCA01UniquePerInstall(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	b, _ := fresh(t)
	if a.Root().Equal(b.Root()) || a.Root().Subject.CommonName == b.Root().Subject.CommonName {
		t.Errorf("two installs share the root %q", a.Root().Subject)
	}
	if a.Issuer().PublicKey.(*ecdsa.PublicKey).Equal(b.Issuer().PublicKey) {
		t.Error("two installs share the issuing key")
	}
}

func TestCA02CA06CA07Shape(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	for what, c := range map[string]*x509.Certificate{"root": a.Root(), "issuer": a.Issuer()} {
		key, ok := c.PublicKey.(*ecdsa.PublicKey)
		if !ok || key.Curve != elliptic.P256() {
			t.Errorf("%s key is %T; want ECDSA P-256", what, c.PublicKey)
		}
		if life := c.NotAfter.Sub(c.NotBefore); life > 5*365*24*time.Hour {
			t.Errorf("%s is valid for %v; want at most five years", what, life)
		}
		if !c.NotBefore.Before(time.Now().Add(-23 * time.Hour)) {
			t.Errorf("%s begins %v; want a day ago", what, c.NotBefore)
		}
		if !c.IsCA || c.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign {
			t.Errorf("%s: IsCA %v, KeyUsage %b", what, c.IsCA, c.KeyUsage)
		}
		if c.SerialNumber.BitLen() < 64 || len(c.SubjectKeyId) == 0 {
			t.Errorf("%s: serial of %d bits, SKI %x", what, c.SerialNumber.BitLen(), c.SubjectKeyId)
		}
		if cn := c.Subject.CommonName; !strings.HasPrefix(cn, "sekisho") || utf8.RuneCountInString(cn) > 64 {
			t.Errorf("%s is named %q", what, cn)
		}
	}
	is := a.Issuer()
	if !is.MaxPathLenZero || is.MaxPathLen != 0 {
		t.Errorf("issuer path length = %d; want 0", is.MaxPathLen)
	}
	if !is.PermittedDNSDomainsCritical || !cmp.Equal(is.ExcludedDNSDomains, excluded) || len(is.PermittedDNSDomains) > 0 {
		t.Errorf("issuer constraints = %v critical %v; want %v critical",
			is.ExcludedDNSDomains, is.PermittedDNSDomainsCritical, excluded)
	}
	if is.NotAfter.After(a.Root().NotAfter) || is.NotBefore.Before(a.Root().NotBefore) {
		t.Error("issuer outlives the root")
	}
	if err := is.CheckSignatureFrom(a.Root()); err != nil {
		t.Errorf("issuer not signed by root: %v", err)
	}
}

func TestCA06OnlyTheIssuingKeyIsKept(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	keys := 0
	err := filepath.WalkDir(filepath.Dir(dir), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		keys += strings.Count(string(data), "PRIVATE KEY-----") / 2
		return err
	})
	if err != nil || keys != 1 {
		t.Fatalf("found %d private keys on disk, %v; want 1", keys, err)
	}
	key := issuingKey(t, dir)
	if !key.PublicKey.Equal(a.Issuer().PublicKey) || key.PublicKey.Equal(a.Root().PublicKey) {
		t.Error("the key kept is not the issuer's")
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	got, err := certs.Read(dir)
	if err != nil || !got.Root.Equal(a.Root()) || !got.Issuer.Equal(a.Issuer()) || len(got.Retired) > 0 {
		t.Fatalf("Read = %v, %v; want the authority's certificates", got, err)
	}
	bs := blocks(t, dir)
	noKey := append(pem.EncodeToMemory(bs[0]), pem.EncodeToMemory(bs[1])...)
	if err := os.WriteFile(filepath.Join(dir, file), noKey, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err = certs.Read(dir); err != nil || !got.Root.Equal(a.Root()) {
		t.Errorf("Read without a key = %v, %v; want the root", got.Root, err)
	}
}

func TestReadNoAuthority(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	for _, dir := range []string{empty, filepath.Join(empty, "absent")} {
		if _, err := certs.Read(dir); !errors.Is(err, certs.ErrNoAuthority) {
			t.Errorf("Read(%q) = %v; want ErrNoAuthority", dir, err)
		}
	}
	if left, _ := os.ReadDir(empty); len(left) > 0 {
		t.Errorf("Read made %v", left)
	}
}

func TestOpenRefusesBadExclusions(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", ".amazon.co.jp", "amazon.co.jp.", "Amazon.co.jp", "*.amazon.co.jp", "192.0.2.1", "a b"} {
		dir := filepath.Join(t.TempDir(), "ca")
		if _, _, err := certs.Open(dir, certs.Options{Excluded: []string{s}}); err == nil {
			t.Errorf("Open with exclusion %q succeeded", s)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("Open with exclusion %q made files", s)
		}
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	got := certs.Fingerprint(a.Root())
	if len(got) != 95 || strings.Count(got, ":") != 31 || strings.ToUpper(got) != got {
		t.Errorf("Fingerprint = %q; want 32 upper-case pairs joined by colons", got)
	}
}
