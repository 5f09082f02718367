package upstream

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// testCert returns a self-signed certificate for names and a pool that trusts
// it.
func testCert(t testing.TB, names ...string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func listenTCP(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func listenTLS(t testing.TB, cert tls.Certificate) net.Listener {
	t.Helper()
	return tls.NewListener(listenTCP(t), &tls.Config{Certificates: []tls.Certificate{cert}})
}

// port returns the port of addr.
func port(addr string) string {
	_, p, _ := net.SplitHostPort(addr)
	return p
}

func TestStreams(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "dns.example", "127.0.0.1")
	plain, secure := listenTCP(t), listenTLS(t, cert)
	plainConns, secureConns := streamServer(t, plain, right), streamServer(t, secure, right)
	for url, conns := range map[string]*atomic.Int32{
		"tcp://" + plain.Addr().String():                   plainConns,
		"tls://" + secure.Addr().String():                  secureConns,
		"tls://" + secure.Addr().String() + "#dns.example": secureConns,
	} {
		before := conns.Load()
		e := open(t, url, Options{Roots: roots})
		for range 3 {
			wantA(t, e, "shop.example.", "192.0.2.1")
		}
		if n := conns.Load() - before; n != 1 {
			t.Errorf("%s: %d connections for three queries; want 1", url, n)
		}
	}
}

func TestTLSIsVerified(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "dns.example", "127.0.0.1")
	l := listenTLS(t, cert)
	streamServer(t, l, right)
	for url, o := range map[string]Options{
		"tls://" + l.Addr().String():                    {},
		"tls://" + l.Addr().String() + "#other.example": {Roots: roots},
	} {
		if r, err := ask(t, open(t, url, o), "shop.example."); err == nil {
			t.Errorf("%s: got %v; want a certificate error", url, r)
		}
	}
}

// replaced has a connection that answered once treat the next query as second
// does.
func replaced(second script) func(*testing.T) {
	return func(t *testing.T) {
		l := listenTCP(t)
		var n atomic.Int32
		conns := streamServer(t, l, func(q []byte, send func([]byte)) {
			if n.Add(1) == 2 {
				second(q, send)
				return
			}
			right(q, send)
		})
		e := open(t, "tcp://"+l.Addr().String(), Options{})
		wantA(t, e, "shop.example.", "192.0.2.1")
		wantA(t, e, "shop.example.", "192.0.2.1")
		if got := conns.Load(); got != 2 {
			t.Errorf("%d connections; want 2", got)
		}
	}
}

func TestStreamRejectsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]script{
		"wrong id": func(q []byte, send func([]byte)) { r := reply(q, "192.0.2.66"); r[0] ^= 1; send(r) },
		"question": func(q []byte, send func([]byte)) { r := reply(q, "192.0.2.66"); r[13] = 'X'; send(r) },
		"empty":    func(_ []byte, send func([]byte)) { send([]byte{}) },
		"junk":     func(_ []byte, send func([]byte)) { send([]byte(strings.Repeat("\xc0", 60))) },
		"cut":      func(q []byte, send func([]byte)) { r := reply(q, "192.0.2.66"); send(r[:len(r)-2]) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listenTCP(t)
			conns := streamServer(t, l, s)
			if r, err := ask(t, open(t, "tcp://"+l.Addr().String(), Options{}), "shop.example."); err == nil {
				t.Errorf("got %v; want an error", r)
			}
			if n := conns.Load(); n != 1 {
				t.Errorf("%d connections; want 1: the first was new", n)
			}
		})
	}
}

func TestHostNameIsLookedUp(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "dns.example")
	l := listenTLS(t, cert)
	streamServer(t, l, right)
	boot, asked := udpServer(t, func(q []byte, send func([]byte)) {
		m := new(dns.Msg)
		if err := m.Unpack(q); err != nil || m.Question[0].Name != "dns.example." {
			return
		}
		if m.Question[0].Qtype == dns.TypeA {
			send(reply(q, "127.0.0.1"))
			return
		}
		send(reply(q, "192.0.2.66", func(m *dns.Msg) { m.Answer = nil }))
	})
	e := open(t, "tls://dns.example:"+port(l.Addr().String()), Options{Roots: roots, Bootstrap: []string{"udp://" + boot}})
	for range 3 {
		wantA(t, e, "shop.example.", "192.0.2.1")
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("%d look-ups; want 2", n)
	}
	_, err := ask(t, open(t, "tls://dns.example", Options{}), "shop.example.")
	if err == nil || !strings.Contains(err.Error(), "dns.example") {
		t.Errorf("without bootstrap: err = %v; want one that names the host", err)
	}
}

// TestHandshakeIsBounded: a server that accepts and says no more is given up, although
// who asks had longer.
func TestHandshakeIsBounded(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"tls", "https"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			l := listenTCP(t)
			defer func() { _ = l.Close() }()
			ctx, cancel := context.WithTimeout(t.Context(), 10*handshakeTime)
			defer cancel()
			e := open(t, scheme+"://"+l.Addr().String(), Options{})
			_, err := e.Exchange(ctx, new(dns.Msg).SetQuestion("shop.example.", dns.TypeA))
			if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
				t.Errorf("err %v, context %v; want a time-out while the question has time", err, ctx.Err())
			}
		})
	}
}

// TestIDsAreFree: a question gets no id that another on the connection has.
func TestIDsAreFree(t *testing.T) {
	t.Parallel()
	const free = 4711
	p := &pipe{pack: pack, asked: make(map[uint16]*asked)}
	for id := range 1 << 16 {
		if id != free {
			p.asked[uint16(id)] = &asked{lost: true}
		}
	}
	id, _, err := p.register(new(dns.Msg).SetQuestion("shop.example.", dns.TypeA))
	if err != nil || id != free {
		t.Errorf("id %d, %v; want %d", id, err, free)
	}
}
