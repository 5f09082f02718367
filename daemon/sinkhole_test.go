package daemon

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/config"
	"sekisho/journal"
)

// device is a machine of the office that uses the resolver and not the proxy. It
// opens sites at the address that the resolver gives, at whatever port that is
// served there.
type device struct {
	t     *testing.T
	at    Running
	roots *x509.CertPool
}

// answer is what the resolver tells of name.
func (v *device) answer(name string, qtype uint16) *dns.Msg {
	v.t.Helper()
	q := new(dns.Msg).SetQuestion(name+".", qtype)
	q.SetEdns0(1232, false)
	r, _, err := new(dns.Client).Exchange(q, v.at.DNS)
	if err != nil {
		v.t.Fatalf("ask for %s: %v", name, err)
	}
	return r
}

// addrs are the addresses that the resolver gives for name.
func (v *device) addrs(name string) (all []string) {
	v.t.Helper()
	for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA} {
		for _, rr := range v.answer(name, qtype).Answer {
			switch rr := rr.(type) {
			case *dns.A:
				all = append(all, rr.A.String())
			case *dns.AAAA:
				all = append(all, rr.AAAA.String())
			}
		}
	}
	return all
}

// open opens a page as a tab does.
func (v *device) open(url string) (*http.Response, string, error) {
	v.t.Helper()
	tr := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: v.roots}, ForceAttemptHTTP2: true, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			host, port, _ := net.SplitHostPort(addr)
			addrs := v.addrs(host)
			if len(addrs) == 0 {
				return nil, &net.DNSError{Name: host, IsNotFound: true}
			}
			served := netip.MustParseAddrPort(map[string]string{"80": v.at.Sinkhole, "443": v.at.SinkholeTLS}[port]).Port()
			to := netip.AddrPortFrom(netip.MustParseAddr(addrs[0]), served)
			return new(net.Dialer).DialContext(ctx, network, to.String())
		},
	}
	defer tr.CloseIdleConnections()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	for k, value := range map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"} {
		r.Header.Set(k, value)
	}
	resp, err := (&http.Client{Transport: tr}).Do(r)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return resp, string(b), err
}

func startOffice(t *testing.T, change func(*config.Config)) (*Daemon, *device, *device) {
	t.Helper()
	c := testConfig(t, "lists: {block: [blocked.example, sellercentral.amazon.co.jp]}")
	c.Listen.Sinkhole, c.Listen.SinkholeTLS = "127.0.0.1:0", "127.0.0.1:0"
	c.Listen.DoT, c.Listen.Proxy = "127.0.0.1:0", ""
	if change != nil {
		change(&c)
	}
	d, at, _ := start(t, c)
	ca, _ := d.CA()
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root())
	return d, &device{t, at, roots}, &device{t, at, x509.NewCertPool()}
}

// greet has a device complete a handshake with a leaf of sekisho's.
func (v *device) greet(sni string) {
	v.t.Helper()
	conn, err := tls.Dial("tcp", v.at.DoT, &tls.Config{RootCAs: v.roots, NextProtos: []string{"dot"}, ServerName: sni})
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	wire, err := new(dns.Msg).SetQuestion("localhost.", dns.TypeA).Pack()
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = conn.Write(append([]byte{0, byte(len(wire))}, wire...))
	if _, err := io.ReadFull(conn, make([]byte, 2)); err != nil { // answered, so the handshake is over there too
		v.t.Fatal(err)
	}
}

