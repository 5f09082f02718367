package certs_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/certs"
)

// TestCV08BuiltinDenyList sees that the list is sound, and that what can be
// computed again from this machine's sources is on it.
func TestCV08BuiltinDenyList(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("denied-keys.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := new(certs.DenyList).With(string(data)); err != nil {
		t.Error(err)
	}
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	defer srv.Close()
	if !certs.BuiltinDenyList().Denies(srv.Certificate()) {
		t.Error("the test certificate of net/http/httptest is not denied")
	}
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/elazarl/goproxy").Output()
	if err != nil {
		t.Fatalf("find goproxy's sources: %v", err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(source)
	if block == nil {
		t.Fatal("no certificate in goproxy's ca.pem")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !certs.BuiltinDenyList().Denies(c) {
		t.Error("goproxy's built-in authority is not denied")
	}
}

// TestCV15DenyListGrows: keys are added by text, and a broken line neither hides
// the others nor passes in silence.
func TestCV15DenyListGrows(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	sum := sha256.Sum256(a.Root().RawSubjectPublicKeyInfo)
	d, err := certs.BuiltinDenyList().With("# ours\n\nnot-a-hash x\r\n" + strings.ToUpper(hex.EncodeToString(sum[:])) + " somebody\r\nabcd short\n")
	if err == nil || !strings.Contains(err.Error(), "line 3:") || !strings.Contains(err.Error(), "line 5:") || strings.Contains(err.Error(), "line 4:") {
		t.Errorf("error = %v; want one about lines 3 and 5", err)
	}
	if !d.Denies(a.Root()) || d.Denies(a.Issuer()) {
		t.Error("the list does not deny what was added, and that alone")
	}
	if certs.BuiltinDenyList().Denies(a.Root()) {
		t.Error("the built-in list was changed")
	}
}

// FuzzDenyList: no text makes the reader panic, and what it takes it takes again.
func FuzzDenyList(f *testing.F) {
	f.Add("# x\n" + strings.Repeat("a", 64) + " name")
	f.Add(strings.Repeat("g", 64) + "\n\x00")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := new(certs.DenyList).With(text)
		if d == nil {
			t.Fatal("no list")
		}
		if _, again := d.With(text); (err == nil) != (again == nil) {
			t.Errorf("second reading = %v; first %v", again, err)
		}
	})
}
