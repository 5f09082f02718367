package daemon

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"sekisho/config"
)

// TestSecuredDNS asks for a blocked name over TLS and over HTTPS, as a device
// does that trusts the CA and knows the address alone.
func TestSecuredDNS(t *testing.T) {
	c := testConfig(t, "lists: {block: [blocked.example]}")
	c.Listen.DoT, c.Listen.DoH = "127.0.0.1:0", "127.0.0.1:0"
	d, at, stop := start(t, c)
	defer stop()
	ca, _ := d.CA()
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root())
	q := new(dns.Msg).SetQuestion("x.blocked.example.", dns.TypeA)
	client := &dns.Client{Net: "tcp-tls", TLSConfig: &tls.Config{RootCAs: roots}}
	if r, _, err := client.Exchange(q, at.DoT); err != nil || r.Rcode != dns.RcodeNameError {
		t.Errorf("over TLS: %v, %v; want NXDOMAIN", r, err)
	}
	wire, err := q.Pack()
	if err != nil {
		t.Fatal(err)
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true, DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: tr}).Get("https://" + at.DoH + "/dns-query?dns=" + base64.RawURLEncoding.EncodeToString(wire))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	r := new(dns.Msg)
	if err != nil || r.Unpack(body) != nil || r.Rcode != dns.RcodeNameError {
		t.Errorf("over HTTPS: %s, %x, %v; want NXDOMAIN", resp.Status, body, err)
	}
}

// TestSecuredWithoutDNS leaves out what the others are further ways to.
func TestSecuredWithoutDNS(t *testing.T) {
	for path, listen := range map[string]config.Listen{
		"listen.dot": {DoT: "127.0.0.1:0"}, "listen.doh": {DoH: "127.0.0.1:0"},
	} {
		c := testConfig(t, "")
		c.Listen = listen
		if _, err := Load(c); err == nil || !strings.Contains(err.Error(), path+": listen.dns is off") {
			t.Errorf("%s without listen.dns: %v", path, err)
		}
	}
}
