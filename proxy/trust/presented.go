package trust

import (
	"net/netip"
	"time"

	"sekisho/hostname"
)

// presentedFor is how long a session may be resumed that began with a certificate: as
// long as a ticket of TLS 1.3 lives at most (RFC 8446, section 4.6.1).
const presentedFor = 7 * 24 * time.Hour

// Certificates is for a host that asks for client certificates. Its news is n, one of
// [NewsCertificate], [NewsCertificateUnused] and [NewsCertificateMissing].
func (l *Ledger) Certificates(n News, host hostname.Name) News {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tell(told{news: n, host: host}, l.now())
}

// Present notes that client gave host a certificate of its own.
func (l *Ledger) Present(client netip.Addr, host hostname.Name) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gave.Put(pin{client, host}, l.now())
}

// Presented reports whether it did so within a week.
func (l *Ledger) Presented(client netip.Addr, host hostname.Name) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, ok := l.gave.Get(pin{client, host})
	return ok && l.now().Sub(at) < presentedFor
}
