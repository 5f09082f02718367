package proxy_test

import (
	"crypto/tls"
	"fmt"
	"html"
	"net"
	"net/http"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
	"sekisho/rules"
)

// TestCasesLedAstray is NE-13: whatever leads from an ordinary site to a blocked
// one passes, and the request that follows it is held back.
func TestCasesLedAstray(t *testing.T) {
	t.Parallel()
	l := start(t)
	trap := l.Origin([]string{lookalike}, labnet.Handler())
	clearTrap := l.Origin([]string{lookalike}, labnet.Handler(), labnet.Plain())
	goal := https(lookalike, trap, "/")
	page := `<!doctype html><meta http-equiv="refresh" content="0; url=%[1]s"><iframe src="%[1]s"></iframe><script>location = "%[1]s"</script>`
	pages := http.NewServeMux()
	pages.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Refresh", "0; url="+goal)
		_, _ = fmt.Fprintf(w, page, html.EscapeString(goal))
	})
	pages.HandleFunc("/hop/{n}", func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.PathValue("n"), &n)
		to := goal
		switch {
		case n > 1:
			to = fmt.Sprintf("/hop/%d", n-1)
		case r.URL.Query().Has("clear"):
			to = plain(lookalike, clearTrap, "/")
		}
		http.Redirect(w, r, to, http.StatusFound+n%2*5) // 302 and 307 in turn
	})
	o := l.Origin([]string{shop}, pages)
	for _, path := range []string{"/hop/1", "/hop/5", "/hop/1?clear"} {
		t.Run("NE-13 redirects "+path, func(t *testing.T) {
			c := l.client()
			c.CheckRedirect = nil
			a := get(t, c, https(shop, o, path), navigation)
			if a.Request.URL.Hostname() != "sekisho.internal" || !strings.Contains(a.body, lookalike) {
				t.Errorf("ended at %s with %d; want the warning", a.Request.URL, a.StatusCode)
			}
		})
	}
	t.Run("NE-13 page", func(t *testing.T) {
		a := get(t, l.client(), https(shop, o, "/page"), navigation)
		if a.StatusCode != http.StatusOK || a.body != fmt.Sprintf(page, html.EscapeString(goal)) || a.Header.Get("Refresh") == "" {
			t.Errorf("the page came as %d %q; want it untouched", a.StatusCode, a.body)
		}
	})
	for name, tt := range map[string]struct {
		header map[string]string
		status int
	}{
		"meta refresh": {navigation, http.StatusSeeOther}, "frame": {frame, http.StatusForbidden},
		"script": {fetch, http.StatusForbidden}, "image": {image, http.StatusForbidden},
	} {
		t.Run("NE-13 "+name, func(t *testing.T) {
			header := map[string]string{"Referer": https(shop, o, "/page")}
			for k, v := range tt.header {
				header[k] = v
			}
			if a := get(t, l.client(), goal, header); a.StatusCode != tt.status || a.Header.Get("Sekisho-Incident") == "" {
				t.Errorf("answer = %d; want %d and an incident", a.StatusCode, tt.status)
			}
		})
	}
	if n := trap.Connections() + clearTrap.Connections(); n != 0 {
		t.Errorf("the blocked site got %d connections; want 0", n)
	}
}

