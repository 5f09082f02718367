package origincert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// minRSABits is the floor of the CA/Browser Forum's baseline requirements,
// section 6.1.5. It holds for roots as well: what a short root key signs can be
// forged just as what a short intermediate signs.
const minRSABits = 2048

// leafRules are what browsers hold against a site's own certificate and
// crypto/x509 does not.
var leafRules = []struct {
	detail string
	broken func(leaf *x509.Certificate, host string) bool
}{
	{"the site shows an authority's certificate as its own", func(leaf *x509.Certificate, _ string) bool { return leaf.IsCA }},
	{"the certificate is meant for any purpose", func(leaf *x509.Certificate, _ string) bool {
		return slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageAny)
	}},
	{"the certificate's key may not sign a handshake", func(leaf *x509.Certificate, _ string) bool {
		return leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0
	}},
	{"the certificate has a malformed name", func(leaf *x509.Certificate, _ string) bool {
		return slices.ContainsFunc(leaf.DNSNames, malformedName)
	}},
	{"the certificate is a wildcard for a whole public suffix", onlyBySuffixWildcard},
}

// chainRules are held against every certificate of a chain.
var chainRules = []struct {
	detail string
	broken func(*x509.Certificate) bool
}{
	{"an RSA key in the chain is shorter than 2048 bits", func(c *x509.Certificate) bool {
		key, ok := c.PublicKey.(*rsa.PublicKey)
		return ok && key.N.BitLen() < minRSABits
	}},
	{"a key in the chain is on the curve P-224", func(c *x509.Certificate) bool {
		key, ok := c.PublicKey.(*ecdsa.PublicKey)
		return ok && key.Curve == elliptic.P224()
	}},
}

// malformedName reports whether a DNS name holds a byte that none does. A NUL in
// the middle once made C programs read another name than the authority had
// checked.
func malformedName(san string) bool {
	return strings.ContainsFunc(san, func(r rune) bool { return r <= ' ' || r >= 0x7f })
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

// validityLimits are the longest validities of public server certificates, by
// the day of issue from which each holds, the latest first (baseline requirements, section
// 6.3.2, and ballot SC-081v3).
var validityLimits = []struct {
	from  time.Time
	limit time.Duration
}{
	{time.Date(2029, time.March, 15, 0, 0, 0, 0, time.UTC), 47 * day},
	{time.Date(2027, time.March, 15, 0, 0, 0, 0, time.UTC), 100 * day},
	{time.Date(2026, time.March, 15, 0, 0, 0, 0, time.UTC), 200 * day},
	{time.Date(2020, time.September, 1, 0, 0, 0, 0, time.UTC), 398 * day},
	{time.Time{}, 825 * day},
}

const day = 24 * time.Hour

// tooLong reports whether leaf is valid for longer than was allowed when it was
// issued.
func tooLong(leaf *x509.Certificate) bool {
	for _, l := range validityLimits {
		if !leaf.NotBefore.Before(l.from) {
			return leaf.NotAfter.Sub(leaf.NotBefore) > l.limit
		}
	}
	return true
}
