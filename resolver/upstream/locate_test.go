package upstream

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// stale has what is known of e's whereabouts be out of date.
func stale(e Exchanger) *locator {
	l := e.(*stream).where
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until = time.Now().Add(-time.Second)
	return l
}

// TestOldAddressesServe: the plain resolver that told where a server is goes silent,
// or says no; the server is asked at the old address without a wait, and the
// resolver not at once again.
func TestOldAddressesServe(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "dns.example")
	for name, later := range map[string]script{
		"silent": silent,
		"fails": func(q []byte, send func([]byte)) { // what it says beside that is not believed
			send(reply(q, "192.0.2.66", func(m *dns.Msg) { m.Rcode = dns.RcodeServerFailure }))
		},
		"no name": func(q []byte, send func([]byte)) {
			send(reply(q, "192.0.2.66", func(m *dns.Msg) { m.Rcode = dns.RcodeNameError }))
		},
		"no address": func(q []byte, send func([]byte)) {
			send(reply(q, "192.0.2.66", func(m *dns.Msg) { m.Answer = nil }))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := listenTLS(t, cert)
			streamServer(t, server, right)
			var gone atomic.Bool
			boot, asked := udpServer(t, func(q []byte, send func([]byte)) {
				if gone.Load() {
					later(q, send)
					return
				}
				whereabouts(q, send)
			})
			e := open(t, "tls://dns.example:"+port(server.Addr().String()), Options{Roots: roots, Bootstrap: []string{"udp://" + boot}})
			wantA(t, e, "shop.example.", "192.0.2.1")
			gone.Store(true)
			l := stale(e)
			_ = e.Close() // so that it is dialled again
			before := asked.Load()
			wantA(t, e, "shop.example.", "192.0.2.1")
			l.mu.Lock()
			asking := l.asking
			l.mu.Unlock()
			if name == "silent" && asking == nil {
				t.Fatal("no look-up is under way: the question waited for it, or there was none")
			}
			if asking != nil {
				<-asking.done
			}
			l.mu.Lock()
			pause := time.Until(l.until)
			l.mu.Unlock()
			if pause <= 0 || pause > locateAgain {
				t.Errorf("looked up again in %v; want a pause of %v", pause, locateAgain)
			}
			if asked.Load() == before {
				t.Error("the resolver was not asked")
			}
			e.(*stream).pool.close()
			before = asked.Load()
			wantA(t, e, "shop.example.", "192.0.2.1")
			if n := asked.Load() - before; n != 0 {
				t.Errorf("the resolver was asked %d times within the pause; want 0", n)
			}
		})
	}
}

// TestCloseEndsLookups: what is asked of another network's resolver is of no use.
func TestCloseEndsLookups(t *testing.T) {
	t.Parallel()
	boot, _ := udpServer(t, silent)
	e := open(t, "tls://dns.example", Options{Bootstrap: []string{"udp://" + boot}})
	l := e.(*stream).where
	l.mu.Lock()
	asking := l.start()
	l.mu.Unlock()
	_ = e.Close()
	<-asking.done
	if !errors.Is(asking.err, context.Canceled) {
		t.Errorf("err = %v; want %v", asking.err, context.Canceled)
	}
}
