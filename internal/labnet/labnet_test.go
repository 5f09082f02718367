package labnet_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"sekisho/internal/labnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ask(t *testing.T, n *labnet.Net, network, name string, qtype uint16) *dns.Msg {
	t.Helper()
	c := dns.Client{Net: network}
	m, _, err := c.Exchange(new(dns.Msg).SetQuestion(dns.Fqdn(name), qtype), strings.TrimPrefix(n.DNS(), "udp://"))
	if err != nil {
		t.Fatalf("ask %s %s: %v", network, name, err)
	}
	return m
}

func TestDNS(t *testing.T) {
	n := labnet.New(t)
	n.Answer("shop.labnet.example", labnet.Reply{})
	n.Answer("alias.labnet.example", labnet.Reply{CNAME: "shop.labnet.example"})
	n.Answer("loop.labnet.example", labnet.Reply{CNAME: "loop.labnet.example"})
	n.Answer("six.labnet.example", labnet.Reply{Addrs: []netip.Addr{netip.IPv6Loopback()}})
	n.Answer("broken.labnet.example", labnet.Reply{Rcode: dns.RcodeServerFailure})
	tests := []struct {
		network, name string
		qtype         uint16
		rcode         int
		answers       int
	}{
		{"udp", "shop.labnet.example", dns.TypeA, dns.RcodeSuccess, 1},
		{"tcp", "SHOP.labnet.example", dns.TypeA, dns.RcodeSuccess, 1},
		{"udp", "shop.labnet.example", dns.TypeAAAA, dns.RcodeSuccess, 0},
		{"udp", "alias.labnet.example", dns.TypeA, dns.RcodeSuccess, 2},
		{"udp", "loop.labnet.example", dns.TypeA, dns.RcodeServerFailure, -1},
		{"udp", "six.labnet.example", dns.TypeAAAA, dns.RcodeSuccess, 1},
		{"udp", "broken.labnet.example", dns.TypeA, dns.RcodeServerFailure, 0},
		{"udp", "nowhere.labnet.example", dns.TypeA, dns.RcodeNameError, 0},
	}
	for _, tt := range tests {
		m := ask(t, n, tt.network, tt.name, tt.qtype)
		if m.Rcode != tt.rcode || tt.answers >= 0 && len(m.Answer) != tt.answers {
			t.Errorf("%s %s = %s with %d answers; want %s with %d", tt.network, tt.name,
				dns.RcodeToString[m.Rcode], len(m.Answer), dns.RcodeToString[tt.rcode], tt.answers)
		}
	}
	if got := n.Asked("shop.labnet.example."); got != 3 {
		t.Errorf("Asked = %d; want 3", got)
	}
}

func TestOrigin(t *testing.T) {
	n := labnet.New(t)
	for _, tt := range []struct {
		name  string
		opts  []labnet.OriginOption
		proto string
	}{
		{"h2", nil, "HTTP/2.0"},
		{"h1", []labnet.OriginOption{labnet.HTTP1Only()}, "HTTP/1.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := tt.name + ".labnet.example"
			o := n.Origin([]string{name}, labnet.Handler(), tt.opts...)
			tr := &http.Transport{
				ForceAttemptHTTP2: true,
				TLSClientConfig:   &tls.Config{RootCAs: n.Roots(), ServerName: name},
			}
			defer tr.CloseIdleConnections()
			url := fmt.Sprintf("https://127.0.0.1:%d/echo?q=1", o.Port())
			resp, err := (&http.Client{Transport: tr}).Post(url, "text/plain", labnet.NewPattern(1<<20))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			var got labnet.Echo
			if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
				t.Fatal(err)
			}
			if got.Proto != tt.proto || got.Size != 1<<20 || got.Sum != labnet.PatternSum(1<<20) {
				t.Errorf("echo = %+v; want %s and the body's sum", got, tt.proto)
			}
			if o.Connections() != 1 || o.Handshakes() != 1 || o.Requests() != 1 || o.Hello().ServerName != name {
				t.Errorf("counts = %d, %d, %d; want one each", o.Connections(), o.Handshakes(), o.Requests())
			}
		})
	}
}

func TestRaw(t *testing.T) {
	n := labnet.New(t)
	o := n.Raw([]string{"raw.labnet.example"}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	c, err := net.Dial("tcp", o.AddrPort().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "ping"); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4)
	if _, err := io.ReadFull(c, buf); err != nil || string(buf) != "ping" {
		t.Fatalf("read %q, %v; want ping", buf, err)
	}
	if got := o.Received(); len(got) != 1 || string(got[0]) != "ping" {
		t.Errorf("Received = %q; want ping on one connection", got)
	}
}