// TestCasesOpaqueOrigin is NE-22: a page that has no address (data:, blob:, a
// file) posts with Origin null, and is judged by where it posts to.
func TestCasesOpaqueOrigin(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.dossier.Configure("protected", nil)
	bad, good := l.Origin([]string{lookalike}, labnet.Handler()), l.Origin([]string{shop}, labnet.Handler())
	for _, tt := range []struct {
		id     string
		header map[string]string
	}{{"NE-22 form", navigation}, {"NE-22 script", fetch}} {
		t.Run(tt.id, func(t *testing.T) {
			header := map[string]string{"Origin": "null", "Content-Type": "application/x-www-form-urlencoded"}
			for k, v := range tt.header {
				header[k] = v
			}
			post := func(u string) answer {
				return do(t, l.client(), http.MethodPost, u, header, strings.NewReader("email=a%40b.example&password=secret"))
			}
			if a := post(https(lookalike, bad, "/echo")); a.Header.Get("Sekisho-Incident") == "" {
				t.Errorf("to a lookalike: %d; want an incident", a.StatusCode)
			}
			if e := post(https(shop, good, "/echo")).echo(t); e.Size == 0 || e.Header.Get("Origin") != "null" {
				t.Errorf("to a shop: %d bytes, Origin %q; want all as it was", e.Size, e.Header.Get("Origin"))
			}
		})
	}
	if n := bad.Connections(); n != 0 {
		t.Errorf("the blocked site got %d connections; want 0", n)
	}
}

