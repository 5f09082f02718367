package proxy

import (
	"crypto/tls"

	"sekisho/hostname"
)

// ownTickets makes of config, which serves any host, one that gives out session
// tickets for host and takes back none but those. A ticket stands for a handshake
// that showed host's leaf, and must not be taken where another name is asked for
// (RFC 6066, section 3). keys encrypts and decrypts for all hosts alike, and
// replaces its keys daily; the name is inside, so that nothing is kept here.
func ownTickets(config, keys *tls.Config, host hostname.Name) *tls.Config {
	name := []byte(host.String())
	own := config.Clone()
	own.WrapSession = func(cs tls.ConnectionState, session *tls.SessionState) ([]byte, error) {
		session.Extra = [][]byte{name}
		return keys.EncryptTicket(cs, session)
	}
	own.UnwrapSession = func(ticket []byte, cs tls.ConnectionState) (*tls.SessionState, error) {
		session, err := keys.DecryptTicket(ticket, cs)
		if err != nil || session == nil || len(session.Extra) != 1 || string(session.Extra[0]) != string(name) {
			return nil, nil // a full handshake follows
		}
		return session, nil
	}
	return own
}
