package proxy_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"sekisho/hostname"
	"sekisho/internal/labnet"
)

// through makes l go through a proxy at port of this machine.
func (l *lab) through(port uint16, user *url.Userinfo) {
	l.options.Settings.UpstreamProxy = &url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port), User: user}
}

// TestUpstreamProxyPrivate: a name that leads inside is not handed to the office's
// proxy, which stands inside; one about which nothing is known here is.
func TestUpstreamProxyPrivate(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	o := l.Origin([]string{"outside.labnet.example"}, labnet.Handler())
	clear := l.Origin([]string{"outside.labnet.example"}, labnet.Handler(), labnet.Plain())
	office := startOfficeProxy(t, l.Net, "", o)
	l.through(office.Port(), nil)
	l.serve()
	for name, addrs := range map[string][]string{
		"ten": {"10.0.0.1"}, "metadata": {"169.254.169.254"}, "mixed": {"203.0.113.9", "192.168.1.1"}, "six": {"fd00::1"},
	} {
		host := name + ".labnet.example"
		r := labnet.Reply{}
		for _, a := range addrs {
			r.Addrs = append(r.Addrs, netip.MustParseAddr(a))
		}
		l.Answer(host, r)
		l.checkRefused(t, host)
	}
	l.checkRefused(t, "10.0.0.1")
	l.checkRefused(t, "169.254.169.254")
	if seen := office.requests(); len(seen) != 0 {
		t.Errorf("the office's proxy saw %v; want nothing", seen)
	}
	for name, reply := range map[string]labnet.Reply{"nowhere": {}, "broken": {Rcode: 2}} {
		host := name + ".labnet.example"
		if name != "nowhere" {
			l.Answer(host, reply)
		}
		if a := get(t, l.client(), plain(host, clear, "/echo"), nil); a.StatusCode != http.StatusOK {
			t.Errorf("%s = %d %q; want the proxy's answer", host, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
		_ = l.connect(t, authority(host, o)).Close()
	}
}

// checkRefused: host is refused for its address by CONNECT, in the clear, and as a
// site that is never decrypted.
func (l *lab) checkRefused(t *testing.T, host string) {
	t.Helper()
	for what, a := range map[string]answer{
		"CONNECT": l.connectAnswer(t, host+":443"),
		"GET":     l.send(t, "GET http://"+host+"/ HTTP/1.1\r\nHost: "+host+"\r\n\r\n"),
	} {
		if a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Error") != "address-refused" {
			t.Errorf("%s %s = %d %q; want 403, address-refused", what, host, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
}

// TestUpstreamProxyUnresolved: a resolver that says nothing delays a name once.
func TestUpstreamProxyUnresolved(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	office := startOfficeProxy(t, l.Net, "")
	l.through(office.Port(), nil)
	var asked atomic.Int32
	l.options.Lookup = func(ctx context.Context, _ hostname.Name) ([]netip.Addr, error) {
		asked.Add(1)
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	l.serve()
	for range 3 {
		if a := get(t, l.client(), plain(shop, clear, "/echo"), nil); a.StatusCode != http.StatusOK {
			t.Errorf("answer = %d %q; want 200", a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times; want once", n)
	}
}

// TestUpstreamProxySelf: a proxy that is we ourselves is a loop.
func TestUpstreamProxySelf(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	l.serve()
	_, port, _ := net.SplitHostPort(l.addr())
	own, _ := net.LookupPort("tcp", port)
	l.through(uint16(own), nil)
	l.proxy.Reload(l.options.Settings)
	for _, u := range []string{https(shop, o, "/"), "http://" + shop + "/"} {
		if a := get(t, l.client(), u, nil); a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Error") != "self-loop" {
			t.Errorf("%s = %d %q; want 403, self-loop", u, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
}

// scriptedProxy says reply to every CONNECT and then carries, when reply ends with a
// success; what it read is kept.
func (l *lab) scriptedProxy(reply func(head string) string) (*labnet.Origin, *lines) {
	seen := &lines{}
	return l.Raw([]string{"proxy.office.example"}, func(c net.Conn) {
		br := bufio.NewReader(c)
		for {
			r, err := http.ReadRequest(br)
			if err != nil {
				return
			}
			seen.add(r.Method + " " + r.RequestURI + " " + r.Header.Get("Proxy-Authorization"))
			body, _ := io.ReadAll(r.Body)
			said := reply(r.Method + " " + r.RequestURI + " " + string(body))
			if _, err := io.WriteString(c, said); err != nil {
				return
			}
			if r.Method != http.MethodConnect || strings.Contains(said, "\r\n\r\n!") || !strings.Contains(said, " 20") {
				continue
			}
			_, port, _ := net.SplitHostPort(r.Host)
			to, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, to); _ = c.Close() }()
			_, _ = io.Copy(to, br)
			_ = to.Close()
			return
		}
	}), seen
}

// TestUpstreamProxyReplies: any 2xx opens the tunnel, whatever else it claims;
// everything else is a page that says whose word it was.
func TestUpstreamProxyReplies(t *testing.T) {
	t.Parallel()
	const fine, refused, login = "", "upstream-proxy", "upstream-proxy-login"
	flood := strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 5000)
	for _, tt := range []struct{ name, reply, want string }{
		{"200", "HTTP/1.1 200 OK\r\n\r\n", fine},
		{"200 of HTTP/1.0", "HTTP/1.0 200 Connection established\r\n\r\n", fine},
		{"204", "HTTP/1.1 204 No Content\r\n\r\n", fine},
		{"201 without a reason", "HTTP/1.1 201\r\n\r\n", fine},
		{"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", fine},
		{"malformed length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", fine},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", fine},
		{"interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", fine},
		{"line feeds", "HTTP/1.1 200 OK\nX: y\n\n", fine},
		{"407", "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=x\r\nSet-Cookie: a=b\r\nContent-Length: 4\r\n\r\nEVIL", login},
		{"403", "HTTP/1.1 403 No\r\nLocation: http://evil.example/\r\nContent-Length: 4\r\n\r\nEVIL", refused},
		{"302", "HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n", refused},
		{"503", "HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nEVIL", refused},
		{"switch", "HTTP/1.1 101 Switching\r\n\r\n!", refused},
		{"another version", "HTTP/2.0 200 OK\r\n\r\n!", refused},
		{"no status", "HTTP/1.1 OK\r\n\r\n!", refused},
		{"long status", "HTTP/1.1 2000 OK\r\n\r\n!", refused},
		{"no HTTP", "SSH-2.0-x\r\n\r\n!", refused},
		{"long line", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 100_000) + "\r\n\r\n!", refused},
		{"many lines", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: aaaaaaaaaaaaa\r\n", 10_000) + "\r\n!", refused},
		{"interim without an end", flood + "!", refused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := prepare(t)
			o := l.Origin([]string{shop}, labnet.Handler())
			office, _ := l.scriptedProxy(func(string) string { return tt.reply })
			l.through(office.Port(), nil)
			l.serve()
			a := get(t, l.client(), https(shop, o, "/echo"), navigation)
			if got := a.Header.Get("Sekisho-Error"); got != tt.want || (a.StatusCode == http.StatusOK) != (tt.want == fine) {
				t.Errorf("answer = %d %q; want %q", a.StatusCode, got, tt.want)
			}
			if strings.Contains(a.body, "EVIL") || a.Header.Get("Set-Cookie") != "" || a.Header.Get("Location") != "" {
				t.Errorf("the proxy's own words came through: %v %.100q", a.Header, a.body)
			}
		})
	}
}

// TestUpstreamProxyEarly: what the site says in one packet with the proxy's answer
// is the tunnel's.
func TestUpstreamProxyEarly(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	office, _ := l.scriptedProxy(func(string) string { return "HTTP/1.1 204 OK\r\nContent-Length: 3\r\n\r\n!early" })
	l.through(office.Port(), nil)
	l.serve()
	c := l.connect(t, genuine+":443")
	got := make([]byte, 6)
	if _, err := io.ReadFull(c, got); err != nil || string(got) != "!early" {
		t.Errorf("read %q, %v; want what came behind the head", got, err)
	}
}
