package origincert

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"path/filepath"
	"testing"

	"sekisho/certs"
	"sekisho/internal/labnet"
)

// TestCV54Private is CV-54: a root of the owner's vouches by a way that holds by itself. One
// whose key is denied vouches for nothing, though another root lets the server pass.
func TestCV54Private(t *testing.T) {
	t.Parallel()
	own, _, err := certs.Open(filepath.Join(t.TempDir(), "ca"), certs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	public, office := labnet.NewCA(t, "Public"), labnet.NewCA(t, "Office")
	roots := x509.NewCertPool()
	roots.AddCert(public.Certificate())
	roots.AddCert(office.Certificate())
	key := labnet.NewKey(t)
	middle, cross := public.Below(t, "Middle", key, nil), office.Below(t, "Middle", key, nil)
	sent := []*x509.Certificate{middle.Issue(t, []string{"shop.example"}, nil).Leaf, middle.Certificate(), cross.Certificate()}

	sum := sha256.Sum256(office.Certificate().RawSubjectPublicKeyInfo)
	denied, err := certs.BuiltinDenyList().With(hex.EncodeToString(sum[:]) + " Office")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		list *certs.DenyList
		want bool
	}{"sound": {certs.BuiltinDenyList(), true}, "denied": {denied, false}} {
		v := New(own, roots, []*x509.Certificate{office.Certificate()}, func() *certs.DenyList { return tt.list })
		cs := tls.ConnectionState{PeerCertificates: sent, ServerName: "shop.example"}
		if err := v.Verify(cs, "shop.example", nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := v.Private(cs, "shop.example", nil); got != tt.want {
			t.Errorf("%s: the owner's root vouches: %t; want %t", name, got, tt.want)
		}
	}
}
