package upstream

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"
)

// handshakeTime bounds dialling and TLS together, whoever waits for it, so that a
// server that hangs there leaves time for another one.
const handshakeTime = 3 * time.Second

func init() { register("tls", protocol{port: 853, named: true, open: openTLS}) }

// openTLS speaks DNS over TLS in the strict profile: a server whose
// certificate does not verify is not asked (RFC 8310, section 5).
func openTLS(t target, o Options) (Exchanger, error) {
	config := tlsConfig(t, o)
	config.NextProtos = []string{"dot"}
	s := newStream(t, o)
	s.pack = packPadded
	s.secure = func(ctx context.Context, conn net.Conn) (net.Conn, error) {
		secured := tls.Client(conn, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("tls handshake for %q: %w", t.certName, err)
		}
		return secured, nil
	}
	return s, nil
}

func tlsConfig(t target, o Options) *tls.Config {
	return &tls.Config{
		RootCAs:            o.Roots,
		ServerName:         t.certName,
		MinVersion:         tls.VersionTLS12,
		ClientSessionCache: tls.NewLRUClientSessionCache(8),
	}
}
