package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/proxy/places"
	"sekisho/proxy/ruling"
	"sekisho/proxy/tlsflight"
	"sekisho/proxy/trust"
	"sekisho/rules"
)

// sinkLookup bounds what is asked of the resolver about one name. Nearly always
// it has just been asked that, and remembers.
const sinkLookup = 3 * time.Second

// config is for clients of the sinkhole. Sessions are not taken up again: each
// connection is to show that its client trusts the leaf.
func (k *sinkhole) config() *tls.Config {
	config := &tls.Config{
		MinVersion:             tls.VersionTLS12,
		NextProtos:             []string{"h2", "http/1.1", "http/1.0"},
		SessionTicketsDisabled: true,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			return hello.Conn.(*sinkConn).judge(hello)
		},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			c, ok := hello.Conn.(*sinkConn)
			if !ok || c.host.IsZero() {
				return nil, errNoTarget
			}
			return k.server.ca.StandIn(c.host)
		},
	}
	return config
}

// handshake gives c's client a leaf for the name that it asks for if, and only
// if, that name is blocked now, and hands the connection to the HTTP server. All
// others get an alert: a leaf for any name, at an address to which any name can
// be pointed, would be the authority's own signature under an attack.
func (k *sinkhole) handshake(c *sinkConn) {
	s, bare := k.server, c.bare
	first := tlsflight.NewFirst(bare)
	var (
		print  trust.Fingerprint
		alerts *tlsflight.Alerts
	)
	c.Conn = first
	c.judge = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		n, err := hostname.Parse(hello.ServerName)
		if err != nil {
			return nil, errOtherwise
		}
		if _, blocked := s.blockedName(s.over, n); !blocked || s.expired() {
			return nil, errOtherwise
		}
		alerts = &tlsflight.Alerts{Conn: first.Rest()}
		print, c.host, c.Conn = trust.FingerprintOf(hello), n, alerts
		return nil, nil
	}
	_ = bare.SetDeadline(time.Now().Add(min(sinkTime, s.bounds.head)))
	conn := tls.Server(c, k.tls)
	err := conn.Handshake()
	if err == nil {
		_ = bare.SetDeadline(time.Time{})
		c.Conn, c.judge = alerts.Conn, nil
		k.places.Reached(c.place, places.Resting)
		s.believers.Accepted(c.client, print, c.host)
		s.presentWithTrust(c.client)
		var served net.Conn = conn
		if conn.ConnectionState().NegotiatedProtocol != "h2" {
			served = sinkTLS{conn}
		}
		if !k.greeted.Give(served) {
			_ = c.Close()
		}
		return
	}
	if errors.Is(err, errOtherwise) {
		tlsflight.Refuse(bare, tlsflight.UnrecognizedName)
	}
	_ = c.Close()
	if alerts != nil && alerts.Distrusts(err) {
		s.log.Info("certificate refused at the sinkhole", zap.String("client", c.client.String()), zap.String("host", c.host.String()))
		s.believers.Refused(c.client, print, c.host)
	}
}

// blockedName returns the ruling on n if it is blocked, by what it is called or
// by where it leads, as the resolver judges it.
func (s *Server) blockedName(ctx context.Context, n hostname.Name) (ruling.Ruling, bool) {
	st := s.settings.Load()
	if _, isIP := n.Addr(); isIP || st.Observe || rules.IsGenuine(n) {
		return ruling.Ruling{}, false
	}
	if v := st.Policy.Decide(n); v.Action == rules.Block {
		return ruling.ByName(v), true
	}
	ctx, cancel := context.WithTimeout(ctx, sinkLookup)
	defer cancel()
	_, err := s.addresses(ctx, n)
	var led *BlockedError
	if !errors.As(err, &led) {
		return ruling.Ruling{}, false
	}
	return ruling.ByName(led.verdict()), true
}
