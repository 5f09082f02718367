package proxy

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"time"

	"sekisho/certs"
	"sekisho/interstitial"
)

// maxChain is far above what public authorities issue.
const maxChain = 8

// verifier closes the gaps that crypto/x509 leaves between "a chain exists" and
// "a browser would accept it". It runs in VerifyConnection, which unlike
// VerifyPeerCertificate also runs on resumed sessions: what was distrusted since
// the session began is refused.
//
// The strict rules (leafRules, chainRules) hold whoever added the root. The
// limits on a certificate's validity are rules for public authorities alone: an
// office may give its own printer ten years.
type verifier struct {
	ca *certs.Authority
	// denied returns the keys that never vouch for a site.
	denied func() *certs.DenyList
	// private are the keys of roots that the owner added.
	private map[[sha256.Size]byte]struct{}
	now     func() time.Time
}

func newVerifier(ca *certs.Authority, private []*x509.Certificate, denied func() *certs.DenyList) *verifier {
	v := &verifier{ca: ca, denied: denied, private: map[[sha256.Size]byte]struct{}{}, now: time.Now}
	for _, c := range private {
		v.private[sha256.Sum256(c.RawSubjectPublicKeyInfo)] = struct{}{}
	}
	return v
}

// verify judges a connection whose chains crypto/x509 has built.
func (v *verifier) verify(cs tls.ConnectionState) error {
	if len(cs.PeerCertificates) == 0 || len(cs.VerifiedChains) == 0 {
		return weak(interstitial.CodeTLSUntrusted, "the site sent no verifiable certificate")
	}
	// A certificate of ours from the network means that somebody has our key,
	// or that the connection leads back here. The roots on this machine may well
	// contain our own, so the chain's validity says nothing.
	if slices.ContainsFunc(cs.PeerCertificates, v.ca.Owns) {
		return errOwnCA
	}
	leaf := cs.PeerCertificates[0]
	for _, rule := range leafRules {
		if rule.broken(leaf, cs.ServerName) {
			return weak(interstitial.CodeTLSInvalid, rule.detail)
		}
	}
	var first error
	for _, chain := range cs.VerifiedChains {
		err := v.verifyChain(chain, cs)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// verifyChain judges one way from the leaf to a root; one good way is enough.
func (v *verifier) verifyChain(chain []*x509.Certificate, cs tls.ConnectionState) error {
	if len(chain) > maxChain {
		return weak(interstitial.CodeTLSInvalid, "the chain is too long")
	}
	denied := v.denied()
	for _, c := range chain {
		if v.ca.Owns(c) {
			return errOwnCA
		}
		if denied.Denies(c) {
			return weak(interstitial.CodeTLSUntrusted, "a key in the chain is known to be abused")
		}
		for _, rule := range chainRules {
			if rule.broken(c) {
				return weak(interstitial.CodeTLSWeak, rule.detail)
			}
		}
	}
	leaf := chain[0]
	if !v.privateRoot(chain[len(chain)-1]) && tooLong(leaf) {
		return weak(interstitial.CodeTLSInvalid, "the certificate is valid for longer than public ones may be")
	}
	issuer := chain[min(1, len(chain)-1)]
	return checkStaple(cs.OCSPResponse, leaf, issuer, v.now(), cs.DidResume)
}

// privateRoot reports whether the owner of this machine added root by name.
func (v *verifier) privateRoot(root *x509.Certificate) bool {
	_, ok := v.private[sha256.Sum256(root.RawSubjectPublicKeyInfo)]
	return ok
}

var errOwnCA = weak(interstitial.CodeTLSOwnCA, "the certificate is signed by sekisho's own authority")

func weak(code interstitial.Code, detail string) error {
	return &failure{code: code, detail: detail}
}
