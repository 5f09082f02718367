package proxy

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"net"
	"slices"
	"time"
)

// maxClientHello bounds what is read before the client is known. A hello with
// post-quantum key shares measures about 2 KiB.
const maxClientHello = 16 << 10

// clientHello is what a TLS client said first.
type clientHello struct {
	serverName string // as sent; unchecked
	protos     []string
	print      fingerprint
}

// fingerprint tells TLS stacks on one client apart: a digest of the offers
// that an application does not vary from one connection to the next. It is no
// identity; whoever wants to can send the same.
type fingerprint [16]byte

// errNotTLS is the error of a first flight that is no ClientHello.
var errNotTLS = errors.New("no TLS ClientHello")

// peekClientHello reads a ClientHello from conn within the time limit and
// returns it with a connection that yields the same bytes again. The parser is
// crypto/tls's own, on a connection that swallows its alerts. On an error
// the returned connection still replays what was read.
func peekClientHello(conn net.Conn, limit time.Duration) (clientHello, net.Conn, error) {
	rec := &recordingConn{limitedConn: limitedConn{Conn: conn, left: maxClientHello}}
	var hello clientHello
	found := errors.New("read")
	server := tls.Server(rec, &tls.Config{
		GetConfigForClient: func(info *tls.ClientHelloInfo) (*tls.Config, error) {
			hello = clientHello{
				serverName: info.ServerName,
				protos:     slices.Clone(info.SupportedProtos),
				print:      fingerprintOf(info),
			}
			return nil, found
		},
	})
	_ = conn.SetReadDeadline(time.Now().Add(limit))
	err := server.Handshake()
	_ = conn.SetReadDeadline(time.Time{})

	replay := newReplayConn(conn, rec.seen)
	if errors.Is(err, found) {
		return hello, replay, nil
	}
	return clientHello{}, replay, errors.Join(errNotTLS, err)
}

// fingerprintOf leaves out what varies by design: GREASE values (RFC 8701)
// and the order of extensions, which browsers shuffle.
func fingerprintOf(info *tls.ClientHelloInfo) fingerprint {
	h := sha256.New()
	add := func(kind byte, values []uint16) {
		_, _ = h.Write([]byte{kind})
		for _, v := range values {
			if !isGrease(v) {
				_ = binary.Write(h, binary.BigEndian, v)
			}
		}
	}
	add(1, info.CipherSuites)
	add(2, info.SupportedVersions)
	curves := make([]uint16, len(info.SupportedCurves))
	for i, c := range info.SupportedCurves {
		curves[i] = uint16(c)
	}
	add(3, curves)
	schemes := make([]uint16, len(info.SignatureSchemes))
	for i, s := range info.SignatureSchemes {
		schemes[i] = uint16(s)
	}
	add(4, schemes)
	return fingerprint(h.Sum(nil)[:16])
}

func isGrease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }
