package proxy_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

// below is a leaf of an intermediate that differs from a good one by f.
func below(f func(host string, c *x509.Certificate)) func(*lab, string) []labnet.OriginOption {
	return keyPair(func(l *lab, host string) tls.Certificate {
		ca := l.CA().Below(l.t, "Labnet Intermediate "+host, nil, func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
			f(host, c)
		})
		return ca.Issue(l.t, []string{host}, nil)
	})
}

// TestCasesChain: what the way to a root may look like.
func TestCasesChain(t *testing.T) {
	t.Parallel()
	runCases(t, []originCase{
		{"CV-06 untrusted root", interstitial.CodeTLSUntrusted, keyPair(func(l *lab, host string) tls.Certificate {
			return labnet.NewCA(l.t, "Nobody's Root").Issue(l.t, []string{host}, nil)
		})},
		{"CV-07 forged root", interstitial.CodeTLSUntrusted, keyPair(func(l *lab, host string) tls.Certificate {
			return labnet.NewCA(l.t, "Labnet Root").Issue(l.t, []string{host}, nil)
		})},
		{"CV-07 forged root in the chain", interstitial.CodeTLSUntrusted, keyPair(func(l *lab, host string) tls.Certificate {
			forged := labnet.NewCA(l.t, "Labnet Root")
			cert := forged.Issue(l.t, []string{host}, nil)
			cert.Certificate = append(cert.Certificate, forged.Certificate().Raw, l.CA().Certificate().Raw)
			return cert
		})},
		{"CV-09 own authority", interstitial.CodeTLSOwnCA, keyPair(ownLeaf)},
		{"CV-09 own root beside a good chain", interstitial.CodeTLSOwnCA, keyPair(func(l *lab, host string) tls.Certificate {
			cert := l.CA().Issue(l.t, []string{host}, nil)
			cert.Certificate = append(cert.Certificate, l.ca.Root().Raw)
			return cert
		})},
		{"CV-10 another interception authority", interstitial.CodeTLSUntrusted, keyPair(func(l *lab, host string) tls.Certificate {
			return labnet.NewCA(l.t, "Office Web Gateway").Issue(l.t, []string{host}, nil)
		})},
		{"CV-27 intermediate for clients", interstitial.CodeTLSInvalid, below(func(_ string, c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		})},
		{"CV-31 intermediate that is no authority", interstitial.CodeTLSUntrusted, below(func(_ string, c *x509.Certificate) { c.IsCA = false })},
		{"CV-32 intermediate without basicConstraints", interstitial.CodeTLSUntrusted, below(func(_ string, c *x509.Certificate) {
			c.IsCA, c.BasicConstraintsValid = false, false
		})},
		{"CV-32 X.509 v1 intermediate", interstitial.CodeTLSUntrusted, keyPair(versionOne)},
		{"CV-33 intermediate that may not sign", interstitial.CodeTLSUntrusted, below(func(_ string, c *x509.Certificate) {
			c.KeyUsage = x509.KeyUsageDigitalSignature
		})},
		{"CV-34 path length", interstitial.CodeTLSInvalid, keyPair(func(l *lab, host string) tls.Certificate {
			upper := l.CA().Below(l.t, "Labnet Upper", nil, func(c *x509.Certificate) { c.MaxPathLenZero = true })
			return upper.Below(l.t, "Labnet Lower", nil, nil).Issue(l.t, []string{host}, nil)
		})},
		{"CV-35 expired intermediate", interstitial.CodeTLSExpired, below(func(_ string, c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-72*time.Hour), time.Now().Add(-time.Hour)
		})},
		{"CV-36 permitted for others", interstitial.CodeTLSInvalid, below(func(_ string, c *x509.Certificate) {
			c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"other.example"}
		})},
		{"CV-36 permitted", "", below(func(host string, c *x509.Certificate) {
			c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{host}
		})},
		{"CV-37 excluded", interstitial.CodeTLSInvalid, below(func(host string, c *x509.Certificate) {
			c.PermittedDNSDomainsCritical, c.ExcludedDNSDomains = true, []string{host}
		})},
		{"CV-37 excluded, wildcard leaf", interstitial.CodeTLSInvalid, keyPair(func(l *lab, host string) tls.Certificate {
			_, parent, _ := strings.Cut(host, ".")
			ca := l.CA().Below(l.t, "Labnet Constrained", nil, func(c *x509.Certificate) {
				c.PermittedDNSDomainsCritical, c.ExcludedDNSDomains = true, []string{host}
			})
			return ca.Issue(l.t, []string{"*." + parent}, nil)
		})},
		{"CV-38 unknown critical extension above", interstitial.CodeTLSInvalid, below(func(_ string, c *x509.Certificate) { unknownCritical(c) })},
		{"CV-47 40 intermediates", interstitial.CodeTLSInvalid, keyPair(deep(40))},
		{"CV-47 8 certificates", "", keyPair(deep(6))},
		{"CV-47 9 certificates", interstitial.CodeTLSInvalid, keyPair(deep(7))},
		{"CV-47 1,000 names", "", mutated(manyNames(1000))},
		{"CV-47 10,000 names", interstitial.CodeTLSHandshake, mutated(manyNames(10_000))},
		{"CV-47 name constraints of 100 KB", interstitial.CodeTLSInvalid, keyPair(constraintBomb)},
		{"CV-48 reversed", "", keyPair(func(l *lab, host string) tls.Certificate {
			cert := l.CA().Below(l.t, "Labnet A", nil, nil).Below(l.t, "Labnet B", nil, nil).Issue(l.t, []string{host}, nil)
			cert.Certificate = append(cert.Certificate, l.CA().Certificate().Raw, labnet.NewCA(l.t, "Stray").Certificate().Raw)
			slices.Reverse(cert.Certificate[1:])
			return cert
		})},
	})
}

