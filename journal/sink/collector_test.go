package sink

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// collector is a syslog receiver: it takes messages apart and keeps their ids.
type collector struct {
	t    *testing.T
	mu   sync.Mutex
	ids  []int64
	open []net.Conn
}

func (c *collector) take(text string) {
	m, err := parseSyslog(text)
	if err == nil {
		err = wire(text)
	}
	if err != nil {
		c.t.Errorf("message: %v", err)
		return
	}
	if m.app != "sekisho" || m.time.IsZero() {
		c.t.Errorf("header: %+v", m)
	}
	id := ""
	if strings.HasPrefix(m.text, "CEF:") {
		_, ext, err := parseCEF(m.text)
		if err != nil {
			c.t.Error(err)
		}
		id = ext["externalId"]
	} else if p := m.params["sekisho@32473"]; len(p) > 0 {
		id = p[0].value
		if m.priority != 16*8+2 || m.kind != "block" || !strings.HasPrefix(m.text, "block red proxy lookalike combosquat n") {
			c.t.Errorf("message: %+v", m)
		}
		if !slices.Equal(m.params["origin"], []param{{"software", "sekisho"}, {"swVersion", "1.2.3"}}) {
			c.t.Errorf("origin: %v", m.params["origin"])
		}
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		c.t.Errorf("no id in %q", text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids = append(c.ids, n)
}

func (c *collector) got() []int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.ids)
}

// serve takes octet-counted messages of every connection.
func (c *collector) serve(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		c.mu.Lock()
		c.open = append(c.open, conn)
		c.mu.Unlock()
		go func() {
			defer func() { _ = conn.Close() }()
			in := bufio.NewReader(conn)
			for {
				head, err := in.ReadString(' ')
				if err != nil {
					return
				}
				n, err := strconv.Atoi(strings.TrimSuffix(head, " "))
				if err != nil || n <= 0 || head[0] == '0' {
					c.t.Errorf("count %q", head)
					return
				}
				text := make([]byte, n)
				if _, err := io.ReadFull(in, text); err != nil {
					return
				}
				c.take(string(text))
			}
		}()
	}
}

// hangUp closes every connection, as a restart does.
func (c *collector) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.open {
		_ = conn.Close()
	}
	c.open = nil
}

// unique returns the ids sorted, each once: messages may come twice.
func unique(ids []int64) []int64 { return slices.Compact(slices.Sorted(slices.Values(ids))) }

func listen(t *testing.T, at string) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return ln
}

// certificate makes one for 127.0.0.1 that signs itself.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "collector"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
