package proxy

import (
	"context"
	"net/http"
	"strings"
	"sync"
)

// bond keeps one client connection's own connections to origins, once it
// authenticated one of them: NTLM and Negotiate (RFC 4559) sign in the
// connection and not the request, so an origin would take whoever comes next
// on it for the same user.
type bond struct {
	mu     sync.Mutex
	own    *http.Transport
	closed bool
}

type bondKey struct{}

func withBond(ctx context.Context, b *bond) context.Context {
	return context.WithValue(ctx, bondKey{}, b)
}

// bonded is the transport that r must use, or nil when any will do.
func (o *origins) bonded(r *http.Request) *http.Transport {
	b, _ := r.Context().Value(bondKey{}).(*bond)
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.own == nil && !b.closed && signsInConnection(r.Header["Authorization"]) {
		b.own = o.transport(true)
	}
	return b.own
}

// close ends what was bonded, with the client's connection.
func (b *bond) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	if b.own != nil {
		b.own.CloseIdleConnections()
	}
}

func signsInConnection(values []string) bool {
	for _, v := range values {
		scheme, _, _ := strings.Cut(strings.TrimLeft(v, " \t"), " ")
		if strings.EqualFold(scheme, "NTLM") || strings.EqualFold(scheme, "Negotiate") {
			return true
		}
	}
	return false
}
