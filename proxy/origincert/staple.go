package origincert

import (
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

// stapleSkew is how far a responder's clock may be ahead of ours.
const stapleSkew = time.Hour

// oidTLSFeature is the extension by which a certificate demands a staple
// (RFC 7633), and statusRequest the feature that does (RFC 6066, section 8).
var oidTLSFeature = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}

const statusRequest = 5

// checkStaple judges the OCSP response that a site sent along. What a staple
// does not say is asked of nobody: a request to the authority would tell it
// where people go, keep the page waiting and lead where a stranger's
// certificate points.
//
// A resumed session carries the staple of its first handshake, which was fresh
// then, and ends within a week (RFC 8446, section 4.6.1).
func checkStaple(der []byte, leaf, issuer *x509.Certificate, now time.Time, resumed bool) error {
	r := parseStaple(der, leaf, issuer, now)
	if r != nil && r.Status == ocsp.Revoked {
		return fault(Revoked, "revoked at "+r.RevokedAt.UTC().Format(time.RFC3339))
	}
	if !mustStaple(leaf) || resumed && len(der) > 0 {
		return nil
	}
	if r == nil || r.Status != ocsp.Good || !fresh(r, now) {
		return fault(Invalid, "the certificate promises proof that it is not revoked, and the site sent none")
	}
	return nil
}

// parseStaple returns the response in der when the issuer, or whom it named,
// signed it for leaf; else nil.
func parseStaple(der []byte, leaf, issuer *x509.Certificate, now time.Time) *ocsp.Response {
	if len(der) == 0 {
		return nil
	}
	r, err := ocsp.ParseResponseForCert(der, leaf, issuer)
	if err != nil {
		return nil
	}
	// x/crypto/ocsp checks that issuer signed the delegate's certificate, but
	// not that it was signed for this (RFC 6960, section 4.2.2.2): any site of
	// the same authority could speak for any other.
	if c := r.Certificate; c != nil &&
		(!slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) || now.Before(c.NotBefore) || now.After(c.NotAfter)) {
		return nil
	}
	return r
}

// fresh reports whether a response speaks of now. One without an end never does:
// there is always a newer one.
func fresh(r *ocsp.Response, now time.Time) bool {
	return !r.ThisUpdate.After(now.Add(stapleSkew)) && now.Before(r.NextUpdate)
}

// mustStaple reports whether leaf demands a staple.
func mustStaple(leaf *x509.Certificate) bool {
	for _, e := range leaf.Extensions {
		if !e.Id.Equal(oidTLSFeature) {
			continue
		}
		var features []int
		rest, err := asn1.Unmarshal(e.Value, &features)
		return err != nil || len(rest) > 0 || slices.Contains(features, statusRequest)
	}
	return false
}
