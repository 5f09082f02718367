package upstream

import (
	"context"
	"net"
)

func init() { register("tcp", protocol{port: 53, open: openTCP}) }

func openTCP(t target, o Options) (Exchanger, error) {
	return &ednsFallback{Exchanger: newStream(t, dialPlain(t, o))}, nil
}

// dialPlain returns a dialer of t without TLS.
func dialPlain(t target, o Options) func(context.Context) (net.Conn, error) {
	l := newLocator(t, o)
	return l.dial
}
