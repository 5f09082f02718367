package proxy

import (
	"net/netip"
	"net/url"
	"testing"

	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/rules"
)

// judging is a server that only says where one may go.
func judging(own string, settings Settings) *Server {
	s := &Server{own: []netip.AddrPort{netip.MustParseAddrPort(own)}}
	settings.Policy = rules.NewBuilder().Build()
	s.settings.Store(&settings)
	return s
}

// TestCasesZone: an address is the same whichever interface it is reached by.
func TestCasesZone(t *testing.T) {
	t.Parallel()
	s := judging("[fe80::1]:3128", Settings{Allow: []netip.Prefix{netip.MustParsePrefix("fe80::/64")}})
	for _, tt := range []struct {
		id, address string
		want        interstitial.Code
	}{
		{"AC-03 own", "[fe80::1%eth0]:3128", interstitial.CodeSelf},
		{"AC-05 allowed", "[fe80::2%eth0]:443", ""},
		{"AC-05 not allowed", "[fe80:0:0:1::2%eth0]:443", interstitial.CodeAddress},
	} {
		t.Run(tt.id, func(t *testing.T) {
			var got interstitial.Code
			if f := s.checkAddress(netip.MustParseAddrPort(tt.address)); f != nil {
				got = f.code
			}
			if got != tt.want {
				t.Errorf("%s: %q; want %q", tt.address, got, tt.want)
			}
		})
	}
}

// TestCV49IssuerPort is CV-49: an intermediate is fetched from where a client might go,
// its port included.
func TestCV49IssuerPort(t *testing.T) {
	t.Parallel()
	s := judging("127.0.0.1:3128", Settings{Ports: []uint16{80, 443}})
	for address, want := range map[string]bool{
		"http://ca.labnet.example/i.crt": true, "http://ca.labnet.example:443/": true, "http://ca.labnet.example:25/": false, "http://sekisho.internal/": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.mayAskIssuer(u); got != want {
			t.Errorf("%s: %t; want %t", address, got, want)
		}
	}
}

// TestAC06InsideAddresses is AC-06: what is inside is not asked of upstream.proxy, which
// stands inside, too.
func TestAC06InsideAddresses(t *testing.T) {
	t.Parallel()
	via := &url.URL{Scheme: "http", Host: "proxy.labnet.example:3128"}
	s := judging("127.0.0.1:3128", Settings{UpstreamProxy: via, ProxyExcept: []string{"office.example"}})
	for text, want := range map[string]*url.URL{
		"shop.example": via, "8.8.8.8": via, "10.0.0.1": nil, "127.0.0.1": nil, "[::1]": nil, "169.254.169.254": nil, "wiki.office.example": nil,
	} {
		n, err := hostname.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.upstreamProxyFor(n); got != want {
			t.Errorf("%s goes by %v; want %v", text, got, want)
		}
	}
}
