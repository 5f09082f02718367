package origincert

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"time"

	"sekisho/certs"
)

// MaxChain is how many certificates a chain may have: far above what public
// authorities issue.
const MaxChain = 8

// Verifier closes the gaps that crypto/x509 leaves between "a chain exists" and
// "a browser would accept it". Make one with [New]; it is safe for concurrent use.
//
// The strict rules (leafRules, chainRules) hold whoever added the root. The
// limits on a certificate's validity are rules for public authorities alone: an
// office may give its own printer ten years.
type Verifier struct {
	ca *certs.Authority
	// denied returns the keys that never vouch for a site.
	denied func() *certs.DenyList
	// private are the keys of roots that the owner added.
	private map[[sha256.Size]byte]struct{}
	chains  *chains
	now     func() time.Time
}

// New returns a verifier that trusts roots. ca is our own authority, which no site
// may use; private are those of roots that the owner of this machine added; denied
// returns the keys that never vouch for a site, and is called concurrently.
func New(ca *certs.Authority, roots *x509.CertPool, private []*x509.Certificate, denied func() *certs.DenyList) *Verifier {
	v := &Verifier{ca: ca, denied: denied, private: map[[sha256.Size]byte]struct{}{}, chains: newChains(roots), now: time.Now}
	for _, c := range private {
		v.private[sha256.Sum256(c.RawSubjectPublicKeyInfo)] = struct{}{}
	}
	return v
}

// Verify judges what a server that is called host showed in a handshake. more are
// intermediates that it should have sent. It belongs into VerifyConnection, which
// unlike VerifyPeerCertificate also runs on resumed sessions: what was distrusted
// since the session began is refused. The error is an [*Error], or what crypto/tls
// says of certificates that lead nowhere, a [*tls.CertificateVerificationError].
func (v *Verifier) Verify(cs tls.ConnectionState, host string, more []*x509.Certificate) error {
	if len(cs.PeerCertificates) > 0 {
		if err := v.chains.verify(&cs, host, more); err != nil {
			return err
		}
	}
	return v.verify(cs)
}

// Forget has every chain built anew, as after a change of the network or the roots.
func (v *Verifier) Forget() { v.chains.forget() }

// verify judges a connection whose chains crypto/x509 has built.
func (v *Verifier) verify(cs tls.ConnectionState) error {
	if len(cs.PeerCertificates) == 0 || len(cs.VerifiedChains) == 0 {
		return fault(Untrusted, "the site sent no verifiable certificate")
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
			return fault(Invalid, rule.detail)
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
func (v *Verifier) verifyChain(chain []*x509.Certificate, cs tls.ConnectionState) error {
	if len(chain) > MaxChain {
		return fault(Invalid, "the chain is too long")
	}
	denied := v.denied()
	for _, c := range chain {
		if v.ca.Owns(c) {
			return errOwnCA
		}
		if denied.Denies(c) {
			return fault(Untrusted, "a key in the chain is known to be abused")
		}
		for _, rule := range chainRules {
			if rule.broken(c) {
				return fault(Weak, rule.detail)
			}
		}
	}
	leaf := chain[0]
	if !v.privateRoot(chain[len(chain)-1]) && tooLong(leaf) {
		return fault(Invalid, "the certificate is valid for longer than public ones may be")
	}
	issuer := chain[min(1, len(chain)-1)]
	return checkStaple(cs.OCSPResponse, leaf, issuer, v.now(), cs.DidResume)
}

// Private reports whether one of the roots that the owner added vouches for a server
// called host that [Verifier.Verify] let pass. The arguments are the same.
func (v *Verifier) Private(cs tls.ConnectionState, host string, more []*x509.Certificate) bool {
	if len(v.private) == 0 || len(cs.PeerCertificates) == 0 || v.chains.verify(&cs, host, more) != nil {
		return false
	}
	return slices.ContainsFunc(cs.VerifiedChains, func(chain []*x509.Certificate) bool {
		return v.privateRoot(chain[len(chain)-1]) && v.verifyChain(chain, cs) == nil
	})
}

// privateRoot reports whether the owner of this machine added root by name.
func (v *Verifier) privateRoot(root *x509.Certificate) bool {
	_, ok := v.private[sha256.Sum256(root.RawSubjectPublicKeyInfo)]
	return ok
}

var errOwnCA = fault(OwnCA, "the certificate is signed by sekisho's own authority")
