package proxy_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/elazarl/goproxy"

	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// way is one of the three ways to an origin that are measured side by side.
type way struct {
	name  string
	proxy *url.URL // nil: direct
	roots *x509.CertPool
}

// loopbackLookup spares sekisho the DNS, which the other ways have not got.
func loopbackLookup(o *proxy.Options) {
	o.Lookup = func(context.Context, hostname.Name) ([]netip.Addr, error) {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, nil
	}
}

// measureCPU reports the processor time of the whole process, client and origin
// included, per operation: what is left of it when "direct" is taken off is the
// proxy's. Unlike the clock it is steady on a busy machine. Call the returned
// function at the end.
func measureCPU(b *testing.B) func() {
	b.ReportAllocs()
	begin := cpuTime()
	return func() { b.ReportMetric(float64((cpuTime()-begin).Microseconds())/float64(b.N), "cpu-µs/op") }
}

// ways starts the proxies. All three meet the same origins in the same process.
func (l *lab) ways(b *testing.B) []way {
	b.Helper()
	mitm, root := startGoproxy(b, l)
	theirs := l.Roots()
	theirs.AddCert(root)
	return []way{
		{"direct", nil, l.Roots()},
		{"sekisho", l.url(), l.trusting().RootCAs},
		{"goproxy-mitm", mitm, theirs},
	}
}

// protocol is what clients and origins of a benchmark speak.
type protocol struct {
	name string
	h2   bool
}

var protocols = []protocol{{"h1", false}, {"h2", true}}

func (p protocol) origin() []labnet.OriginOption {
	if p.h2 {
		return nil
	}
	return []labnet.OriginOption{labnet.HTTP1Only()}
}

// sideBySide runs f for each protocol and way to an origin, called host, that h
// serves at base. It fails when a way has not got the protocol.
func (l *lab) sideBySide(b *testing.B, host string, h http.Handler, f func(b *testing.B, w way, p protocol, base string)) {
	for _, p := range protocols {
		base := https(host, l.Origin([]string{host}, h, p.origin()...), "/")
		for _, w := range l.ways(b) {
			b.Run(p.name+"/"+w.name, func(b *testing.B) {
				resp, err := w.client(b, p.h2, false).Get(base)
				if err != nil {
					b.Fatal(err)
				}
				_ = resp.Body.Close()
				if (resp.ProtoMajor == 2) != p.h2 {
					b.Fatalf("the answer came by %s", resp.Proto)
				}
				f(b, w, p, base)
			})
		}
	}
}

// certStore keeps goproxy's leaves, without which it signs for each connection.
type certStore struct {
	mu     sync.Mutex
	leaves map[string]*tls.Certificate
}

func (s *certStore) Fetch(host string, gen func() (*tls.Certificate, error)) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if leaf := s.leaves[host]; leaf != nil {
		return leaf, nil
	}
	leaf, err := gen()
	if err == nil {
		s.leaves[host] = leaf
	}
	return leaf, err
}

// startGoproxy runs goproxy as its readers tune it: its own ConnectMitm with an
// ECDSA authority, a certificate store and enough idle connections.
func startGoproxy(b *testing.B, l *lab) (*url.URL, *x509.Certificate) {
	b.Helper()
	ca := ecdsaAuthority(b)
	p := goproxy.NewProxyHttpServer()
	p.Logger = log.New(io.Discard, "", 0)
	p.CertStore = &certStore{leaves: map[string]*tls.Certificate{}}
	p.AllowHTTP2 = true
	p.Tr = &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: l.Roots()}, MaxIdleConnsPerHost: 512, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			_, port, _ := net.SplitHostPort(addr)
			return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
		},
	}
	p.ConnectDial = func(network, addr string) (net.Conn, error) {
		_, port, _ := net.SplitHostPort(addr)
		return net.Dial(network, "127.0.0.1:"+port)
	}
	action := &goproxy.ConnectAction{Action: goproxy.ConnectMitm, TLSConfig: goproxy.TLSConfigFromCA(&ca)}
	p.OnRequest().HandleConnectFunc(func(host string, _ *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
		if len(host) > len(genuine) && host[:len(genuine)] == genuine {
			return goproxy.OkConnect, host
		}
		return action, host
	})
	srv := httptest.NewServer(p)
	b.Cleanup(srv.CloseClientConnections)
	b.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL)
	if err != nil {
		b.Fatal(err)
	}
	return u, ca.Leaf
}

func ecdsaAuthority(b *testing.B) tls.Certificate {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "goproxy bench"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour * 24), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		b.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		b.Fatal(err)
	}
	pair, err := tls.X509KeyPair(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
	if err != nil {
		b.Fatal(err)
	}
	if pair.Leaf == nil {
		pair.Leaf, _ = x509.ParseCertificate(der)
	}
	return pair
}

// client is one that reaches o, by whatever name, over w.
func (w way) client(b *testing.B, h2, keepAlive bool) *http.Client {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(h2)
	tr := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: w.roots}, Protocols: p, MaxIdleConnsPerHost: 512,
		DisableKeepAlives: !keepAlive, DisableCompression: true,
	}
	if w.proxy != nil {
		tr.Proxy = http.ProxyURL(w.proxy)
	} else {
		tr.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			_, port, _ := net.SplitHostPort(addr)
			return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
		}
	}
	b.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}
