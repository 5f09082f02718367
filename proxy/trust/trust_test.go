package trust_test

import (
	"context"
	"crypto/tls"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"sekisho/hostname"
	"sekisho/proxy/trust"
)

// TestBelieversOutlive: who trusts the authority is known after a restart, from a file,
// unless the authority is another or the file is none.
func TestBelieversOutlive(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "believers.json")
	client := netip.MustParseAddr("192.0.2.1")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	b := trust.OpenBelievers(path, "root", zap.NewNop())
	b.Accepted(client, trust.Fingerprint{1}, hostname.Name{})
	b.Keep(ended) // whoever ends keeps what there is
	if b = trust.OpenBelievers(path, "root", zap.NewNop()); !b.Trusts(client) {
		t.Error("forgotten by a restart")
	}
	if trust.OpenBelievers(path, "another", zap.NewNop()).Trusts(client) {
		t.Error("trusts an authority that it never saw")
	}
	b = trust.OpenBelievers("", "root", zap.NewNop())
	b.Accepted(client, trust.Fingerprint{1}, hostname.Name{})
	b.Keep(ended) // nowhere, and at once
	if !b.Trusts(client) {
		t.Error("without a file nobody is known")
	}
	core, logs := observer.New(zap.WarnLevel)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b = trust.OpenBelievers(path, "root", zap.New(core)); b.Trusts(client) || logs.Len() != 1 {
		t.Errorf("a file that is none: trusted %t, %d lines logged; want false, 1", b.Trusts(client), logs.Len())
	}
}

// TestFingerprint: what a browser varies from one connection to the next does not make
// it another, what it offers does.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	hello := func(suites ...uint16) *tls.ClientHelloInfo {
		return &tls.ClientHelloInfo{
			CipherSuites: suites, SupportedVersions: []uint16{0x0304, 0x0303},
			SupportedCurves: []tls.CurveID{tls.X25519}, SignatureSchemes: []tls.SignatureScheme{tls.Ed25519},
		}
	}
	first := trust.FingerprintOf(hello(0x0a0a, 0x1301, 0x1302))
	for _, test := range []struct {
		name  string
		hello *tls.ClientHelloInfo
		same  bool
	}{
		{"another GREASE", hello(0xfafa, 0x1301, 0x1302), true},
		{"no GREASE", hello(0x1301, 0x1302), true},
		{"another name", func() *tls.ClientHelloInfo {
			h := hello(0x1301, 0x1302)
			h.ServerName = "a.example"
			return h
		}(), true},
		{"another order", hello(0x1302, 0x1301), false},
		{"one less", hello(0x1301), false},
		{"like GREASE, and none", hello(0x0a1a, 0x1301, 0x1302), false},
	} {
		if got := trust.FingerprintOf(test.hello) == first; got != test.same {
			t.Errorf("%s: the same = %t; want %t", test.name, got, test.same)
		}
	}
}
