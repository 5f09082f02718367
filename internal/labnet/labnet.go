// Package labnet is a small internet on loopback, for tests only: a certificate
// authority, a DNS server that knows the names a test registers, and origins
// (TLS with HTTP/1.1 and HTTP/2, plain HTTP, raw TCP) that count what reaches
// them, so that a test can show that nothing did.
//
// Nothing in it is a stand-in for sekisho's own parts. Certificates are real
// ones, names are resolved by real DNS messages, and what travels is real TLS;
// only the addresses are all 127.0.0.1. No part of it ever leaves loopback.
//
// A [Net] and everything on it lives until the test ends. Names should look
// public (shop.labnet.example): the likes of .test and .localhost are answered
// by sekisho's resolver itself and would never get here.
package labnet

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
)

// Net is one laboratory internet. Its methods may be called from any goroutine,
// except those that create something, which belong to the test's own.
type Net struct {
	t      testing.TB
	ca     *CA
	caFile string
	dns    *dnsServer
}

// New starts a network with an authority of its own and a DNS server, both
// closed when t ends.
func New(t testing.TB) *Net {
	t.Helper()
	ca := NewCA(t, "Labnet Root")
	file := filepath.Join(t.TempDir(), "labnet-ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatalf("write lab CA: %v", err)
	}
	return &Net{t: t, ca: ca, caFile: file, dns: startDNS(t)}
}

// CA returns the authority that signs the network's origins.
func (n *Net) CA() *CA { return n.ca }

// CAFile returns the path of a PEM file with the authority's certificate, fit
// for upstream.ca_files.
func (n *Net) CAFile() string { return n.caFile }

// Roots returns a new pool that holds the authority's certificate alone.
func (n *Net) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(n.ca.Certificate())
	return pool
}
