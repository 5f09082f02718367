package proxy_test

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

// tlsFeature is the extension by which a certificate demands a staple
// (RFC 7633).
func tlsFeature(value ...byte) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: value}}
	}
}

// mustStaple is the feature status_request.
var mustStaple = tlsFeature(0x30, 3, 2, 1, 5)

// response is an OCSP response about the site's certificate.
func response(status int, age time.Duration) ocsp.Response {
	return ocsp.Response{
		Status: status, ThisUpdate: time.Now().Add(-age), NextUpdate: time.Now().Add(48*time.Hour - age),
		RevokedAt: time.Now().Add(-time.Hour),
	}
}

// stapled is a certificate with a staple that its authority signed.
func stapled(r ocsp.Response, f func(*x509.Certificate)) func(*lab, string) []labnet.OriginOption {
	return keyPair(func(l *lab, host string) tls.Certificate {
		cert := l.CA().Issue(l.t, []string{host}, f)
		cert.OCSPStaple = staple(l, l.CA().Certificate(), l.CA().Signer(), r, cert)
		return cert
	})
}

// staple makes a response about cert that by signed, with the certificate of the
// responder inside unless that is the issuer's own.
func staple(l *lab, responder *x509.Certificate, by crypto.Signer, r ocsp.Response, cert tls.Certificate) []byte {
	l.t.Helper()
	r.SerialNumber = cert.Leaf.SerialNumber
	if responder != l.CA().Certificate() {
		r.Certificate = responder
	}
	der, err := ocsp.CreateResponse(l.CA().Certificate(), responder, r, by)
	if err != nil {
		l.t.Fatal(err)
	}
	return der
}

// delegated is a certificate whose staple is signed by another key of the same
// authority, with or without the right to.
func delegated(status int, u x509.ExtKeyUsage, change ...func(*x509.Certificate)) func(*lab, string) []labnet.OriginOption {
	return keyPair(func(l *lab, host string) tls.Certificate {
		cert := l.CA().Issue(l.t, []string{host}, mustStaple)
		key := labnet.NewKey(l.t)
		responder := l.CA().IssueKey(l.t, []string{"ocsp.labnet.example"}, key, func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{u}
			for _, f := range change {
				f(c)
			}
		})
		cert.OCSPStaple = staple(l, responder.Leaf, key, response(status, 0), cert)
		return cert
	})
}

// TestCasesStaple: what a stapled OCSP response says, and what its lack means.
func TestCasesStaple(t *testing.T) {
	t.Parallel()
	runCases(t, []originCase{
		{"CV-11 good", "", stapled(response(ocsp.Good, 0), nil)},
		{"CV-11 revoked", interstitial.CodeTLSRevoked, stapled(response(ocsp.Revoked, 0), nil)},
		{"CV-11 revoked, stale", interstitial.CodeTLSRevoked, stapled(response(ocsp.Revoked, 96*time.Hour), nil)},
		{"CV-11 revoked, by a delegate", interstitial.CodeTLSRevoked, delegated(ocsp.Revoked, x509.ExtKeyUsageOCSPSigning)},
		{"CV-11 unknown", "", stapled(response(ocsp.Unknown, 0), nil)},
		{"CV-11 junk", "", keyPair(func(l *lab, host string) tls.Certificate {
			cert := l.CA().Issue(l.t, []string{host}, nil)
			cert.OCSPStaple = []byte("no response at all")
			return cert
		})},
		{"CV-13 none", interstitial.CodeTLSInvalid, mutated(mustStaple)},
		{"CV-13 good", "", stapled(response(ocsp.Good, 0), mustStaple)},
		{"CV-13 good, by a delegate", "", delegated(ocsp.Good, x509.ExtKeyUsageOCSPSigning)},
		{"CV-13 good, by a delegate no longer", interstitial.CodeTLSInvalid, delegated(ocsp.Good, x509.ExtKeyUsageOCSPSigning, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
		})},
		{"CV-13 good, by a delegate not yet", interstitial.CodeTLSInvalid, delegated(ocsp.Good, x509.ExtKeyUsageOCSPSigning, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(24*time.Hour), time.Now().Add(48*time.Hour)
		})},
		{"CV-13 good, by any site", interstitial.CodeTLSInvalid, delegated(ocsp.Good, x509.ExtKeyUsageServerAuth)},
		{"CV-13 stale", interstitial.CodeTLSInvalid, stapled(response(ocsp.Good, 96*time.Hour), mustStaple)},
		{"CV-13 from the future", interstitial.CodeTLSInvalid, stapled(response(ocsp.Good, -48*time.Hour), mustStaple)},
		{"CV-13 unknown", interstitial.CodeTLSInvalid, stapled(response(ocsp.Unknown, 0), mustStaple)},
		{"CV-13 about another", interstitial.CodeTLSInvalid, keyPair(func(l *lab, host string) tls.Certificate {
			cert, other := l.CA().Issue(l.t, []string{host}, mustStaple), l.CA().Issue(l.t, []string{host}, nil)
			cert.OCSPStaple = staple(l, l.CA().Certificate(), l.CA().Signer(), response(ocsp.Good, 0), other)
			return cert
		})},
		{"CV-13 malformed feature", interstitial.CodeTLSInvalid, mutated(tlsFeature(0x30, 9, 2, 1, 5))},
		{"CV-13 another feature", "", mutated(tlsFeature(0x30, 3, 2, 1, 6))},
	})
}
