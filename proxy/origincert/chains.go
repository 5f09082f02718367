package origincert

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"runtime"
	"sync"
	"time"

	"sekisho/proxy/recent"
)

const (
	// chainsFor is how long certificates that led to a root are not followed there
	// again. The system's own verifier, where it is asked, may change its mind.
	chainsFor = 5 * time.Minute
	// maxChains bounds the memory of them, about 5 KiB each without what the
	// certificates of one authority share. One that is forgotten costs one verification.
	maxChains = 1024
)

// chains remembers to which roots certificates lead. A browser opens half a dozen
// connections to a site at once, and sites of one host share a certificate; each
// signature of a chain costs as much as one of the handshake. Only the ways to the
// roots are remembered: the name, the times and all rules of [Verifier] are judged
// for each connection.
type chains struct {
	roots *x509.CertPool
	now   func() time.Time

	mu    sync.Mutex
	known *recent.Map[chainKey, knownChains]
}

// chainKey is a digest of certificates as they were sent, in their order.
type chainKey [sha256.Size]byte

type knownChains struct {
	chains      [][]*x509.Certificate
	from, until time.Time // in which all certificates are valid
}

func newChains(roots *x509.CertPool) *chains {
	return &chains{roots: roots, now: time.Now, known: recent.New[chainKey, knownChains](maxChains)}
}

// verify does what crypto/tls does with the certificates of a server called host:
// it fills in VerifiedChains, or returns the same error. more are intermediates
// that the server should have sent.
func (c *chains) verify(cs *tls.ConnectionState, host string, more []*x509.Certificate) error {
	sent := cs.PeerCertificates
	key, now := keyOf(host, sent, more), c.now()
	if known, ok := c.recall(key, now); ok && sent[0].VerifyHostname(host) == nil {
		cs.VerifiedChains = known
		return nil
	}
	found, err := Chains(c.roots, host, sent, more)
	if err != nil {
		return err
	}
	c.remember(key, found, now)
	cs.VerifiedChains = found
	return nil
}

// platformVerifier tells that crypto/x509 may ask the system, which is told the
// host's name and may decide by it.
const platformVerifier = runtime.GOOS == "windows" || runtime.GOOS == "darwin"

func keyOf(host string, lists ...[]*x509.Certificate) (key chainKey) {
	h := sha256.New()
	if platformVerifier {
		_, _ = h.Write([]byte(host))
	}
	for _, list := range lists {
		// A certificate in DER has its own length; that of the list tells what
		// was sent from what was added.
		_, _ = h.Write([]byte{0, byte(len(list) >> 8), byte(len(list))})
		for _, cert := range list {
			_, _ = h.Write(cert.Raw)
		}
	}
	h.Sum(key[:0])
	return key
}

func (c *chains) recall(key chainKey, now time.Time) ([][]*x509.Certificate, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.known.Get(key)
	return known.chains, ok && !now.Before(known.from) && now.Before(known.until)
}

func (c *chains) remember(key chainKey, found [][]*x509.Certificate, now time.Time) {
	k := knownChains{chains: found, until: now.Add(chainsFor)}
	// A clock that was set back must not make it longer.
	k.from = now
	for _, chain := range found {
		for _, cert := range chain {
			if cert.NotAfter.Before(k.until) {
				k.until = cert.NotAfter
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known.Put(key, k)
}

func (c *chains) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known.Clear()
}

// Chains returns the ways from what a server called host sent to roots, by way of
// more as well; it is crypto/tls's own verification with further intermediates.
// Without any the error is a [*tls.CertificateVerificationError].
func Chains(roots *x509.CertPool, host string, sent, more []*x509.Certificate) ([][]*x509.Certificate, error) {
	o := x509.VerifyOptions{Roots: roots, DNSName: host, Intermediates: x509.NewCertPool()}
	for _, c := range append(sent[1:len(sent):len(sent)], more...) {
		o.Intermediates.AddCert(c)
	}
	chains, err := sent[0].Verify(o)
	if err != nil {
		return nil, &tls.CertificateVerificationError{UnverifiedCertificates: sent, Err: err}
	}
	return chains, nil
}
