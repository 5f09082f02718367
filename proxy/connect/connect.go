// Package connect asks another HTTP proxy for a tunnel (RFC 9110, section 9.3.6). Which
// proxy, and what may be asked of it, its caller decides.
package connect

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"sekisho/proxy/netconn"
)

const (
	// maxProxyReply bounds the answer of an upstream proxy to CONNECT, interim
	// answers included.
	maxProxyReply = 64 << 10
	// maxReplyLine bounds one line of it.
	maxReplyLine = 8 << 10
)

// ErrReply is an answer to CONNECT that is not HTTP.
var ErrReply = errors.New("malformed answer to CONNECT")

// Ask has the proxy at the other end of conn connect to authority. A user that via
// names is told it, with the password.
func Ask(conn net.Conn, via *url.URL, authority string) error {
	head := "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n"
	if via.User != nil {
		password, _ := via.User.Password()
		head += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(via.User.Username()+":"+password)) + "\r\n"
	}
	_, err := io.WriteString(conn, head+"\r\n")
	return err
}

// Answer reads the proxy's answer, within bounds, and returns the tunnel, which is conn with what came
// behind the answer in front. A [*Refused] is what the proxy said instead,
// and what cannot be read as HTTP is [ErrReply] or [netconn.ErrTooMuch].
func Answer(conn net.Conn) (net.Conn, error) {
	status, early, err := readTunnelReply(conn)
	switch {
	case err != nil:
		return nil, err
	case status < 200 || status > 299: // RFC 9110, section 9.3.6: any 2xx
		return nil, &Refused{Status: status}
	}
	return netconn.Replayed(conn, early), nil
}

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
			return 0, nil, ErrReply
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

// Refused is an upstream proxy's word that it opens no tunnel.
type Refused struct{ Status int }

// Error names the status.
func (e *Refused) Error() string {
	return fmt.Sprintf("the upstream proxy answered %d", e.Status)
}

// ByRule reports whether the refusal may be a rule about the port rather than the
// state of the proxy or of the site.
func (e *Refused) ByRule() bool {
	return e.Status >= 400 && e.Status < 500 && e.Status != http.StatusProxyAuthRequired && e.Status != http.StatusTooManyRequests ||
		e.Status == http.StatusNotImplemented
}
