package diagnosis_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"sekisho/interstitial"
	"sekisho/proxy/diagnosis"
	"sekisho/proxy/origincert"
)

// TestOf: the first cause that is known is told, however deep it lies.
func TestOf(t *testing.T) {
	t.Parallel()
	over := &x509.Certificate{NotAfter: time.Unix(0, 0)}
	for name, tt := range map[string]struct {
		err  error
		want interstitial.Code
	}{
		"a rule of browsers": {&origincert.Error{Problem: origincert.Revoked, Detail: "x"}, interstitial.CodeTLSRevoked},
		"expired":            {&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Cert: over, Reason: x509.Expired}}, interstitial.CodeTLSExpired},
		"another host":       {&tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: over}}, interstitial.CodeTLSHost},
		"unknown authority":  {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, interstitial.CodeTLSUntrusted},
		"SHA-1": {&tls.CertificateVerificationError{
			UnverifiedCertificates: []*x509.Certificate{{RawIssuer: []byte("a"), RawSubject: []byte("b"), SignatureAlgorithm: x509.SHA1WithRSA}}, Err: x509.UnknownAuthorityError{},
		}, interstitial.CodeTLSWeak},
		"no TLS":        {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, interstitial.CodeTLSProtocol},
		"an alert":      {&net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}, interstitial.CodeTLSHandshake},
		"refused":       {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, interstitial.CodeRefused},
		"late":          {context.DeadlineExceeded, interstitial.CodeTimeout},
		"closed":        {io.ErrUnexpectedEOF, interstitial.CodeUpstreamClosed},
		"no HTTP":       {errors.New("malformed HTTP response \"x\""), interstitial.CodeUpstreamInvalid},
		"nothing known": {errors.New("something"), ""},
	} {
		code, detail := diagnosis.Of(fmt.Errorf("get it: %w", tt.err))
		if code != tt.want || (detail == "") != (code == "") {
			t.Errorf("%s: %q, %q; want %q", name, code, detail, tt.want)
		}
	}
}
