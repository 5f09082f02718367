// Package diagnosis names the cause of a dial, a handshake or a round trip that failed,
// as a visitor is told: by a code and one line without anything that the site sent.
package diagnosis

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"sekisho/interstitial"
)

// Of returns the cause of err, or "" for none that is known. What a certificate is not
// accepted for comes first, then TLS, the network and HTTP.
func Of(err error) (code interstitial.Code, detail string) {
	for _, known := range []func(error) (interstitial.Code, string){certificate, handshake, network, answer} {
		if code, detail = known(err); code != "" {
			return code, detail
		}
	}
	return "", ""
}

func handshake(err error) (interstitial.Code, string) {
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

func network(err error) (interstitial.Code, string) {
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

func answer(err error) (interstitial.Code, string) {
	text := err.Error()
	for _, sign := range invalidAnswer {
		if strings.Contains(text, sign) {
			return interstitial.CodeUpstreamInvalid, "the site's answer is not valid HTTP"
		}
	}
	return "", ""
}
