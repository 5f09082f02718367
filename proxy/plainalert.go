package proxy

import (
	"net"
)

// TLS alerts (RFC 8446, section 6.2) of a client that does not know our CA.
const (
	alertBadCertificate     = 42
	alertCertificateUnknown = 46
	alertUnknownCA          = 48
)

// recordTypeAlert begins a record that is not encrypted: in TLS 1.3 encrypted
// ones pass for application data.
const recordTypeAlert = 21

// plainAlerts looks, while a handshake is under way, for an alert in the clear.
// OpenSSL sends its opinion of a certificate before it changes its keys, where
// crypto/tls only finds a record that it cannot decrypt: without this, curl, git
// and all else on OpenSSL would be refused for ever instead of being tunnelled.
type plainAlerts struct {
	net.Conn
	head  [7]byte // of a record, and the two bytes of an alert
	have  int
	skip  int // what is left of a record that is no such alert
	alert byte
}

// Read implements [net.Conn].
func (c *plainAlerts) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.look(p[:n])
	return n, err
}

func (c *plainAlerts) look(p []byte) {
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
		case c.have == 5 && (c.head[0] != recordTypeAlert || size != 2):
			c.have, c.skip = 0, size
		case c.have == len(c.head):
			c.have, c.alert = 0, c.head[6]
		}
	}
}

// distrusts reports whether the client said that it does not know our CA.
func (c *plainAlerts) distrusts() bool {
	return c.alert == alertBadCertificate || c.alert == alertCertificateUnknown || c.alert == alertUnknownCA
}
