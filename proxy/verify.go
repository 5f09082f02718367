package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"sekisho/certs"
	"sekisho/interstitial"
)

const (
	// minRSABits is the floor of the CA/Browser Forum's baseline
	// requirements, section 6.1.5.
	minRSABits = 2048
	// maxChain is far above what public authorities issue.
	maxChain = 8
)

// verifyOrigin closes the gaps that crypto/x509 leaves between "a chain
// exists" and "a browser would accept it". It runs in VerifyConnection, which
// unlike VerifyPeerCertificate also runs on resumed sessions.
func verifyOrigin(ca *certs.Authority, cs tls.ConnectionState) error {
	if len(cs.PeerCertificates) == 0 || len(cs.VerifiedChains) == 0 {
		return weak(interstitial.CodeTLSUntrusted, "the site sent no verifiable certificate")
	}
	// A leaf of ours from the network means that somebody has our key, or
	// that the connection leads back here. The roots on this machine may well
	// contain our own, so the chain's validity says nothing.
	if slices.ContainsFunc(cs.PeerCertificates, ca.Owns) {
		return weak(interstitial.CodeTLSOwnCA, "the certificate is signed by sekisho's own authority")
	}
	leaf := cs.PeerCertificates[0]
	if err := verifyLeaf(leaf, cs.ServerName); err != nil {
		return err
	}
	var first error
	for _, chain := range cs.VerifiedChains {
		err := verifyChain(ca, chain)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func weak(code interstitial.Code, detail string) error {
	return &failure{code: code, detail: detail}
}

func verifyLeaf(leaf *x509.Certificate, host string) error {
	switch {
	case leaf.IsCA:
		return weak(interstitial.CodeTLSInvalid, "the site shows an authority's certificate as its own")
	case slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageAny):
		return weak(interstitial.CodeTLSInvalid, "the certificate is meant for any purpose")
	case leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		return weak(interstitial.CodeTLSInvalid, "the certificate's key may not sign a handshake")
	case onlyBySuffixWildcard(leaf, host):
		return weak(interstitial.CodeTLSInvalid, "the certificate is a wildcard for a whole public suffix")
	}
	return nil
}

// onlyBySuffixWildcard reports whether host is covered by nothing better than
// a wildcard right below a public suffix, as *.co.jp.
func onlyBySuffixWildcard(leaf *x509.Certificate, host string) bool {
	found := false
	_, parent, _ := strings.Cut(host, ".")
	for _, san := range leaf.DNSNames {
		san = strings.ToLower(strings.TrimSuffix(san, "."))
		if san == host {
			return false
		}
		if san != "*."+parent {
			continue
		}
		suffix, icann := publicsuffix.PublicSuffix(parent)
		if suffix != parent || (!icann && strings.Contains(suffix, ".")) {
			return false // an ordinary wildcard, or one of a private suffix's owner
		}
		found = true
	}
	return found
}

func verifyChain(ca *certs.Authority, chain []*x509.Certificate) error {
	if len(chain) > maxChain {
		return weak(interstitial.CodeTLSInvalid, "the chain is too long")
	}
	for i, c := range chain {
		if ca.Owns(c) {
			return weak(interstitial.CodeTLSOwnCA, "the certificate is signed by sekisho's own authority")
		}
		root := i == len(chain)-1 && i > 0
		switch key := c.PublicKey.(type) {
		case *rsa.PublicKey:
			if key.N.BitLen() < minRSABits && !root {
				return weak(interstitial.CodeTLSWeak, "an RSA key in the chain is shorter than 2048 bits")
			}
		case *ecdsa.PublicKey:
			if key.Curve == elliptic.P224() {
				return weak(interstitial.CodeTLSWeak, "a key in the chain is on the curve P-224")
			}
		}
	}
	return nil
}
