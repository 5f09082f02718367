package proxy_test

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/proxy"
)

// connectAnswer sends CONNECT target and reads the answer.
func (l *lab) connectAnswer(t *testing.T, target string) answer {
	t.Helper()
	return l.send(t, "CONNECT "+target+" HTTP/1.1\r\nHost: "+target+"\r\n\r\n")
}

// TestCasesLocalAddresses: addresses that are nobody else's business are refused in
// every spelling, at the door and for names that resolve to them.
func TestCasesLocalAddresses(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Allow = nil })
	o := l.Origin([]string{"rebind.labnet.example"}, labnet.Handler(), labnet.Plain())
	for _, tt := range []struct{ id, host string }{
		{"AC-04", "localhost"},
		{"AC-04", "[::1]"},
		{"AC-04", "[::ffff:127.0.0.1]"},
		{"AC-04", "0.0.0.0"},
		{"AC-04", "[::]"},
		{"AC-04", "127.1"},
		{"AC-04", "2130706433"},
		{"AC-04", "0x7f000001"},
		{"AC-04", "0"},
		{"AC-04", "127.0.0.1"},
		{"AC-04", "0177.0.0.1"},
		{"AC-04", "１２７.0.0.1"},
		{"AC-04", "127.0.0.1."},
		{"AC-23", "LOCALHOST."},
		{"AC-23", "[0:0:0:0:0:0:0:1]"},
		{"AC-05", "169.254.169.254"},
		{"AC-05", "[fd00:ec2::254]"},
		{"AC-05", "100.64.0.1"},
		{"AC-05", "100.100.100.200"},
		{"AC-05", "168.63.129.16"},
		{"AC-05", "[64:ff9b::a83f:8110]"},
		{"AC-05", "metadata.google.internal"},
		{"AC-05", "METADATA.google.internal."},
		{"AC-05", "x.metadata.google.internal"},
		{"AC-05", "metadata.goog"},
		{"AC-05", "metadata.azure.com"},
		{"AC-05", "instance-data"},
		{"AC-05", "instance-data.ec2.internal"},
		{"AC-05", "[64:ff9b::7f00:1]"},
		{"AC-05", "[2002:7f00:1::]"},
		{"AC-05", "[2001:0:7f00:1::]"},
		{"AC-05", "[::ffff:169.254.169.254]"},
		{"AC-05", "[64:ff9b::a9fe:a9fe]"},
		{"AC-07", "192.168.0.1"},
		{"AC-07", "10.0.0.1"},
		{"AC-07", "172.16.0.1"},
		{"AC-06", "rebind.labnet.example"},
	} {
		t.Run(tt.id+" "+tt.host, func(t *testing.T) {
			l.Answer("localhost", labnet.Reply{})
			a := l.send(t, fmt.Sprintf("GET http://%s:%d/ HTTP/1.1\r\nHost: x\r\n\r\n", tt.host, o.Port()))
			if a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Error") == "" {
				t.Errorf("GET = %d, Sekisho-Error %q; want 403 with a reason", a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
			l.wantRefusedTunnel(t, fmt.Sprintf("%s:%d", tt.host, o.Port()))
		})
	}
	if got := o.Connections(); got != 0 {
		t.Errorf("the origin accepted %d connections; want 0", got)
	}
}

// wantRefusedTunnel wants CONNECT refused with 403, or a tunnel whose every
// answer is 403.
func (l *lab) wantRefusedTunnel(t *testing.T, target string) {
	t.Helper()
	c := l.dial(t)
	a := exchange(t, c, "CONNECT "+target+" HTTP/1.1\r\nHost: "+target+"\r\nConnection: close\r\n\r\n")
	if a.StatusCode == http.StatusBadRequest && !ascii(target) {
		return // net/http takes no such request line
	}
	if a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Error") == "" {
		t.Errorf("CONNECT %s = %d, Sekisho-Error %q; want 403 with a reason", target, a.StatusCode, a.Header.Get("Sekisho-Error"))
	}
}

