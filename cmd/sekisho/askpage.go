package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
)

var (
	// errNotServed is for connections that are closed unheard, as those of others
	// than access.clients are.
	errNotServed = errors.New("closed without an answer")
	// errSeen ends a handshake whose certificate is in order.
	errSeen = errors.New("seen")
)

// clearPage asks for the page of a blocked name over HTTP.
func clearPage(ctx context.Context, at, name string) error {
	conn, err := (&net.Dialer{Timeout: portTimeout}).DialContext(ctx, "tcp", at)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // nothing was sent that matters
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Mode: cors\r\nConnection: close\r\n\r\n", name); err != nil {
		return err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return errNotServed
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusForbidden || res.Header.Get("Sekisho-Incident") == "" {
		return fmt.Errorf("the answer is %s, and not sekisho's", res.Status)
	}
	return nil
}

// securePage asks for the certificate of a blocked name, and looks whether root
// vouches for it. The handshake is neither completed nor refused: this computer is
// not to count as one that trusts the authority, or does not, for this.
func securePage(ctx context.Context, at, name string, root *x509.Certificate) error {
	bare, err := (&net.Dialer{Timeout: portTimeout}).DialContext(ctx, "tcp", at)
	if err != nil {
		return err
	}
	conn := &mutable{Conn: bare}
	defer func() { _ = conn.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	var judged error
	err = tls.Client(conn, &tls.Config{
		ServerName: name, MinVersion: tls.VersionTLS13,
		InsecureSkipVerify: true, // VerifyConnection does it, and says no more
		VerifyConnection: func(s tls.ConnectionState) error {
			conn.mute.Store(true)
			between := x509.NewCertPool()
			for _, c := range s.PeerCertificates[1:] {
				between.AddCert(c)
			}
			if _, judged = s.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: between}); judged != nil {
				return judged
			}
			return errSeen
		},
	}).HandshakeContext(ctx)
	switch {
	case judged != nil:
		return judged
	case conn.mute.Load():
		return nil
	case err == nil || isClosed(err):
		return errNotServed
	}
	return err
}

// mutable is a connection on which nothing more is said once it is mute.
type mutable struct {
	net.Conn
	mute atomic.Bool
}

// Write implements [net.Conn].
func (c *mutable) Write(b []byte) (int, error) {
	if c.mute.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

// isClosed reports whether the other side ended the connection without a word.
func isClosed(err error) bool {
	const wsaeConnReset = syscall.Errno(10054) // how Windows says it
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, wsaeConnReset)
}
