package tlsflight

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"
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
		var got string
		found := errors.New("found")
		script := &scriptConn{in: bytes.NewReader(data)}
		first := NewFirst(script)
		err := tls.Server(first, &tls.Config{GetConfigForClient: func(info *tls.ClientHelloInfo) (*tls.Config, error) {
			got = info.ServerName
			return nil, found
		}}).Handshake()
		if len(first.Seen()) > MaxHello {
			t.Errorf("%d bytes read of a hello", len(first.Seen()))
		}
		conn := first.Replay()
		if errors.Is(err, found) && len(data) > 5 && data[0] != RecordHandshake {
			t.Errorf("a hello to %q in what is no TLS", got)
		}
		back, readErr := io.ReadAll(conn)
		if readErr != nil || !bytes.Equal(back, data) {
			t.Errorf("%d bytes come back of %d, %v", len(back), len(data), readErr)
		}
	})
}
