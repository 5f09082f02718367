package proxy

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/proxy/origincert"
)

// failure is why something was not done, as a visitor is told. detail is one
// line of ours without anything the visitor sent; err is the cause.
type failure struct {
	code   interstitial.Code
	status int // of the answer, unless it is the code's
	detail string
	err    error
}

func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("%s: %s", f.code, f.detail)
	}
	return fmt.Sprintf("%s: %s: %v", f.code, f.detail, f.err)
}

func (f *failure) Unwrap() error { return f.err }

// refusal reports whether f is our own decision and not the origin's fault.
func (f *failure) refusal() bool {
	switch f.code {
	case interstitial.CodeAddress, interstitial.CodePort, interstitial.CodeSelf:
		return true
	}
	return false
}

// classify turns the error of a dial, a handshake or a round trip into a
// failure.
func classify(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	for _, known := range []func(error) (interstitial.Code, string){proxyReason, lookupReason, certificateReason, tlsReason, networkReason, httpReason} {
		if code, detail := known(err); code != "" {
			return &failure{code: code, detail: detail, err: err}
		}
	}
	return &failure{code: interstitial.CodeUpstreamClosed, detail: "the connection to the site failed", err: err}
}

// certificateCodes are what visitors are told of certificates.
var certificateCodes = map[origincert.Problem]interstitial.Code{
	origincert.Untrusted: interstitial.CodeTLSUntrusted, origincert.Weak: interstitial.CodeTLSWeak,
	origincert.Invalid: interstitial.CodeTLSInvalid, origincert.Revoked: interstitial.CodeTLSRevoked,
	origincert.OwnCA: interstitial.CodeTLSOwnCA,
}

func certificateReason(err error) (interstitial.Code, string) {
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

func tlsReason(err error) (interstitial.Code, string) {
	var record tls.RecordHeaderError
	if errors.As(err, &record) {
		return interstitial.CodeTLSProtocol, "the site does not speak TLS on this port"
	}
	var remote *net.OpError
	text := err.Error()
	switch {
	case strings.Contains(text, "protocol version"), strings.Contains(text, "unsupported protocol"):
		return interstitial.CodeTLSProtocol, "the site speaks no TLS version from 1.2 on"
	case strings.Contains(text, "x509:"), strings.Contains(text, "failed to parse certificate"):
		return interstitial.CodeTLSInvalid, "the certificate is malformed"
	case errors.As(err, &remote) && remote.Op == "remote error":
		return interstitial.CodeTLSHandshake, "the site ended the handshake: " + remote.Err.Error()
	case strings.HasPrefix(text, "tls: "):
		return interstitial.CodeTLSHandshake, "the handshake with the site failed"
	}
	return "", ""
}

func networkReason(err error) (interstitial.Code, string) {
	var timeout net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return interstitial.CodeTimeout, "the site did not answer in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return interstitial.CodeRefused, "nothing listens there"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return interstitial.CodeUnreachable, "there is no route to the site"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return interstitial.CodeUpstreamClosed, "the site closed the connection"
	}
	return "", ""
}

// invalidAnswer are parts of what net/http says of answers that it cannot read.
// Its errors have no types.
var invalidAnswer = []string{
	"malformed", "net/http: HTTP/1.x transport connection broken", "exceeded", "invalid header", "http2: ",
	"Content-Length", "transfer encoding", "bad trailer", "switch protocol",
}

func httpReason(err error) (interstitial.Code, string) {
	text := err.Error()
	for _, sign := range invalidAnswer {
		if strings.Contains(text, sign) {
			return interstitial.CodeUpstreamInvalid, "the site's answer is not valid HTTP"
		}
	}
	return "", ""
}

// errorHeader names the reason of an answer that stands in for a site's.
const errorHeader = "Sekisho-Error"

// fail answers r with the page for f.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, t target, f *failure) {
	page := s.failurePage(r, t, f)
	body, err := page.Render()
	if err != nil {
		s.log.Error("failure page not rendered", zap.String("code", string(f.code)), zap.Error(err))
		body = nil
	}
	page.SetHeaders(w.Header())
	w.Header().Set(errorHeader, string(f.code))
	w.WriteHeader(cmp.Or(f.status, f.code.Status()))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
	s.log.Debug("failed", zap.String("host", t.name.String()), zap.Uint16("port", t.port),
		zap.String("code", string(f.code)), zap.String("detail", f.detail))
}

func (s *Server) failurePage(r *http.Request, t target, f *failure) interstitial.Failure {
	s.counts.failure(f.code)
	s.refusedCertificate(r, t, f)
	return interstitial.Failure{
		Lang:   s.language(r),
		Code:   f.code,
		Host:   t.name.String(),
		Port:   t.port,
		Detail: f.detail,
		Time:   time.Now(),
	}
}

func (s *Server) language(r *http.Request) interstitial.Lang {
	return interstitial.Negotiate(s.settings.Load().Language, r.Header.Get("Accept-Language"))
}
