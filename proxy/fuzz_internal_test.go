package proxy

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"sekisho/hostname"
	"sekisho/rules"
)

// scriptConn is a connection whose peer sent bytes and then closed.
type scriptConn struct {
	net.Conn
	in *bytes.Reader
}

func (c *scriptConn) Read(p []byte) (int, error)      { return c.in.Read(p) }
func (c *scriptConn) Write(p []byte) (int, error)     { return len(p), nil }
func (c *scriptConn) Close() error                    { return nil }
func (c *scriptConn) SetDeadline(time.Time) error     { return nil }
func (c *scriptConn) SetReadDeadline(time.Time) error { return nil }
func (c *scriptConn) LocalAddr() net.Addr             { return &net.TCPAddr{} }
func (c *scriptConn) RemoteAddr() net.Addr            { return &net.TCPAddr{} }

// sentFirst captures what a real client sends first.
func sentFirst(cfg *tls.Config) []byte {
	rec := &recordFirst{}
	_ = tls.Client(rec, cfg).Handshake()
	return rec.sent.Bytes()
}

type recordFirst struct {
	scriptConn
	sent bytes.Buffer
}

func (r *recordFirst) Write(p []byte) (int, error) { return r.sent.Write(p) }
func (r *recordFirst) Read([]byte) (int, error)    { return 0, io.EOF }

// FuzzClientHello: whatever comes, the peek ends, reads no more than its limit,
// and the connection yields every byte again.
func FuzzClientHello(f *testing.F) {
	hello := sentFirst(&tls.Config{ServerName: "shop.labnet.example", NextProtos: []string{"h2", "http/1.1"}})
	f.Add(hello)
	f.Add(sentFirst(&tls.Config{ServerName: "sellercentral.amazon.co.jp", MaxVersion: tls.VersionTLS12}))
	f.Add(hello[:len(hello)/2])
	f.Add(append(bytes.Clone(hello), "more"...))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add([]byte{22, 3, 1, 0xff, 0xff, 1, 0xff, 0xff, 0xff})
	f.Add(bytes.Repeat([]byte{22, 3, 1, 0, 1, 1}, 4000))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got clientHello
		found := errors.New("found")
		script := &scriptConn{in: bytes.NewReader(data)}
		first := newFirstFlight(script)
		inner := &innerConn{Conn: first, hello: func(info *tls.ClientHelloInfo) (*tls.Config, error) {
			got = helloOf(info)
			return nil, found
		}}
		err := tls.Server(inner, newLeafConfigs(nil).unknown).Handshake()
		if len(first.seen) > maxClientHello {
			t.Errorf("%d bytes read of a hello", len(first.seen))
		}
		conn := first.replay()
		if errors.Is(err, found) && len(data) > 5 && data[0] != recordTypeHandshake {
			t.Errorf("a hello %+v in what is no TLS", got)
		}
		back, readErr := io.ReadAll(conn)
		if readErr != nil || !bytes.Equal(back, data) {
			t.Errorf("%d bytes come back of %d, %v", len(back), len(data), readErr)
		}
	})
}

// FuzzAuthority: parsing never panics, what is accepted is in its final form,
// and a genuine name is never judged otherwise for how it is written.
func FuzzAuthority(f *testing.F) {
	for _, s := range []string{
		"shop.labnet.example:443", "SHOP.labnet.example.:0443", "[::1]:443", "[::ffff:127.0.0.1]:443", "2130706433:80", "a:", ":443",
		"user@host:1", "sellercentral.amazon.co.jp:443", "ｓellercentral.amazon.co.jp:443", "%61mazon.co.jp:443", "[fe80::1%25eth0]:443",
		"xn--abc-.example:443", "a\\b:443", "amazon.co.jp@evil.example:443",
	} {
		f.Add(s)
	}
	policy := rules.NewBuilder().Build()
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseTarget(s, 0)
		if err != nil {
			return
		}
		if got.port == 0 || got.name.IsZero() {
			t.Fatalf("parseTarget(%q) = %+v", s, got)
		}
		again, err := parseTarget(got.String(), 0)
		if err != nil || again != got {
			t.Fatalf("parseTarget(%q) = %v, but %v again (%v)", s, got, again, err)
		}
		if !sameAuthority(got.authority("https"), "https", got) || !sameAuthority(got.authority("http"), "http", got) {
			t.Errorf("%q: the authority %q is not its own", s, got.authority("https"))
		}
		if v := policy.Decide(got.name); rules.IsGenuine(got.name) && !v.Opaque() {
			t.Errorf("%q is genuine but judged %+v", s, v)
		}
		if _, err := hostname.Parse(got.name.String()); err != nil {
			t.Errorf("%q gives a name that does not parse: %v", s, err)
		}
	})
}
