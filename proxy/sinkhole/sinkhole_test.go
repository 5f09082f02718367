package sinkhole_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"sekisho/certs"
	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/proxy/places"
	"sekisho/proxy/sinkhole"
	"sekisho/proxy/trust"
)

func TestMain(m *testing.M) {
	labnet.ByID()
	goleak.VerifyTestMain(m)
}

const (
	blocked = "sellercentral-amazon-login.example"
	another = "amozon-seller.example" // blocked as well
	shop    = "shop.labnet.example"
)

// patience bounds how long a test waits for something that should come at once.
const patience = 20 * time.Second

// house is who owns the sinkhole under test: it blocks two names, and answers with what
// it was asked for.
type house struct {
	mu    sync.Mutex
	told  []string
	fails bool // panics where it would decide
}

func (h *house) Serves(netip.Addr) bool { return true }

func (h *house) Blocks(n hostname.Name) bool {
	if h.fails {
		panic("a fault of its own")
	}
	return n.String() == blocked || n.String() == another
}

func (h *house) Accepted(_ netip.Addr, _ trust.Fingerprint, n hostname.Name) {
	h.note("accepted " + n.String())
}

func (h *house) Refused(_ netip.Addr, _ trust.Fingerprint, n hostname.Name) {
	h.note("refused " + n.String())
}

func (h *house) note(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = append(h.told, what)
}

func (h *house) heard(what string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Contains(h.told, what)
}

func (h *house) Answer(w http.ResponseWriter, _ *http.Request, v sinkhole.Visit) {
	_, _ = fmt.Fprintf(w, "%s %s %s", v.Client, v.Scheme, v.Site)
}

func (h *house) Mark(head []byte) []byte {
	if !bytes.HasPrefix(head, []byte("HTTP/1.")) {
		h.note("marked no head")
	}
	return []byte(strings.Replace(string(head), "\r\n", "\r\nX-Whose: ours\r\n", 1))
}

// rig is a sinkhole that serves until the test ends.
type rig struct {
	*house
	clear, secure string
	roots         *x509.CertPool
}

func start(t *testing.T, head time.Duration, h *house) *rig {
	t.Helper()
	ca, _, err := certs.Open(filepath.Join(t.TempDir(), "ca"), certs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	k, err := sinkhole.Listen(sinkhole.Options{
		Room:  places.Most,
		Clear: "127.0.0.1:0", Secure: "127.0.0.1:0", Head: head, Authority: ca, House: h, Log: zap.NewNop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- k.Serve() }()
	t.Cleanup(func() {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		k.Drain(over)
		if err := <-served; err != nil {
			t.Errorf("Serve = %v; want nil after a drain", err)
		}
	})
	clear, secure := k.Addrs()
	r := &rig{house: h, clear: clear.String(), secure: secure.String(), roots: x509.NewCertPool()}
	r.roots.AddCert(ca.Root())
	return r
}

// client is led to the sinkhole for every name.
func (r *rig) client(t *testing.T, h2 bool) *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(h2)
	tr := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: r.roots}, Protocols: protocols,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			to := r.clear
			if strings.HasSuffix(addr, ":443") {
				to = r.secure
			}
			return new(net.Dialer).DialContext(ctx, network, to)
		},
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: patience}
}

// ask sends a request to url in which host is named.
func ask(t *testing.T, c *http.Client, url, host string) string {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestVisit: what is asked for is a name, and the one that the leaf is for.
func TestVisit(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	for _, tt := range []struct{ url, host, want string }{
		{"https://" + blocked + "/", "", "https " + blocked},
		{"https://" + blocked + "/", another, "https "},
		{"https://" + blocked + "/", "www." + blocked, "https "},
		{"http://" + blocked + "/", "", "http " + blocked},
		{"http://" + blocked + "/", "WWW." + strings.ToUpper(blocked) + ".:80", "http www." + blocked},
		{"http://" + blocked + "/", shop, "http " + shop},
		{"http://" + blocked + "/", "no name", "http "},
		{"http://" + blocked + "/", blocked + ":0", "http "},
	} {
		for _, h2 := range []bool{false, true} {
			if tt.host == "no name" && !h2 { // net/http's client mends it
				continue
			}
			if got := ask(t, r.client(t, h2), tt.url, tt.host); got != "127.0.0.1 "+tt.want {
				t.Errorf("%s with host %q, HTTP/2 %t: %q; want %q", tt.url, tt.host, h2, got, tt.want)
			}
		}
	}
}

// TestNoLeaf: for a name that is not blocked there is an alert and no certificate.
func TestNoLeaf(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	for _, name := range []string{"", shop, "www." + blocked, "127.0.0.1", "*." + blocked} {
		saw := false
		c, err := tls.Dial("tcp", r.secure, &tls.Config{
			ServerName: name, InsecureSkipVerify: true,
			VerifyConnection: func(tls.ConnectionState) error { saw = true; return nil },
		})
		if err == nil {
			_ = c.Close()
		}
		if saw || err == nil || !strings.Contains(err.Error(), "unrecognized name") {
			t.Errorf("%q: %v, certificate %t; want an unrecognized name, and none", name, err, saw)
		}
	}
}

// TestTold: the house hears who took a leaf, and who did not.
func TestTold(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	ask(t, r.client(t, true), "https://"+blocked+"/", "")
	if !r.heard("accepted " + blocked) {
		t.Errorf("told %q; want that the leaf was accepted", r.told)
	}
	if _, err := tls.Dial("tcp", r.secure, &tls.Config{ServerName: another, RootCAs: x509.NewCertPool()}); err == nil {
		t.Fatal("a client without the authority takes its leaf")
	}
	wait(t, "the refusal", func() bool { return r.heard("refused " + another) })
	if r.heard("accepted " + another) {
		t.Error("a leaf that was refused counts as accepted")
	}
}

// TestContained: a panic in the house ends the one connection.
func TestContained(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, &house{fails: true})
	if c, err := tls.Dial("tcp", r.secure, &tls.Config{RootCAs: r.roots, ServerName: blocked}); err == nil {
		_ = c.Close()
		t.Error("a handshake was completed that nobody decided on")
	}
	if got := ask(t, r.client(t, false), "http://"+blocked+"/", ""); got == "" {
		t.Error("nothing is answered any more")
	}
}

// wait polls cond until it holds.
func wait(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !cond(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
