package diagnosis

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"

	"sekisho/interstitial"
	"sekisho/proxy/origincert"
)

// certificateCodes are what visitors are told of certificates.
var certificateCodes = map[origincert.Problem]interstitial.Code{
	origincert.Untrusted: interstitial.CodeTLSUntrusted, origincert.Weak: interstitial.CodeTLSWeak,
	origincert.Invalid: interstitial.CodeTLSInvalid, origincert.Revoked: interstitial.CodeTLSRevoked,
	origincert.OwnCA: interstitial.CodeTLSOwnCA,
}

// certificate names what is wrong with one.
func certificate(err error) (interstitial.Code, string) {
	var fault *origincert.Error
	if errors.As(err, &fault) {
		return certificateCodes[fault.Problem], fault.Detail
	}
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) {
		return invalidCertificate(invalid)
	}
	var host x509.HostnameError
	if errors.As(err, &host) {
		return interstitial.CodeTLSHost, "the certificate names other hosts"
	}
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		if brokenSignature(err) {
			return interstitial.CodeTLSWeak, "the certificate is signed with a broken algorithm"
		}
		return interstitial.CodeTLSUntrusted, "no trusted authority signed the certificate"
	}
	var insecure x509.InsecureAlgorithmError
	if errors.As(err, &insecure) {
		return interstitial.CodeTLSWeak, "the certificate is signed with a broken algorithm"
	}
	var critical x509.UnhandledCriticalExtension
	if errors.As(err, &critical) {
		return interstitial.CodeTLSInvalid, "the certificate has an unknown critical extension"
	}
	var other *tls.CertificateVerificationError
	if errors.As(err, &other) {
		return interstitial.CodeTLSInvalid, "the certificate could not be verified"
	}
	return "", ""
}

// brokenSignature reports whether no chain was found because a certificate is
// signed with an algorithm that crypto/x509 no longer follows. It keeps the cause
// to itself. A root's own signature says nothing and is not looked at.
func brokenSignature(err error) bool {
	var bad *tls.CertificateVerificationError
	if !errors.As(err, &bad) {
		return false
	}
	for _, c := range bad.UnverifiedCertificates {
		if bytes.Equal(c.RawIssuer, c.RawSubject) {
			continue
		}
		switch c.SignatureAlgorithm {
		case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
			return true
		}
	}
	return false
}

func invalidCertificate(e x509.CertificateInvalidError) (interstitial.Code, string) {
	switch e.Reason {
	case x509.Expired:
		if e.Cert != nil && time.Now().Before(e.Cert.NotBefore) {
			return interstitial.CodeTLSNotYet, "valid from " + e.Cert.NotBefore.UTC().Format(time.RFC3339)
		}
		if e.Cert != nil {
			return interstitial.CodeTLSExpired, "expired at " + e.Cert.NotAfter.UTC().Format(time.RFC3339)
		}
		return interstitial.CodeTLSExpired, "outside its validity"
	case x509.IncompatibleUsage:
		return interstitial.CodeTLSInvalid, "the certificate is not meant for servers"
	case x509.NotAuthorizedToSign:
		return interstitial.CodeTLSInvalid, "signed by a certificate that is no authority"
	case x509.TooManyIntermediates:
		return interstitial.CodeTLSInvalid, "the chain is longer than its authority allows"
	case x509.CANotAuthorizedForThisName, x509.NameConstraintsWithoutSANs, x509.UnconstrainedName:
		return interstitial.CodeTLSInvalid, "the authority may not sign for this name"
	case x509.NoValidChains:
		return interstitial.CodeTLSUntrusted, "no valid chain to a trusted authority"
	}
	return interstitial.CodeTLSInvalid, "the certificate is invalid"
}
