package certs_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/certs"
	"sekisho/hostname"
)

func leaf(t testing.TB, a *certs.Authority, host string) *tls.Certificate {
	t.Helper()
	c, err := a.Leaf(name(t, host))
	if err != nil {
		t.Fatalf("Leaf(%q): %v", host, err)
	}
	return c
}

// TestCasesLeaf checks what a leaf says, for every kind of name.
func TestCasesLeaf(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	long := strings.Repeat("a", 60) + ".example"
	tests := []struct {
		name, host string
		dns        []string
		ips        []net.IP
		cn         string
	}{
		{"plain", "shop.example", []string{"shop.example"}, nil, "shop.example"},
		{"CL-15 case and dot", "SHOP.Example.", []string{"shop.example"}, nil, "shop.example"},
		{"single label", "printer", []string{"printer"}, nil, "printer"},
		{"underscore", "a_b.example", []string{"a_b.example"}, nil, "a_b.example"},
		{"CL-13 u-label", "例え.テスト", []string{"xn--r8jz45g.xn--zckzah"}, nil, "xn--r8jz45g.xn--zckzah"},
		{"CL-11 long name", long, []string{long}, nil, ""},
		{"CL-11 63 bytes", long[5:], []string{long[5:]}, nil, long[5:]},
		{"CL-14 IPv4", "192.0.2.7", nil, []net.IP{{192, 0, 2, 7}, net.IPv4(192, 0, 2, 7)}, "192.0.2.7"},
		{"CL-14 IPv4 as IPv6", "[::ffff:192.0.2.7]", nil, []net.IP{{192, 0, 2, 7}, net.IPv4(192, 0, 2, 7)}, "192.0.2.7"},
		{"CL-14 IPv6", "[2001:db8::1]", nil, []net.IP{net.ParseIP("2001:db8::1")}, "2001:db8::1"},
		{"label of an excluded name only", "notamazon.co.jp", []string{"notamazon.co.jp"}, nil, "notamazon.co.jp"},
	}
	for _, tt := range tests {
		t.Run("CL-08 CL-09 CL-10 CL-12 CL-26 "+tt.name, func(t *testing.T) {
			t.Parallel()
			now := time.Now()
			c := leaf(t, a, tt.host)
			l := c.Leaf
			if diff := cmp.Diff(tt.dns, l.DNSNames); diff != "" {
				t.Errorf("DNSNames (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(fmt.Sprintf("%#v", tt.ips), fmt.Sprintf("%#v", l.IPAddresses)); diff != "" {
				t.Errorf("IPAddresses (-want +got):\n%s", diff)
			}
			if len(l.EmailAddresses)+len(l.URIs) > 0 || l.Subject.CommonName != tt.cn {
				t.Errorf("CN = %q; want %q and no other SAN", l.Subject.CommonName, tt.cn)
			}
			if !cmp.Equal(l.Subject.Organization, []string{"sekisho (intercepted)"}) {
				t.Errorf("CL-12 O = %q", l.Subject.Organization)
			}
			if l.NotAfter.Sub(l.NotBefore) > 7*24*time.Hour || l.NotBefore.After(now.Add(-23*time.Hour)) ||
				l.NotAfter.Before(now.Add(24*time.Hour)) {
				t.Errorf("CL-08 valid %v to %v", l.NotBefore, l.NotAfter)
			}
			if l.SerialNumber.Sign() <= 0 || l.SerialNumber.BitLen() < 64 || l.SerialNumber.BitLen() > 159 {
				t.Errorf("CL-09 serial of %d bits", l.SerialNumber.BitLen())
			}
			if l.IsCA || l.KeyUsage != x509.KeyUsageDigitalSignature ||
				!cmp.Equal(l.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}) {
				t.Errorf("IsCA %v, KeyUsage %b, ExtKeyUsage %v", l.IsCA, l.KeyUsage, l.ExtKeyUsage)
			}
			if len(l.CRLDistributionPoints)+len(l.PolicyIdentifiers)+len(l.OCSPServer) > 0 {
				t.Error("CL-12 leaf carries policies or revocation pointers")
			}
			if !bytes.Equal(l.AuthorityKeyId, a.Issuer().SubjectKeyId) {
				t.Error("CL-26 AKI is not the issuer's SKI")
			}
			if len(c.Certificate) != 2 || !bytes.Equal(c.Certificate[0], l.Raw) || !bytes.Equal(c.Certificate[1], a.Issuer().Raw) {
				t.Error("CL-26 chain is not leaf and issuer")
			}
		})
	}
}

