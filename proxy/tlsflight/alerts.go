package tlsflight

import (
	"crypto/tls"
	"errors"
	"net"
	"time"
)

// Alerts that refuse a client's hello.
const (
	// UnrecognizedName: nobody is here under the name (RFC 6066, section 3).
	UnrecognizedName = 112
	// HandshakeFailure is what a server of TLS 1.2 says to a client without a
	// certificate (RFC 5246, section 7.4.6).
	HandshakeFailure = 40
	// DecodeError: it cannot be read.
	DecodeError = 50
)

// TLS alerts (RFC 8446, section 6.2) of a client that does not know our CA.
const (
	alertBadCertificate     = 42
	alertCertificateUnknown = 46
	alertUnknownCA          = 48
)

// Alerts is a client's connection, below its TLS. It looks, while a handshake is under way, for an
// alert in the clear, of which no record is encrypted: in TLS 1.3 those that are pass for
// application data.
//
// OpenSSL sends its opinion of a certificate before it changes its keys, where
// crypto/tls only finds a record that it cannot decrypt: without this, curl, git
// and all else on OpenSSL would be refused for ever instead of being tunnelled.
type Alerts struct {
	net.Conn
	head  [7]byte // of a record, and the two bytes of an alert
	have  int
	skip  int // what is left of a record that is no such alert
	alert byte
}

// Read implements [net.Conn].
func (c *Alerts) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.look(p[:n])
	return n, err
}

func (c *Alerts) look(p []byte) {
	for len(p) > 0 {
		if c.skip > 0 {
			n := min(c.skip, len(p))
			c.skip -= n
			p = p[n:]
			continue
		}
		c.head[c.have] = p[0]
		c.have++
		p = p[1:]
		switch size := int(c.head[3])<<8 | int(c.head[4]); {
		case c.have == 5 && (c.head[0] != recordAlert || size != 2):
			c.have, c.skip = 0, size
		case c.have == len(c.head):
			c.have, c.alert = 0, c.head[6]
		}
	}
}

// Distrusts reports whether the client, whose handshake ended with err, said that it
// does not know our CA: bad_certificate, certificate_unknown or unknown_ca.
func (c *Alerts) Distrusts(err error) bool {
	return c.says(err, alertBadCertificate) || c.says(err, alertCertificateUnknown) || c.UnknownCA(err)
}

// UnknownCA reports whether it said so in as many words, by unknown_ca. The other two
// may be about what else is in a certificate.
func (c *Alerts) UnknownCA(err error) bool { return c.says(err, alertUnknownCA) }

// says reports whether it ended the handshake with alert.
func (c *Alerts) says(err error, alert byte) bool {
	if c.alert == alert {
		return true
	}
	var remote *net.OpError
	// crypto/tls keeps its alerts' type to itself; their text is the same.
	return errors.As(err, &remote) && remote.Op == "remote error" && remote.Err.Error() == tls.AlertError(alert).Error()
}

// Refuse ends a connection before its handshake with a plaintext
// alert, so that the client can say why.
func Refuse(c net.Conn, alert byte) {
	_ = c.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, alert})
}