func ownLeaf(l *lab, host string) tls.Certificate {
	leaf, err := l.ca.Leaf(name(l.t, host))
	if err != nil {
		l.t.Fatal(err)
	}
	return *leaf
}

// deep is a leaf below so many intermediates.
func deep(n int) func(*lab, string) tls.Certificate {
	return func(l *lab, host string) tls.Certificate {
		ca := l.CA()
		for i := range n {
			ca = ca.Below(l.t, fmt.Sprintf("Labnet %d of %s", i, host), nil, nil)
		}
		return ca.Issue(l.t, []string{host}, nil)
	}
}

// manyNames adds names until there are n.
func manyNames(n int) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for i := len(c.DNSNames); i < n; i++ {
			c.DNSNames = append(c.DNSNames, fmt.Sprintf("name-%05d.of.many.labnet.example", i))
		}
	}
}

// constraintBomb has 4,000 exclusions to compare with each of 1,000 names.
func constraintBomb(l *lab, host string) tls.Certificate {
	ca := l.CA().Below(l.t, "Labnet Bomb", nil, func(c *x509.Certificate) {
		c.PermittedDNSDomainsCritical = true
		for i := range 4000 {
			c.ExcludedDNSDomains = append(c.ExcludedDNSDomains, fmt.Sprintf("excluded-%05d.example", i))
		}
		c.ExcludedDNSDomains = append(c.ExcludedDNSDomains, host)
	})
	return ca.Issue(l.t, []string{host}, manyNames(1000))
}

// versionOne has an intermediate without extensions, as X.509 v1 has none.
func versionOne(l *lab, host string) tls.Certificate {
	ca := l.CA().Below(l.t, "Labnet Old", nil, func(c *x509.Certificate) {
		*c = x509.Certificate{
			SerialNumber: c.SerialNumber, Subject: pkix.Name{CommonName: "Labnet Old"}, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
			KeyUsage: 0, BasicConstraintsValid: false,
		}
	})
	return ca.Issue(l.t, []string{host}, nil)
}