// TestCL01CL02Keys sees that leaves have a random key that is neither the
// authority's nor that of any other process with the same authority.
func TestCL01CL02Keys(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	seen := map[string]string{string(a.Issuer().RawSubjectPublicKeyInfo): "issuer", string(a.Root().RawSubjectPublicKeyInfo): "root"}
	serials := map[string]bool{}
	for process, a := range []*certs.Authority{a, open(t, dir, certs.Options{Excluded: excluded})} {
		var spki string
		for _, host := range []string{"a.example", "b.example", "c.example"} {
			l := leaf(t, a, host).Leaf
			if key, ok := l.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
				t.Errorf("leaf key is %T; want ECDSA P-256", l.PublicKey)
			}
			spki = string(l.RawSubjectPublicKeyInfo)
			if was, ok := seen[spki]; ok {
				t.Errorf("%s of process %d has the key of %s", host, process, was)
			}
			serials[l.SerialNumber.String()] = true
		}
		seen[spki] = fmt.Sprintf("process %d", process)
	}
	if len(serials) != 6 {
		t.Errorf("CL-09 %d serials for 6 leaves", len(serials))
	}
}

func TestLeafRefuses(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	wire := func(labels ...string) hostname.Name {
		var b []byte
		for _, l := range labels {
			b = append(append(b, byte(len(l))), l...)
		}
		n, _, err := hostname.FromWire(append(b, 0))
		if err != nil {
			t.Fatalf("FromWire(%q): %v", labels, err)
		}
		return n
	}
	tests := []struct {
		name string
		n    hostname.Name
		want error
	}{
		{"CL-27 excluded itself", name(t, "amazon.co.jp"), certs.ErrExcluded},
		{"CL-27 below an excluded name", name(t, "sellercentral.amazon.co.jp"), certs.ErrExcluded},
		{"CL-27 far below", name(t, "a.b.c.AMAZON.com."), certs.ErrExcluded},
		{"zero", hostname.Name{}, certs.ErrName},
		{"wildcard", wire("*", "example"), certs.ErrName},
		{"escaped dot", wire("a.b", "example"), certs.ErrName},
		{"escaped NUL", wire("a\x00b", "example"), certs.ErrName},
		{"space", wire("a b", "example"), certs.ErrName},
		{"root", wire(), certs.ErrName},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // errors are not kept, nor turned into something else
				if c, err := a.Leaf(tt.n); c != nil || !errors.Is(err, tt.want) {
					t.Errorf("Leaf(%q) = %v, %v; want %v", tt.n, c != nil, err, tt.want)
				}
			}
		})
	}
}

// TestExclusionsOfTheCertificate sees that what the issuer cannot vouch for is not
// minted even when the caller no longer excludes it.
func TestExclusionsOfTheCertificate(t *testing.T) {
	t.Parallel()
	_, dir := fresh(t)
	a := open(t, dir, certs.Options{})
	if _, err := a.Leaf(name(t, "www.amazon.com")); !errors.Is(err, certs.ErrExcluded) {
		t.Errorf("Leaf = %v; want ErrExcluded", err)
	}
}

func TestCL18SingleFlight(t *testing.T) {
	t.Parallel()
	a, _ := fresh(t)
	const callers = 64
	var wg sync.WaitGroup
	start, got := make(chan struct{}), make([]*tls.Certificate, callers)
	for i := range callers {
		wg.Go(func() {
			<-start
			got[i], _ = a.Leaf(name(t, []string{"one.example", "ONE.example."}[i%2]))
		})
	}
	close(start)
	wg.Wait()
	for i, c := range got {
		if c == nil || c != got[0] {
			t.Fatalf("caller %d got another leaf; want one mint", i)
		}
	}
}
