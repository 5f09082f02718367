package proxy_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// officeProxy is an HTTP proxy as an office has one: CONNECT to listed ports,
// absolute-form for http, a password if asked for.
type officeProxy struct {
	*labnet.Origin
	mu   sync.Mutex
	seen []string // "CONNECT host:port" and "GET http://…"
}

func (p *officeProxy) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.seen...)
}

// startOfficeProxy runs one that wants user:password in basic, "" for none.
func startOfficeProxy(t *testing.T, n *labnet.Net, basic string, secure ...*labnet.Origin) *officeProxy {
	t.Helper()
	p := &officeProxy{}
	p.Origin = n.Origin([]string{"proxy.office.example"}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Method+" "+r.RequestURI)
		p.mu.Unlock()
		if want := "Basic " + base64.StdEncoding.EncodeToString([]byte(basic)); basic != "" && r.Header.Get("Proxy-Authorization") != want {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		_, port, _ := net.SplitHostPort(r.Host)
		addr := net.JoinHostPort("127.0.0.1", port)
		if r.Method == http.MethodConnect {
			for _, o := range secure {
				if fmt.Sprint(o.Port()) == port {
					carry(w, addr)
					return
				}
			}
			w.WriteHeader(http.StatusForbidden) // as squid does for ports that are not TLS's
			return
		}
		out := r.Clone(r.Context())
		out.RequestURI = ""
		out.Header.Del("Proxy-Authorization")
		tr := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, addr)
		}}
		defer tr.CloseIdleConnections()
		resp, err := tr.RoundTrip(out)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}), labnet.Plain())
	return p
}

// carry answers CONNECT and copies until either side ends.
func carry(w http.ResponseWriter, addr string) {
	to, err := net.Dial("tcp", addr)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer func() { _ = to.Close() }()
	from, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = from.Close() }()
	_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\nProxy-Agent: office\r\n\r\n")
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = io.Copy(to, from); _ = to.Close() })
	_, _ = io.Copy(from, to)
	_ = from.Close()
	wg.Wait()
}

// TestUpstreamProxy: everything goes through the office's proxy, except what is
// excepted, and is protected as without it.
func TestUpstreamProxy(t *testing.T) {
	t.Parallel()
	for _, basic := range []string{"", "staff:pass word"} {
		t.Run("password "+basic, func(t *testing.T) {
			t.Parallel()
			l := prepare(t)
			o := l.Origin([]string{shop, genuine, "direct.labnet.example"}, labnet.Handler())
			clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
			office := startOfficeProxy(t, l.Net, basic, o)
			via := &url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", office.Port())}
			if user, password, ok := strings.Cut(basic, ":"); ok {
				via.User = url.UserPassword(user, password)
			}
			l.options.Settings.UpstreamProxy = via
			l.options.Settings.ProxyExcept = []string{"direct.labnet.example"}
			l.serve()
			if a := get(t, l.client(), https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK || !l.ours(a.TLS.PeerCertificates) {
				t.Errorf("https = %d %q; want 200, intercepted", a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
			l.passed(t, o, authority(genuine, o), genuine)
			if a := get(t, l.client(), plain(shop, clear, "/echo"), nil); a.StatusCode != http.StatusOK {
				t.Errorf("http = %d %q; want 200", a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
			if a := get(t, l.client(), "https://"+lookalike+"/", navigation); a.StatusCode != http.StatusSeeOther {
				t.Errorf("lookalike = %d; want 303", a.StatusCode)
			}
			before := len(office.requests())
			if a := get(t, l.client(), https("direct.labnet.example", o, "/echo"), nil); a.StatusCode != http.StatusOK {
				t.Errorf("excepted = %d; want 200", a.StatusCode)
			}
			if seen := office.requests(); len(seen) != before || before < 3 || strings.Contains(fmt.Sprint(seen), lookalike) {
				t.Errorf("the office's proxy saw %v", seen)
			}
		})
	}
}

// TestUpstreamProxyFails: a page says that it is the proxy's doing.
func TestUpstreamProxyFails(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	office := startOfficeProxy(t, l.Net, "a:b", o)
	for _, host := range []string{fmt.Sprintf("127.0.0.1:%d", office.Port()), "127.0.0.1:1"} {
		l.options.Settings.UpstreamProxy = &url.URL{Scheme: "http", Host: host}
		if l.proxy == nil {
			l.serve()
		}
		l.proxy.Reload(l.options.Settings)
		a := get(t, l.client(), https(shop, o, "/echo"), navigation)
		if a.StatusCode != http.StatusBadGateway || !strings.HasPrefix(a.Header.Get("Sekisho-Error"), "upstream-proxy") {
			t.Errorf("%s: answer = %d %q; want 502 for the upstream proxy", host, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
}

// TestNE17Alias is NE-17: a name that leads to a blocked one is blocked, genuine
// ones excepted.
func TestNE17Alias(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	lookup := l.options.Lookup
	l.options.Lookup = func(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
		if strings.HasPrefix(n.String(), "alias.") {
			evil := name(t, lookalike)
			return nil, &proxy.BlockedError{Name: evil, Verdict: l.options.Settings.Policy.Decide(evil)}
		}
		return lookup(ctx, n)
	}
	l.options.Settings.Policy = policy("never", "alias.bank.labnet.example")
	l.serve()
	for _, u := range []string{"https://alias.labnet.example/", "http://alias.labnet.example/"} {
		for _, c := range []*http.Client{l.client(), l.client1()} {
			t.Run("NE-17 "+u, func(t *testing.T) {
				l.checkBlocked(t, get(t, c, u, navigation), "alias.labnet.example", http.StatusSeeOther, "")
				l.checkBlocked(t, get(t, c, u, fetch), "alias.labnet.example", http.StatusForbidden, "application/problem+json")
			})
		}
	}
	bank := get(t, l.client(), "https://alias.bank.labnet.example/", navigation)
	l.checkBlocked(t, bank, "alias.bank.labnet.example", http.StatusSeeOther, "")
}

// TestAC06Rebinding is AC-06: the address that is dialled is checked, whatever an
// earlier answer was.
func TestAC06Rebinding(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	answers := 0
	l := start(t, func(o *proxy.Options) {
		o.Settings.Allow = prefixes("127.0.0.1/32")
		lookup := o.Lookup
		o.Lookup = func(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
			if !strings.HasPrefix(n.String(), "rebind.") {
				return lookup(ctx, n)
			}
			mu.Lock()
			defer mu.Unlock()
			if answers++; answers == 1 {
				return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
			}
			return []netip.Addr{netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("::1"), netip.MustParseAddr("169.254.169.254")}, nil
		}
	})
	var inner bytes.Buffer
	o := l.Raw([]string{"rebind.labnet.example"}, func(c net.Conn) { _, _ = io.Copy(&inner, c) })
	c := l.connect(t, authority("rebind.labnet.example", o)) // judged by the first answer
	a := exchange(t, c, "GET / HTTP/1.1\r\nHost: "+authority("rebind.labnet.example", o)+"\r\n\r\n")
	if a.StatusCode != http.StatusForbidden || o.Connections() != 0 {
		t.Errorf("AC-06: answer = %d, %d connections; want 403 and none", a.StatusCode, o.Connections())
	}
}
