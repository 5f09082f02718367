package connect

import (
	"bytes"
	"io"
	"net"
	"testing"

	"sekisho/proxy/netconn"
)

// script is a connection whose peer sent bytes and then closed.
type script struct {
	net.Conn
	in *bytes.Reader
}

func (c script) Read(p []byte) (int, error) { return c.in.Read(p) }

// FuzzTunnelReply: a reply is one head of a sane status within the limits, and what
// comes behind it comes back, byte for byte.
func FuzzTunnelReply(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\n\r\nearly", "HTTP/1.0 204\n\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 407 Login\r\nA: b\r\n\r\n",
		"HTTP/1.1 101 Switching Protocols\r\n\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 2000\r\n\r\n", "\r\n", "HTTP/1.1 200 OK\r\nX: \x00\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := bytes.NewReader(data)
		status, early, err := readTunnelReply(script{in: in})
		read := data[:len(data)-in.Len()]
		if len(read) > maxProxyReply {
			t.Errorf("%d bytes were read", len(read))
		}
		if err != nil {
			return
		}
		if status < 200 && status != 101 || status > 599 {
			t.Errorf("status %d", status)
		}
		head := read[:len(read)-len(early)]
		if !bytes.HasSuffix(read, early) || !bytes.HasSuffix(head, []byte("\n")) {
			t.Errorf("%q was taken for the head of %q, and %q for what is behind it", head, data, early)
		}
		again, rest, err := readTunnelReply(script{in: bytes.NewReader(head)})
		if again != status || len(rest) != 0 || err != nil {
			t.Errorf("the head alone is %d, %q, %v; want %d", again, rest, err, status)
		}
		all, _ := io.ReadAll(netconn.Replayed(script{in: in}, early))
		if !bytes.Equal(append(bytes.Clone(head), all...), data) {
			t.Errorf("%q and %q are not %q", head, all, data)
		}
	})
}
