package certs_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sekisho/certs"
)

// wantFileError sees that err names path and what to do, and that a remedy is told.
func wantFileError(t *testing.T, err error, path, problem, remedy string) {
	t.Helper()
	var fe *certs.FileError
	if !errors.As(err, &fe) {
		t.Fatalf("error = %v; want a *FileError", err)
	}
	if fe.Path != path || !strings.Contains(fe.Problem, problem) || !strings.Contains(fe.Remedy, remedy) {
		t.Errorf("error = %v; want path %q, problem with %q, remedy with %q", err, path, problem, remedy)
	}
	if !strings.Contains(err.Error(), fe.Path) || !strings.Contains(err.Error(), fe.Remedy) {
		t.Errorf("message %q leaves out the path or the remedy", err)
	}
}

func keyBlock(t *testing.T, key any) *pem.Block {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return &pem.Block{Type: "PRIVATE KEY", Bytes: der}
}

// joined is the blocks as one file.
func joined(bs ...*pem.Block) []byte {
	var out []byte
	for _, b := range bs {
		out = append(out, pem.EncodeToMemory(b)...)
	}
	return out
}

// TestDamage writes damaged forms of the file in place and opens the folder.
func TestDamage(t *testing.T) {
	t.Parallel()
	_, dir := fresh(t)
	_, strange := fresh(t)
	bs, other := blocks(t, dir), blocks(t, strange)
	root, issuer, key := bs[0], bs[1], bs[2]
	whole := joined(bs...)
	flipped := func(b *pem.Block, at int) *pem.Block {
		der := bytes.Clone(b.Bytes)
		der[at] ^= 1
		return &pem.Block{Type: b.Type, Bytes: der}
	}
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, problem string
		data          []byte
	}{
		{"empty", "is empty", nil},
		{"spaces", "is empty", []byte("\n \r\n")},
		{"zeros after a power cut", "no root certificate", make([]byte, len(whole))},
		{"not PEM", "no root certificate", []byte("hello\n")},
		{"huge", "larger than", append(bytes.Clone(whole), make([]byte, 1<<20)...)},
		{"cut in the root", "damaged root certificate", whole[:100]},
		{"cut in the issuer", "damaged issuing certificate", whole[:len(joined(root))+100]},
		{"cut in the key", "damaged private key", whole[:len(whole)-40]},
		{"no key", "no private key", joined(root, issuer)},
		{"key first", "no root certificate", joined(key, root, issuer)},
		{"no issuer", "no issuing certificate", joined(root, key)},
		{"something after", "after its private key", append(bytes.Clone(whole), "x"...)},
		{"two keys", "after its private key", joined(root, issuer, key, key)},
		{"junk between", "no issuing certificate", slices.Concat(joined(root), []byte("x\n"), joined(issuer, key))},
		{"headers", "damaged private key", joined(root, issuer, &pem.Block{Type: key.Type, Headers: map[string]string{"Proc-Type": "4,ENCRYPTED"}, Bytes: key.Bytes})},
		{"root is no certificate", "damaged root certificate", joined(&pem.Block{Type: root.Type, Bytes: []byte("x")}, issuer, key)},
		{"key is no key", "damaged private key", joined(root, issuer, &pem.Block{Type: key.Type, Bytes: []byte("x")})},
		{"flipped root", "root certificate that sekisho did not make", joined(flipped(root, len(root.Bytes)-3), issuer, key)},
		{"flipped issuer", "issuing certificate that its root did not sign", joined(root, flipped(issuer, len(issuer.Bytes)-3), key)},
		{"flipped key", "not the issuing certificate's", joined(root, issuer, flipped(key, 50))},
		{"CA-12 key of another authority", "not the issuing certificate's", joined(root, issuer, other[2])},
		{"issuer of another authority", "its root did not sign", joined(root, other[1], key)},
		{"root of another authority", "its root did not sign", joined(other[0], issuer, key)},
		{"root twice", "issuing certificate that sekisho did not make", joined(root, root, key)},
		{"issuer as root", "root certificate that sekisho did not make", joined(issuer, issuer, key)},
		{"CA-02 Ed25519 key", "not ECDSA P-256", joined(root, issuer, keyBlock(t, ed))},
		{"CA-02 RSA key", "not ECDSA P-256", joined(root, issuer, keyBlock(t, rs))},
		{"CA-02 P-384 key", "not ECDSA P-256", joined(root, issuer, keyBlock(t, p384))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "ca")
			open(t, dir, certs.Options{Excluded: excluded})
			path := filepath.Join(dir, file)
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			a, created, err := certs.Open(dir, certs.Options{Excluded: excluded})
			if a != nil || created {
				t.Fatalf("Open took the file, created %v", created)
			}
			wantFileError(t, err, path, tt.problem, "sekisho ca rotate")
			if now, _ := os.ReadFile(path); !bytes.Equal(now, tt.data) {
				t.Error("Open changed the file")
			}
			if _, err = certs.Rotate(dir, certs.Options{Excluded: excluded}); err != nil {
				t.Fatalf("Rotate as the remedy says: %v", err)
			}
			leaf(t, open(t, dir, certs.Options{Excluded: excluded}), "shop.example")
		})
	}
}

func TestOddLineEndingsAreTaken(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	path := filepath.Join(dir, file)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if b := open(t, dir, certs.Options{Excluded: excluded}); !b.Root().Equal(a.Root()) {
		t.Error("another root was read")
	}
}

func TestOpenRefusesFolderForFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "ca")
	path := filepath.Join(dir, file)
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, err := certs.Open(dir, certs.Options{})
	wantFileError(t, err, path, "is a folder", "move it away")
	_, err = certs.Rotate(dir, certs.Options{})
	wantFileError(t, err, path, "is a folder", "move it away")
}

func TestOpenRefusesFileForFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "ca")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := certs.Open(dir, certs.Options{})
	wantFileError(t, err, dir, "is not a folder", "move it away")
	_, err = certs.Read(dir)
	wantFileError(t, err, dir, "is not a folder", "move it away")
}

func TestCL27NewExclusionsNeedARotation(t *testing.T) {
	t.Parallel()
	old, dir := fresh(t)
	more := certs.Options{Excluded: append([]string{"audible.com", "sellercentral.amazon.com"}, excluded...)}
	_, _, err := certs.Open(dir, more)
	wantFileError(t, err, filepath.Join(dir, file), `impersonate "audible.com"`, "sekisho ca rotate")
	a, err := certs.Rotate(dir, more)
	if err != nil {
		t.Fatal(err)
	}
	if a.Root().Equal(old.Root()) {
		t.Error("Rotate kept the root")
	}
	if _, err := a.Leaf(name(t, "www.audible.com")); !errors.Is(err, certs.ErrExcluded) {
		t.Errorf("Leaf = %v; want ErrExcluded", err)
	}
}
