package proxy_test

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"testing"
)

// hello is what a ClientHello says, as howsmyssl.com looks at it.
type hello struct {
	name         string
	versions     []uint16
	suites       []uint16
	curves       []tls.CurveID
	shares       []tls.CurveID
	schemes      []tls.SignatureScheme
	protocols    []string
	compressions []byte
	extensions   []uint16
}

// TLS extension types (the IANA registry).
const (
	extName, extCurves, extSchemes, extALPN = 0, 10, 13, 16
	extHeartbeat, extEarlyData, extVersions = 15, 42, 43
	extPostHandshake, extKeyShare           = 49, 51
	extStatus, extTicket, extMasterSecret   = 5, 35, 23
)

// parseHello reads the first handshake message in wire.
func parseHello(t testing.TB, wire []byte) hello {
	t.Helper()
	msg, err := readHandshake(bytes.NewReader(wire))
	if err != nil {
		t.Fatalf("no ClientHello in %d bytes: %v", len(wire), err)
	}
	r := reader{msg[4:]}
	r.take(2 + 32)
	r.vector(1) // session id
	var h hello
	h.suites = words[uint16](r.vector(2))
	h.compressions = r.vector(1)
	exts := reader{r.vector(2)}
	for len(exts.b) > 0 {
		id := binary.BigEndian.Uint16(exts.take(2))
		body := reader{exts.vector(2)}
		h.extensions = append(h.extensions, id)
		h.extension(id, body)
	}
	return h
}

func (h *hello) extension(id uint16, body reader) {
	switch id {
	case extName:
		list := reader{body.vector(2)}
		list.take(1)
		h.name = string(list.vector(2))
	case extCurves:
		h.curves = words[tls.CurveID](body.vector(2))
	case extSchemes:
		h.schemes = words[tls.SignatureScheme](body.vector(2))
	case extALPN:
		for list := (reader{body.vector(2)}); len(list.b) > 0; {
			h.protocols = append(h.protocols, string(list.vector(1)))
		}
	case extVersions:
		h.versions = words[uint16](body.vector(1))
	case extKeyShare:
		for list := (reader{body.vector(2)}); len(list.b) > 0; {
			h.shares = append(h.shares, tls.CurveID(binary.BigEndian.Uint16(list.take(2))))
			list.vector(2)
		}
	}
}

// reader takes apart what crypto/tls wrote; a malformed one panics the test.
type reader struct{ b []byte }

func (r *reader) take(n int) []byte {
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) vector(size int) []byte {
	n := 0
	for _, c := range r.take(size) {
		n = n<<8 | int(c)
	}
	return r.take(n)
}

func words[T ~uint16](b []byte) []T {
	out := make([]T, 0, len(b)/2)
	for ; len(b) > 1; b = b[2:] {
		out = append(out, T(binary.BigEndian.Uint16(b)))
	}
	return out
}
