package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"sekisho/interstitial"
	"sekisho/proxy/netconn"
)

const (
	// maxProxyReply bounds the answer of an upstream proxy to CONNECT, interim
	// answers included.
	maxProxyReply = 64 << 10
	// maxReplyLine bounds one line of it.
	maxReplyLine = 8 << 10
)

// errReply is an answer to CONNECT that is not HTTP.
var errReply = errors.New("malformed answer to CONNECT")

// readTunnelReply reads the head of a proxy's answer to CONNECT and returns its
// status, and what the other end of the tunnel said right behind it. Interim
// answers are skipped (RFC 9110, section 15.2). Of the fields nothing is wanted:
// a length or a coding that a success claims must be ignored (section 9.3.6),
// which [http.ReadResponse] would not do.
func readTunnelReply(conn net.Conn) (status int, early []byte, err error) {
	br := bufio.NewReaderSize(&netconn.Limited{Conn: conn, Left: maxProxyReply}, maxReplyLine)
	for {
		line, err := replyLine(br)
		if err != nil {
			return 0, nil, err
		}
		if status = statusOf(line); status == 0 {
			return 0, nil, errReply
		}
		for len(line) > 0 {
			if line, err = replyLine(br); err != nil {
				return 0, nil, err
			}
		}
		if status >= 200 || status == http.StatusSwitchingProtocols {
			early, _ = br.Peek(br.Buffered())
			return status, early, nil
		}
	}
}

// replyLine reads a line without its end, valid until the next.
func replyLine(br *bufio.Reader) ([]byte, error) {
	line, err := br.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, netconn.ErrTooMuch
	case errors.Is(err, io.EOF) && len(line) > 0:
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	}
	line = line[:len(line)-1]
	return bytes.TrimSuffix(line, []byte("\r")), nil
}

// statusOf is the code in the status line of HTTP/1.0 or 1.1, or 0.
func statusOf(line []byte) (status int) {
	rest, ok := bytes.CutPrefix(line, []byte("HTTP/1."))
	if !ok || len(rest) < 5 || rest[0] != '0' && rest[0] != '1' || rest[1] != ' ' || len(rest) > 5 && rest[5] != ' ' {
		return 0
	}
	for _, c := range rest[2:5] {
		if c < '0' || c > '9' {
			return 0
		}
		status = status*10 + int(c-'0')
	}
	if status < 100 || status > 599 {
		return 0
	}
	return status
}

// unreadableReply is the failure of an answer that could not be read.
func unreadableReply(err error) *failure {
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy did not answer in time", err: err}
	case errors.Is(err, errReply), errors.Is(err, netconn.ErrTooMuch):
		return &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy's answer is not HTTP", err: err}
	}
	return &failure{code: interstitial.CodeUpstreamProxy, detail: "the upstream proxy closed the connection", err: err}
}

// refusedTunnel is an upstream proxy's word that it opens no tunnel.
type refusedTunnel struct{ status int }

func (e *refusedTunnel) Error() string {
	return fmt.Sprintf("the upstream proxy answered %d", e.status)
}

// byRule reports whether the refusal may be a rule about the port rather than the
// state of the proxy or of the site.
func (e *refusedTunnel) byRule() bool {
	return e.status >= 400 && e.status < 500 && e.status != http.StatusProxyAuthRequired && e.status != http.StatusTooManyRequests ||
		e.status == http.StatusNotImplemented
}

// proxyReason names what an upstream proxy said.
func proxyReason(err error) (interstitial.Code, string) {
	var refused *refusedTunnel
	switch {
	case !errors.As(err, &refused):
		return "", ""
	case refused.status == http.StatusProxyAuthRequired:
		return interstitial.CodeUpstreamProxyLogin, "the upstream proxy answered 407"
	}
	return interstitial.CodeUpstreamProxy, refused.Error()
}
