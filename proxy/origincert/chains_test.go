package origincert

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestChains is a sequence of verifications and what the memory of them may, and
// may not, spare: a name or a time that is wrong, another order or a certificate
// more are never taken for what was verified.
func TestChains(t *testing.T) {
	t.Parallel()
	ca, foreign := labnet.NewCA(t, "Chains"), labnet.NewCA(t, "Foreign")
	roots := x509.NewCertPool()
	roots.AddCert(ca.Certificate())
	begin := time.Now()
	middle := ca.Below(t, "Middle", labnet.NewKey(t), nil)
	short := func(c *x509.Certificate) { c.NotAfter = begin.Add(time.Minute) }
	shop := middle.Issue(t, []string{"shop.example", "*.shop.example"}, short).Leaf
	inter := middle.Certificate()
	stranger := foreign.Issue(t, []string{"shop.example"}, nil).Leaf

	now := begin
	c := newChains(roots)
	c.now = func() time.Time { return now }
	for _, step := range []struct {
		name  string
		after time.Duration
		host  string
		sent  []*x509.Certificate
		more  []*x509.Certificate
		known bool // remembered from before
		ok    bool
	}{
		{"first", 0, "shop.example", []*x509.Certificate{shop, inter}, nil, false, true},
		{"again", 0, "shop.example", []*x509.Certificate{shop, inter}, nil, true, true},
		{"another name that it has", 0, "a.shop.example", []*x509.Certificate{shop, inter}, nil, true, true},
		{"a name that it has not", 0, "evil.example", []*x509.Certificate{shop, inter}, nil, true, false},
		{"a name below a wildcard's", 0, "a.b.shop.example", []*x509.Certificate{shop, inter}, nil, true, false},
		{"without its intermediate", 0, "shop.example", []*x509.Certificate{shop}, nil, false, false},
		{"with it from elsewhere", 0, "shop.example", []*x509.Certificate{shop}, []*x509.Certificate{inter}, false, true},
		{"of another authority", 0, "shop.example", []*x509.Certificate{stranger}, nil, false, false},
		{"of another authority, with our intermediate", 0, "shop.example", []*x509.Certificate{stranger, inter}, nil, false, false},
		{"before the memory began", -time.Second, "shop.example", []*x509.Certificate{shop, inter}, nil, false, true},
		// crypto/x509 goes by the real time, in which it has not.
		{"expired since", 2 * time.Minute, "shop.example", []*x509.Certificate{shop, inter}, nil, false, true},
	} {
		now = begin.Add(step.after)
		if _, known := c.recall(keyOf(step.host, step.sent, step.more), now); known != step.known && !platformVerifier {
			t.Errorf("%s: remembered = %t; want %t", step.name, known, step.known)
		}
		cs := tls.ConnectionState{PeerCertificates: step.sent}
		err := c.verify(&cs, step.host, step.more)
		var bad *tls.CertificateVerificationError
		if (err == nil) != step.ok || err != nil && !errors.As(err, &bad) {
			t.Errorf("%s: err = %v; want ok %t", step.name, err, step.ok)
		}
		if err == nil && (len(cs.VerifiedChains) == 0 || !cs.VerifiedChains[0][len(cs.VerifiedChains[0])-1].Equal(ca.Certificate())) {
			t.Errorf("%s: chains = %v; want one to the root", step.name, cs.VerifiedChains)
		}
	}
	now = begin
	c.forget()
	if _, known := c.recall(keyOf("shop.example", []*x509.Certificate{shop, inter}, nil), now); known {
		t.Error("remembered after all was to be forgotten")
	}
}

// TestChainsBound: the memory does not grow with what servers send.
func TestChainsBound(t *testing.T) {
	t.Parallel()
	c := newChains(x509.NewCertPool())
	for i := range 2*maxChains + 1 {
		c.remember(keyOf(fmt.Sprint(i), []*x509.Certificate{{Raw: fmt.Append(nil, i)}}), nil, c.now())
	}
	if n := c.known.Len(); n > maxChains {
		t.Errorf("%d are kept; want %d at most", n, maxChains)
	}
}
