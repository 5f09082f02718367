package proxy_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sekisho/internal/labnet"
)

// script is an origin that speaks HTTP/1.1 over TLS byte for byte as a test
// says, and counts what it was asked.
type script struct {
	*labnet.Origin
	mu    sync.Mutex
	asked map[string]int // by request target
}

// count returns how often target was asked for.
func (s *script) count(target string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[target]
}

// scripted starts an origin whose requests reply answers. A connection ends,
// in good order, when reply returns false.
func (l *lab) scripted(reply func(c net.Conn, r *http.Request) bool) *script {
	s := &script{asked: map[string]int{}}
	s.Origin = l.RawTLS([]string{shop}, func(c net.Conn) {
		for br := bufio.NewReader(c); ; {
			r, err := http.ReadRequest(br)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			s.mu.Lock()
			s.asked[r.RequestURI]++
			s.mu.Unlock()
			if !reply(c, r) {
				return
			}
		}
	})
	return s
}

// sized is an answer whose body is the request's target.
func sized(r *http.Request, lines ...string) string {
	body := r.RequestURI
	if r.Method == http.MethodHead {
		body = ""
	}
	return fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", strings.Join(append(lines, ""), "\r\n"), len(r.RequestURI), body)
}

// talker is a client's connection in an intercepted tunnel.
type talker struct {
	*tls.Conn
	below *endWatch
	t     testing.TB
	br    *bufio.Reader
	host  string
}

// talk opens a connection to o.
func (l *lab) talk(t testing.TB, o *labnet.Origin) *talker {
	t.Helper()
	cfg := l.trusting()
	cfg.DynamicRecordSizingDisabled = true // one write, one record
	cfg.ServerName = shop
	w := &endWatch{Conn: l.connect(t, authority(shop, o))}
	c := tlsClient(w, cfg)
	if err := c.Handshake(); err != nil {
		t.Fatalf("TLS to %s: %v", authority(shop, o), err)
	}
	return &talker{Conn: c, below: w, t: t, br: bufio.NewReader(c), host: authority(shop, o)}
}

// endWatch lies below TLS. When a TLS connection has ended but what is below
// it has not, the end was announced by a close_notify; crypto/tls itself also
// takes the bare end of the TCP connection for one.
type endWatch struct {
	net.Conn
	ended atomic.Bool
}

func (w *endWatch) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		w.ended.Store(true)
	}
	return n, err
}

// request is a plain one for target, with lines added.
func (c *talker) request(method, target string, lines ...string) string {
	return method + " " + target + " HTTP/1.1\r\nHost: " + c.host + "\r\n" + strings.Join(append(lines, ""), "\r\n") + "\r\n"
}

func (c *talker) say(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		c.t.Fatalf("write %.80q: %v", s, err)
	}
}

// hear reads one answer to a request with method. err tells of a body that was
// cut.
func (c *talker) hear(method string) (resp *http.Response, body string, err error) {
	resp, err = http.ReadResponse(c.br, &http.Request{Method: method})
	if err != nil {
		return &http.Response{}, "", err
	}
	b, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return resp, string(b), err
}

// ask sends a plain GET and wants the answer of [sized] to it.
func (c *talker) ask(target string) {
	c.t.Helper()
	c.say(c.request("GET", target))
	c.want(target)
}

// want reads an answer and wants that of [sized] to target.
func (c *talker) want(target string) {
	c.t.Helper()
	if resp, body, err := c.hear("GET"); err != nil || resp.StatusCode != http.StatusOK || body != target {
		c.t.Fatalf("answer to %q = %s %.80q, %q, %v", target, resp.Status, body, resp.Header.Get("Sekisho-Error"), err)
	}
}

// serveSized answers as [sized] does, also what net/http cannot read.
func serveSized(c net.Conn) {
	for br := bufio.NewReader(c); ; {
		first, err := br.ReadString('\n')
		for line := first; err == nil && line != "\r\n"; {
			line, err = br.ReadString('\n')
		}
		if err != nil {
			return
		}
		target := strings.Fields(first)[1]
		_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(target), target)
	}
}