// TestAC03AC08AC10AC16Self is AC-03, AC-08, AC-10 and AC-16: the proxy never leads to
// itself, nor to the other listeners of its process, the console among them, whatever
// egress allows.
func TestAC03AC08AC10AC16Self(t *testing.T) {
	t.Parallel()
	console, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = console.Close() }()
	own := netip.MustParseAddrPort(console.Addr().String())
	l := start(t, func(o *proxy.Options) { o.Own = []netip.AddrPort{own} })
	l.Answer("self.labnet.example", labnet.Reply{})
	proxyPort := l.proxy.Addr().(*net.TCPAddr).Port
	for _, port := range []int{proxyPort, int(own.Port())} {
		for _, host := range []string{"127.0.0.1", "self.labnet.example", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"} {
			t.Run(fmt.Sprintf("AC-08 %s:%d", host, port), func(t *testing.T) {
				a := l.send(t, fmt.Sprintf("GET http://%s:%d/ HTTP/1.1\r\nHost: x\r\n\r\n", host, port))
				if a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Error") != string(interstitial.CodeSelf) {
					t.Errorf("GET = %d, Sekisho-Error %q; want 403, self-loop", a.StatusCode, a.Header.Get("Sekisho-Error"))
				}
				l.wantRefusedTunnel(t, fmt.Sprintf("%s:%d", host, port))
			})
		}
	}
}

// TestAC09Environment is AC-09: proxies named by the environment are not used. It is
// not parallel, because it changes the environment.
func TestAC09Environment(t *testing.T) {
	l := prepare(t)
	for _, key := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(key, "http://127.0.0.1:1")
	}
	l.serve()
	o := l.Origin([]string{shop, genuine}, labnet.Handler())
	for _, host := range []string{shop, genuine} {
		if a := get(t, l.client(), https(host, o, "/echo"), nil); a.StatusCode != http.StatusOK {
			t.Errorf("AC-09: %s = %d; want 200", host, a.StatusCode)
		}
	}
}

// TestCasesFrontDoor: what is no proxy request, and who may not make one.
func TestCasesFrontDoor(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, tt := range []struct {
		id, request string
		status      int
	}{
		{"AC-14 origin-form", "GET / HTTP/1.1\r\nHost: " + l.addr() + "\r\n\r\n", 400},
		{"AC-14 console's pages", "GET /api/v1/status HTTP/1.1\r\nHost: " + l.addr() + "\r\n\r\n", 400},
		{"AC-26 profiles", "GET /debug/pprof/ HTTP/1.1\r\nHost: " + l.addr() + "\r\n\r\n", 400},
		{"AC-26 variables", "GET /debug/vars HTTP/1.1\r\nHost: " + l.addr() + "\r\n\r\n", 400},
		{"AC-12 https in absolute-form", "GET https://" + shop + "/ HTTP/1.1\r\nHost: " + shop + "\r\n\r\n", 400},
		{"AC-12 ftp", "GET ftp://" + shop + "/ HTTP/1.1\r\nHost: " + shop + "\r\n\r\n", 400},
		{"AC-12 star", "OPTIONS * HTTP/1.1\r\nHost: " + shop + "\r\n\r\n", 400},
		{"HP-16 header flood", "GET http://" + shop + "/ HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 1<<18) + "\r\n\r\n", 431},
		{"NE-04 userinfo", "GET http://amazon.co.jp@" + lookalike + "/ HTTP/1.1\r\nHost: x\r\n\r\n", 0},
	} {
		t.Run(tt.id, func(t *testing.T) {
			c := l.dial(t)
			go func() { _, _ = c.Write([]byte(tt.request)) }()
			a := exchange(t, c, "")
			if tt.status == 0 {
				if a.Header.Get("Sekisho-Incident") == "" && a.StatusCode != http.StatusBadRequest {
					t.Errorf("answer = %d; want an incident or 400", a.StatusCode)
				}
			} else if a.StatusCode != tt.status {
				t.Errorf("answer = %d; want %d", a.StatusCode, tt.status)
			}
		})
	}
}

// TestAC02Clients is AC-02: who is not listed gets 403 and nothing else.
func TestAC02Clients(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Clients = prefixes("192.0.2.0/24") })
	o := l.Origin([]string{shop, genuine}, labnet.Handler())
	for _, request := range []string{
		"CONNECT " + authority(shop, o) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"CONNECT " + authority(genuine, o) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET " + plain(shop, o, "/") + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET http://" + lookalike + "/ HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		a := l.send(t, request)
		if a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Error") != string(interstitial.CodeClient) {
			t.Errorf("%.40q = %d %q; want 403, client-refused", request, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
	if o.Connections() != 0 {
		t.Errorf("the origin accepted %d connections; want 0", o.Connections())
	}
	s := l.options.Settings
	s.Clients = prefixes("127.0.0.1/32")
	l.proxy.Reload(s)
	if a := get(t, l.client(), https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
		t.Errorf("after reload = %d; want 200", a.StatusCode)
	}
}
