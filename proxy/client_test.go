package proxy_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// httpClient returns a client that goes through the proxy and follows no
// redirect. h2 says whether it offers HTTP/2 inside tunnels.
func (l *lab) httpClient(cfg *tls.Config, h2 bool) *http.Client {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(h2)
	tr := &http.Transport{
		Proxy:               http.ProxyURL(l.url()),
		TLSClientConfig:     cfg,
		Protocols:           p,
		DisableCompression:  true,
		MaxIdleConnsPerHost: 64,
	}
	l.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{
		Transport:     tr,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       3 * patience,
	}
}

// client is a browser with sekisho's CA installed, with HTTP/2.
func (l *lab) client() *http.Client { return l.httpClient(l.trusting(), true) }

// client1 is the same without HTTP/2.
func (l *lab) client1() *http.Client { return l.httpClient(l.trusting(), false) }

// answer is a response read to its end.
type answer struct {
	*http.Response
	body string
}

// Request headers of the kinds of requests that browsers make.
var (
	navigation = map[string]string{
		"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none", "Sec-Fetch-User": "?1",
		"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en-US,en;q=0.9",
	}
	frame = map[string]string{
		"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Accept": "text/html",
	}
	fetch = map[string]string{"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "cross-site", "Accept": "*/*"}
	image = map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image", "Accept": "image/*"}
)

// do sends one request and reads the answer.
func do(t testing.TB, c *http.Client, method, url string, header map[string]string, body io.Reader) answer {
	t.Helper()
	return read(t, begin(t, c, method, url, header, body))
}

// begin is do that leaves the body to the caller, who closes it.
func begin(t testing.TB, c *http.Client, method, url string, header map[string]string, body io.Reader) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return resp
}

func read(t testing.TB, resp *http.Response) answer {
	t.Helper()
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("read body: %v", err)
	}
	return answer{resp, string(b)}
}

func get(t testing.TB, c *http.Client, url string, header map[string]string) answer {
	t.Helper()
	return do(t, c, http.MethodGet, url, header, nil)
}

// echo reads the body as what labnet's /echo answers.
func (a answer) echo(t testing.TB) labnet.Echo {
	t.Helper()
	var e labnet.Echo
	if err := json.Unmarshal([]byte(a.body), &e); err != nil {
		t.Fatalf("answer %d is no echo: %v in %.200q", a.StatusCode, err, a.body)
	}
	return e
}

// https returns the address of a path on an origin by one of its names.
func https(host string, o *labnet.Origin, path string) string {
	return fmt.Sprintf("https://%s:%d%s", host, o.Port(), path)
}

func plain(host string, o *labnet.Origin, path string) string {
	return fmt.Sprintf("http://%s:%d%s", host, o.Port(), path)
}

func authority(host string, o *labnet.Origin) string { return fmt.Sprintf("%s:%d", host, o.Port()) }

// dial opens a bare connection to the proxy.
func (l *lab) dial(t testing.TB) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", l.addr())
	if err != nil {
		t.Fatalf("dial the proxy: %v", err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(2 * patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// send writes payload to the proxy's port and reads one answer.
func (l *lab) send(t testing.TB, payload string) answer {
	t.Helper()
	return exchange(t, l.dial(t), payload)
}

// exchange writes payload, whole, and reads one answer.
func exchange(t testing.TB, c net.Conn, payload string) answer {
	t.Helper()
	if _, err := io.WriteString(c, payload); err != nil {
		t.Fatalf("write request: %v", err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("read the answer to %.120q: %v", payload, err)
	}
	return read(t, resp)
}

// connect opens a tunnel to target by CONNECT, which must succeed.
func (l *lab) connect(t testing.TB, target string) net.Conn {
	t.Helper()
	c := l.dial(t)
	if _, err := fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target); err != nil {
		t.Fatal(err)
	}
	br := bufio.NewReader(c)
	resp, err := http.ReadResponse(br, &http.Request{Method: http.MethodConnect})
	if err != nil {
		t.Fatalf("CONNECT %s: %v", target, err)
	}
	if resp.StatusCode != http.StatusOK || len(resp.Header) != 0 {
		t.Fatalf("CONNECT %s = %s %v; want 200 alone", target, resp.Status, resp.Header)
	}
	return &opened{c.(*net.TCPConn), br}
}

// opened is a tunnel some of whose bytes came with the answer to CONNECT.
type opened struct {
	*net.TCPConn
	br *bufio.Reader
}

func (o *opened) Read(p []byte) (int, error) { return o.br.Read(p) }

// tunnel opens a tunnel to target and a TLS connection in it.
func (l *lab) tunnel(t testing.TB, target string, cfg *tls.Config) *tls.Conn {
	t.Helper()
	if cfg.ServerName == "" {
		cfg = cfg.Clone()
		cfg.ServerName, _, _ = strings.Cut(target, ":")
	}
	c := tlsClient(l.connect(t, target), cfg)
	if err := c.Handshake(); err != nil {
		t.Fatalf("TLS to %s: %v", target, err)
	}
	return c
}

// noName sends no SNI and checks no name.
func (l *lab) noName() *tls.Config {
	cfg := l.trusting()
	cfg.InsecureSkipVerify = true
	return cfg
}

// holdOpen keeps a connection until the peer ends it.
func holdOpen(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// tlsClient is tls.Client that offers HTTP/1.1 alone.
func tlsClient(c net.Conn, cfg *tls.Config) *tls.Conn {
	cfg = cfg.Clone()
	cfg.NextProtos = []string{"http/1.1"}
	return tls.Client(c, cfg)
}

// raw sends payload inside an intercepted tunnel with HTTP/1.1.
func (l *lab) raw(t testing.TB, target, payload string) answer {
	t.Helper()
	return exchange(t, l.tunnel(t, target, l.trusting()), payload)
}