// TestSinkholeStory is that of a device without a proxy: before it trusts the CA
// blocked names do not exist for it; then they show the page; and when a program on
// it refuses a certificate, they do not exist again.
func TestSinkholeStory(t *testing.T) {
	t.Parallel()
	d, trusting, stranger := startOffice(t, nil)
	const host = "shop.blocked.example"
	nowhere := func(when string) {
		t.Helper()
		r := trusting.answer(host, dns.TypeA)
		if r.Rcode != dns.RcodeNameError || len(r.Ns) != 1 || len(r.Answer) != 0 {
			t.Errorf("%s: %v; want NXDOMAIN with a SOA", when, r)
		}
	}
	nowhere("nothing is known of the device")
	if _, _, err := trusting.open("https://" + host + "/"); err == nil {
		t.Error("opened a name that does not exist")
	}
	trusting.greet("")
	for qtype, want := range map[uint16]int{dns.TypeA: 1, dns.TypeAAAA: 0, dns.TypeHTTPS: 0, dns.TypeSVCB: 0} {
		r := trusting.answer(host, qtype)
		if r.Rcode != dns.RcodeSuccess || len(r.Answer) != want || want == 1 && r.Answer[0].Header().Ttl != 10 || blockedCode(r) != dns.ExtendedErrorCodeBlocked {
			t.Errorf("type %d: %v; want %d answers for ten seconds, EDE 15", qtype, r, want)
		}
	}
	for _, scheme := range []string{"https://", "http://"} {
		resp, body, err := trusting.open(scheme + host + "/ap/signin")
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "blocked.example") || resp.Header.Get("Sekisho-Incident") == "" {
			t.Errorf("%s: %d %.200q", scheme, resp.StatusCode, body)
		}
	}
	if got := trusting.addrs("sellercentral.amazon.co.jp"); got != nil {
		t.Errorf("genuine Amazon is led to %v", got) // its upstream is silent, so that there is no answer
	}
	if shown := pagesShown(t, d, host); shown != 2 {
		t.Errorf("%d events of pages; want 2", shown)
	}
	if _, _, err := stranger.open("https://" + host + "/"); err == nil {
		t.Fatal("a stranger believed the certificate")
	}
	for end := time.Now().Add(20 * time.Second); trusting.addrs(host) != nil && time.Now().Before(end); { // its alert is still on the way
		time.Sleep(time.Millisecond)
	}
	nowhere("a program refused the certificate")
	trusting.greet("") // by the same program's handshake it is settled
	if _, _, err := trusting.open("https://" + host + "/"); err != nil {
		t.Errorf("after another handshake: %v", err)
	}
}

// blockedCode is that of the extended error in r.
func blockedCode(r *dns.Msg) uint16 {
	if o := r.IsEdns0(); o != nil {
		for _, option := range o.Option {
			if e, ok := option.(*dns.EDNS0_EDE); ok {
				return e.InfoCode
			}
		}
	}
	return 0
}

// pagesShown counts the events of the warning, which stand beside the resolver's.
func pagesShown(t *testing.T, d *Daemon, host string) (n int) {
	t.Helper()
	r, err := journal.OpenReader(d.dir.Journal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for e, err := range r.Events(t.Context(), journal.Filter{Host: host, Action: journal.ActionBlock}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Door != journal.DoorDNS {
			n++
			if e.Sent == nil || *e.Sent || e.Client != "127.0.0.1" {
				t.Errorf("event %+v; want the client, and nothing sent", e)
			}
		}
	}
	return n
}

// TestSinkholeAllowed: what the owner allows is nobody's page any more at once.
func TestSinkholeAllowed(t *testing.T) {
	t.Parallel()
	d, trusting, _ := startOffice(t, nil)
	trusting.greet("")
	const host = "amozon-seller.example"
	if _, _, err := trusting.open("https://" + host + "/"); err != nil {
		t.Fatal(err)
	}
	c := d.now.Load().config
	c.Lists.Allow = []string{host}
	if _, err := d.Reload(c); err != nil {
		t.Fatal(err)
	}
	if got := trusting.addrs(host); got != nil {
		t.Errorf("still led to %v", got)
	}
}

// TestSinkholeRestart: a device that has shown once that it trusts the CA need not
// do so again for a restart.
func TestSinkholeRestart(t *testing.T) {
	t.Parallel()
	c := testConfig(t, "lists: {block: [blocked.example]}")
	c.Listen = config.Listen{DNS: "127.0.0.1:0", DoT: "127.0.0.1:0", Sinkhole: "127.0.0.1:0", SinkholeTLS: "127.0.0.1:0"}
	for _, first := range []bool{true, false} {
		d, at, stop := start(t, c)
		ca, _ := d.CA()
		v := &device{t, at, x509.NewCertPool()}
		v.roots.AddCert(ca.Root())
		if led := v.addrs("x.blocked.example") != nil; led == first {
			t.Errorf("first start %t: led there: %t", first, led)
		}
		if first {
			v.greet("")
		}
		stop()
	}
}
