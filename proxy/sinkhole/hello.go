package sinkhole

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"go.uber.org/zap"

	"sekisho/certs"
	"sekisho/hostname"
	"sekisho/proxy/places"
	"sekisho/proxy/tlsflight"
	"sekisho/proxy/trust"
)

// errNotBlocked ends a handshake for a name that there is no leaf for.
var errNotBlocked = errors.New("not a name that is blocked")

// config has no session taken up again: each connection is to show that its client
// trusts the leaf.
func config(ca *certs.Authority) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS12,
		NextProtos:             []string{"h2", "http/1.1", "http/1.0"},
		SessionTicketsDisabled: true,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			return hello.Conn.(*conn).judge(hello)
		},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			c, ok := hello.Conn.(*conn)
			if !ok || c.site.IsZero() {
				return nil, errNotBlocked
			}
			return ca.StandIn(c.site)
		},
	}
}

// greet has each connection of l complete its handshake.
func (k *Sinkhole) greet(l net.Listener) error {
	for {
		accepted, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil: // such as for want of descriptors
			time.Sleep(20 * time.Millisecond)
			continue
		}
		c := accepted.(*conn)
		if !k.enter(c) {
			_ = c.Close()
			continue
		}
		k.greeting.Go(func() {
			defer k.leave(c)
			defer k.contain(c)
			k.handshake(c)
		})
	}
}

// enter keeps account of a connection whose handshake is to come, so that a drain
// ends it. It reports false after one.
func (k *Sinkhole) enter(c *conn) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.ended {
		k.pending[c] = struct{}{}
	}
	return !k.ended
}

func (k *Sinkhole) leave(c *conn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.pending, c)
}

// contain keeps a panic of our own from ending more than its connection.
func (k *Sinkhole) contain(c *conn) {
	if p := recover(); p != nil {
		_ = c.Close()
		// The value may quote what the client sent; its type does not.
		k.log.Error("panic in a handshake", zap.String("type", fmt.Sprintf("%T", p)), zap.Stack("stack"))
	}
}

// handshake gives c's client a leaf for the name that it asks for if, and only
// if, that name is blocked now, and hands the connection to the HTTP server. All
// others get an alert.
func (k *Sinkhole) handshake(c *conn) {
	first := tlsflight.NewFirst(c.bare)
	var (
		program trust.Fingerprint
		alerts  *tlsflight.Alerts
	)
	c.Conn = first
	c.judge = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		n, err := hostname.Parse(hello.ServerName)
		if err != nil || !k.house.Blocks(n) {
			return nil, errNotBlocked
		}
		alerts = &tlsflight.Alerts{Conn: first.Rest()}
		program, c.site, c.Conn = trust.FingerprintOf(hello), n, alerts
		return nil, nil
	}
	_ = c.bare.SetDeadline(time.Now().Add(k.head)) // until net/http sets its own
	above := tls.Server(c, k.tls)
	if err := above.Handshake(); err != nil {
		if errors.Is(err, errNotBlocked) {
			tlsflight.Refuse(c.bare, tlsflight.UnrecognizedName)
		}
		_ = c.Close()
		if alerts != nil && alerts.Distrusts(err) {
			k.house.Refused(c.client, program, c.site)
		}
		return
	}
	c.Conn, c.judge = alerts.Conn, nil
	k.places.Reached(c.place, places.Resting)
	k.house.Accepted(c.client, program, c.site)
	var served net.Conn = above
	if above.ConnectionState().NegotiatedProtocol != "h2" {
		served = tlsConn{above}
	}
	if !k.greeted.Give(served) {
		_ = c.Close()
	}
}