// TestCasesAddressAndName is NE-15: a client that has an address from elsewhere
// connects to it and names the site in its ClientHello. The name decides.
func TestCasesAddressAndName(t *testing.T) {
	t.Parallel()
	const listed, unknown = "listed.labnet.example", "unknown.labnet.example"
	l := start(t, func(o *proxy.Options) { o.Settings.Policy = policy("block", listed) })
	o := l.Origin([]string{shop, lookalike, genuine, listed}, labnet.Handler())
	target := fmt.Sprintf("127.0.0.1:%d", o.Port())
	open := func(t *testing.T, sni string) *tls.Conn {
		cfg := l.trusting()
		cfg.ServerName = sni
		return l.tunnel(t, target, cfg)
	}
	ask := func(t *testing.T, c *tls.Conn, host string) answer {
		return exchange(t, c, fmt.Sprintf("GET /echo HTTP/1.1\r\nHost: %s\r\n\r\n", host))
	}
	for _, sni := range []string{lookalike, listed} {
		t.Run("NE-15 held "+sni, func(t *testing.T) {
			before := o.Connections()
			c := open(t, sni)
			if a := ask(t, c, authority(sni, o)); a.Header.Get("Sekisho-Incident") == "" || !l.ours(c.ConnectionState().PeerCertificates) {
				t.Errorf("answer = %d; want an incident, under a leaf of ours", a.StatusCode)
			}
			if n := o.Connections() - before; n != 0 {
				t.Errorf("the site got %d connections; want 0", n)
			}
		})
	}
	t.Run("NE-15 spliced", func(t *testing.T) {
		c := open(t, genuine)
		if e := ask(t, c, genuine).echo(t); e.Host != genuine || l.ours(c.ConnectionState().PeerCertificates) {
			t.Errorf("Host %q; want the origin itself, under its own certificate", e.Host)
		}
	})
	t.Run("NE-15 another name", func(t *testing.T) {
		c := open(t, shop)
		if e := ask(t, c, authority(shop, o)).echo(t); e.Host != authority(shop, o) || !l.ours(c.ConnectionState().PeerCertificates) {
			t.Errorf("Host %q; want it intercepted", e.Host)
		}
	})
	t.Run("NE-15 one name outside, another inside", func(t *testing.T) {
		if a := ask(t, open(t, shop), authority(lookalike, o)); a.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("answer = %d; want 421", a.StatusCode)
		}
	})
	t.Run("NE-15 a name that is not there", func(t *testing.T) {
		l.Answer(unknown, labnet.Reply{})
		if a := ask(t, open(t, unknown), authority(unknown, o)); a.Header.Get("Sekisho-Error") != "certificate-wrong-host" {
			t.Errorf("answer = %d %q; want certificate-wrong-host", a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	})
	t.Run("NE-15 no name", func(t *testing.T) {
		c := l.connect(t, target)
		tc := tlsClient(c, l.noName())
		defer func() { _ = tc.Close() }()
		if a := ask(t, tc, target); a.StatusCode < 400 {
			t.Errorf("answer = %d; want it judged by its address, for which there is no certificate", a.StatusCode)
		}
	})
	t.Run("NE-15 in the journal", func(t *testing.T) {
		c := l.connect(t, target)
		tc := tlsClient(c, l.noName())
		defer func() { _ = tc.Close() }()
		ask(t, tc, target)
		// Of the address itself there is only that it has no certificate of its own.
		if events := l.events(journal.Filter{Host: "127.0.0.1"}); len(events) != 1 || events[0].Technique != "certificate-wrong-host" {
			t.Errorf("events for the address: %+v; want them for the names", events)
		}
	})
}

// TestCasesCustomersOfAmazon is NE-20: what anybody may rent from Amazon is
// intercepted like any other site, and no place for an Amazon password.
func TestCasesCustomersOfAmazon(t *testing.T) {
	t.Parallel()
	l := start(t)
	hosts := []string{
		"bucket.s3.amazonaws.com", "bucket.s3.ap-northeast-1.amazonaws.com", "d111111abcdef8.cloudfront.net",
		"main.d1abcdef.amplifyapp.com", "abc123.execute-api.us-east-1.amazonaws.com",
		"ec2-192-0-2-1.compute-1.amazonaws.com", "x.lambda-url.eu-west-1.on.aws", "env.eba-abc.us-east-1.elasticbeanstalk.com",
	}
	o := l.Origin(hosts, labnet.Handler())
	for _, host := range hosts {
		t.Run("NE-20 "+host, func(t *testing.T) {
			if n := name(t, host); rules.IsGenuine(n) || rules.MayReceiveCredentials(n) {
				t.Error("taken for Amazon itself")
			}
			a := get(t, l.client(), https(host, o, "/echo"), nil)
			if a.StatusCode != http.StatusOK || !l.ours(a.TLS.PeerCertificates) {
				t.Errorf("answer = %d, under %v; want it intercepted", a.StatusCode, a.TLS.PeerCertificates[0].Issuer)
			}
		})
	}
}

// TestCasesDatagrams is NE-21: the proxy carries TCP alone. It listens to no UDP,
// and lets no request become a way for it (RFC 9298; HTTP/2's own form of that,
// and WebTransport's, is an extended CONNECT: HP-06).
func TestCasesDatagrams(t *testing.T) {
	t.Parallel()
	l := start(t)
	secure := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	const path, upgrade = "/echo/.well-known/masque/udp/192.0.2.1/443/", "Connection: Upgrade\r\nUpgrade: connect-udp\r\nCapsule-Protocol: ?1\r\n\r\n"
	for id, a := range map[string]answer{
		"NE-21 UDP in a tunnel":     l.raw(t, authority(shop, secure), "GET "+path+" HTTP/1.1\r\nHost: "+authority(shop, secure)+"\r\n"+upgrade),
		"NE-21 UDP through a proxy": l.send(t, "GET "+plain(shop, clear, path)+" HTTP/1.1\r\nHost: "+authority(shop, clear)+"\r\n"+upgrade),
	} {
		t.Run(id, func(t *testing.T) {
			if e := a.echo(t); a.StatusCode != http.StatusOK || e.Header["Upgrade"] != nil {
				t.Errorf("answer = %d, Upgrade %q at the origin; want an ordinary request", a.StatusCode, e.Header["Upgrade"])
			}
		})
	}
	t.Run("NE-21 UDP at the proxy", func(t *testing.T) {
		c, err := net.ListenPacket("udp", l.addr())
		if err != nil {
			t.Fatalf("the proxy's port is in use for UDP: %v", err)
		}
		_ = c.Close()
	})
	t.Run("NE-21 proxy itself asked", func(t *testing.T) {
		if a := l.send(t, "GET /.well-known/masque/udp/192.0.2.1/443/ HTTP/1.1\r\nHost: "+l.addr()+"\r\n"+upgrade); a.StatusCode != http.StatusBadRequest {
			t.Errorf("answer = %d; want 400", a.StatusCode)
		}
	})
}
