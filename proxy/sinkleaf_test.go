package proxy_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"sekisho/proxy"
	"sekisho/rules"
)

// TestSinkholeNoLeaf gives no certificate for what is not blocked at this moment,
// whatever may be pointed here.
func TestSinkholeNoLeaf(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t, func(l *lab) {
		l.options.Settings.Policy = policy("block", genuine, "block", "amazon.co.jp", "allow", "allowed."+lookalike, "block", "127.0.0.1")
	})
	_, secure := l.proxy.Sinkhole()
	for _, sni := range []string{"", shop, genuine, "www.amazon.co.jp", "sekisho.internal", "127.0.0.1", "nowhere.example", "*." + lookalike, strings.Repeat("a", 64) + ".example"} {
		saw := false
		conn, err := tls.Dial("tcp", secure.String(), &tls.Config{
			ServerName: sni, InsecureSkipVerify: true,
			VerifyConnection: func(tls.ConnectionState) error { saw = true; return nil },
		})
		if err == nil {
			_ = conn.Close()
		}
		if saw || err == nil || !strings.Contains(err.Error(), "unrecognized name") {
			t.Errorf("SNI %q: %v, certificate %t; want unrecognized name, none", sni, err, saw)
		}
	}
	conn, err := net.Dial("tcp", secure.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+lookalike+"\r\n\r\n")
	if b, _ := io.ReadAll(conn); len(b) != 0 {
		t.Errorf("without TLS: %q; want nothing", b)
	}
}

// TestSinkholeMisdirected answers for no other name than that of the certificate,
// and over HTTP for none that is not blocked: pages elsewhere can point theirs
// here (DNS rebinding).
func TestSinkholeMisdirected(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	clear, _ := l.proxy.Sinkhole()
	for _, host := range []string{shop, clear.String(), "sekisho.internal", genuine, "localhost"} {
		req, err := http.NewRequest(http.MethodGet, "http://"+clear.String()+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		a := read(t, resp)
		if a.StatusCode != http.StatusMisdirectedRequest || a.Header.Get("Sekisho-Incident") != "" {
			t.Errorf("Host %q: %d; want 421", host, a.StatusCode)
		}
	}
	c := l.led(l.trusting(), true)
	for _, host := range []string{typo, "www." + lookalike, shop} {
		req, err := http.NewRequest(http.MethodGet, "https://"+lookalike+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if a := read(t, resp); a.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("Host %q over TLS for %s: %d; want 421", host, lookalike, a.StatusCode)
		}
	}
}

// TestSinkholeLifted: once the owner allows a name there is no leaf for it, and a
// browser that is still connected comes back elsewhere.
func TestSinkholeLifted(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	c := l.led(l.trusting(), true)
	u := "https://" + typo + "/"
	l.checkBlocked(t, get(t, c, u, navigation), typo, http.StatusForbidden, "text/html")
	for what, s := range map[string]func(*proxy.Settings){
		"allowed":  func(s *proxy.Settings) { s.Policy = policy("allow", typo) },
		"observed": func(s *proxy.Settings) { s.Observe = true },
	} {
		settings := l.options.Settings
		l.proxy.Reload(settings)
		c := l.led(l.trusting(), true)
		l.checkBlocked(t, get(t, c, u, navigation), typo, http.StatusForbidden, "text/html")
		s(&settings)
		l.proxy.Reload(settings)
		if a := get(t, c, u, navigation); a.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s, still connected: %d; want 421", what, a.StatusCode)
		}
		fresh := l.led(l.trusting(), true)
		if resp, err := fresh.Get(u); err == nil {
			_ = resp.Body.Close()
			t.Errorf("%s, connected anew: %d; want no connection", what, resp.StatusCode)
		}
	}
}

// TestSinkholeTrust leads nobody there who has not shown that it trusts the
// authority, nor who refused a certificate of it, at the proxy or here.
func TestSinkholeTrust(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	me := netip.MustParseAddr("127.0.0.1")
	o := l.Origin([]string{shop}, http.NotFoundHandler())
	trusts := func(what string, want bool) {
		t.Helper()
		wait(t, what, func() bool { return l.proxy.Trusts(me) == want })
	}
	trusts("nothing is known", false)
	get(t, l.client(), https(shop, o, "/"), navigation)
	trusts("the proxy's leaf was accepted", true)
	if resp, err := l.led(l.strange(), true).Get("https://" + lookalike + "/"); err == nil {
		_ = resp.Body.Close()
		t.Fatal("a stranger accepted the leaf")
	}
	trusts("the sinkhole's leaf was refused", false)
	get(t, l.client(), https(shop, o, "/"), navigation)
	trusts("another of the proxy's was accepted by the same program", true)
	if resp, err := l.httpClient(l.strange(), true).Get("https://" + typo + "/"); err == nil {
		_ = resp.Body.Close()
		t.Fatal("a stranger accepted the leaf")
	}
	trusts("the proxy's leaf was refused", false)
	other := netip.MustParseAddr("192.0.2.1")
	if l.proxy.Trusts(other) {
		t.Error("another client is trusted")
	}
}

// TestSinkholeGenuine holds Amazon's own names out of it, whatever is listed.
func TestSinkholeGenuine(t *testing.T) {
	t.Parallel()
	p := policy("block", genuine)
	if v := p.Decide(name(t, genuine)); v.Action != rules.Allow {
		t.Fatalf("verdict = %+v; want allow", v)
	}
	l := startSinkhole(t, func(l *lab) { l.options.Settings.Policy = p })
	if a := get(t, l.led(l.trusting(), true), "http://"+genuine+"/", navigation); a.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("status %d; want 421", a.StatusCode)
	}
}
