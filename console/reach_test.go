package console

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestPhones: the codes are there when a phone can reach the console, and lead where
// it can.
func TestPhones(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	if got := send(t, s, "GET", "/set-up?lang=en", cookie, "").body; strings.Contains(got, `role="img"`) || !strings.Contains(got, "Only this computer reaches") {
		t.Error("there are codes for a console on loopback")
	}
	v := guideView{}
	if err := v.phones(netip.MustParseAddrPort("[fd00::2]:8766")); err != nil {
		t.Fatal(err)
	}
	if len(v.Codes) != 2 || v.Codes[0].Text != "http://[fd00::2]:8766/ca.crt" || v.Codes[1].Text != "https://[fd00::2]:8766/set-up" {
		t.Errorf("the codes say %+v", v.Codes)
	}
	if a := ownAddress(); a.IsValid() && (a.IsLoopback() || a.IsLinkLocalUnicast()) {
		t.Errorf("other devices do not reach %v", a)
	}
}

// TestReachable: other devices are led to an address that they reach.
func TestReachable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		listen string
		want   bool
	}{{"127.0.0.1:0", false}, {"[::1]:0", false}, {"0.0.0.0:0", ownAddress().IsValid()}} {
		s := start(t, func(o *Options) { o.Listen = tt.listen })
		r, err := newGet(s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		at, ok := s.reachable(r)
		_, port, _ := net.SplitHostPort(s.Addr().String())
		if ok != tt.want || ok && (at.Addr() != ownAddress() || !strings.HasSuffix(at.String(), ":"+port)) {
			t.Errorf("%s: %v, %v; want %v", tt.listen, at, ok, tt.want)
		}
	}
}

// TestPlaceFor: what people are to enter is an address that the device reaches, not
// that of a listener on every interface.
func TestPlaceFor(t *testing.T) {
	t.Parallel()
	own := ownAddress()
	if !own.IsValid() {
		own = netip.MustParseAddr("127.0.0.1")
	}
	for _, tt := range []struct {
		listens, arrived, want string // "" is on another computer
	}{
		{"[::]:8765", "192.168.1.2:8766", "192.168.1.2:8765"},
		{"0.0.0.0:53", "192.168.1.2:8766", "192.168.1.2:53"},
		{"[::]:8765", "[::ffff:192.168.1.2]:8766", "192.168.1.2:8765"},
		{"[::]:8765", "[fd00::2]:8766", "[fd00::2]:8765"},
		{"[::]:8765", "127.0.0.1:8766", netip.AddrPortFrom(own, 8765).String()},
		{"192.168.1.3:8765", "192.168.1.2:8766", "192.168.1.3:8765"},
		{"127.0.0.1:8765", "127.0.0.1:8766", "127.0.0.1:8765"},
		{"127.0.0.1:8765", "192.168.1.2:8766", ""},
		{"[::1]:53", "[fd00::2]:8766", ""},
	} {
		r, err := newGet("console.example")
		if err != nil {
			t.Fatal(err)
		}
		at := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tt.arrived))
		r = r.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, net.Addr(at)))
		p := placeFor(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tt.listens)), r)
		if got := net.JoinHostPort(p.Host, p.Port); p.Elsewhere != (tt.want == "") || !p.Elsewhere && got != tt.want {
			t.Errorf("%s from %s: %+v; want %q", tt.listens, tt.arrived, p, tt.want)
		}
	}
	s := start(t, func(o *Options) {
		o.Proxy = func() net.Addr { return &net.TCPAddr{IP: net.IPv6unspecified, Port: 8765} }
		o.DNS = func() net.Addr { return &net.UDPAddr{IP: net.IPv6unspecified, Port: 53} }
	})
	cookie := signedIn(t, s, "viewer")
	for _, lang := range []string{"ja", "en"} {
		got := send(t, s, "GET", "/set-up?lang="+lang, cookie, "").body
		if strings.Contains(got, "[::]") || strings.Contains(got, "<code>::") || strings.Count(got, "<code>"+own.String()+"</code>") != 2 || !strings.Contains(got, "<code>8765</code>") {
			t.Errorf("in %s the addresses are others than %s: %s", lang, own, got)
		}
	}
	s.options.Proxy, s.options.DNS = func() net.Addr { return nil }, func() net.Addr { return nil }
	if got := send(t, s, "GET", "/set-up?lang=en", cookie, ""); got.status != 200 || !strings.Contains(got.body, "The proxy is off") {
		t.Errorf("without proxy and resolver: %d", got.status)
	}
}

// TestCode reads the three corners of a code and its timing pattern, by which a camera
// finds it (ISO/IEC 18004, section 6.3).
func TestCode(t *testing.T) {
	t.Parallel()
	c, err := newCode("http://192.168.1.2:8766/ca.crt")
	if err != nil {
		t.Fatal(err)
	}
	dark := map[[2]int]bool{}
	for _, part := range strings.Split(strings.Trim(c.Path, "z"), "z") {
		var x, y, n, m int
		if !scans(part, "M%d %dh%dv1h-%d", &x, &y, &n, &m) || n != m {
			t.Fatalf("a part of the path is %q", part)
		}
		for i := range n {
			dark[[2]int{x + i, y}] = true
		}
	}
	far := c.Size - quiet - 7
	for _, corner := range [][2]int{{quiet, quiet}, {far, quiet}, {quiet, far}} {
		for i := range 7 {
			for k := range 7 {
				ring := max(max(3-i, i-3), max(3-k, k-3)) // the square around the middle
				if got, want := dark[[2]int{corner[0] + i, corner[1] + k}], ring != 2; got != want {
					t.Fatalf("corner %v, module %d %d: dark is %v", corner, i, k, got)
				}
			}
		}
	}
	for i := 8; i < c.Size-2*quiet-8; i++ {
		if dark[[2]int{quiet + i, quiet + 6}] != (i%2 == 0) {
			t.Fatalf("the timing pattern is wrong at %d", i)
		}
	}
	for at := range dark {
		if min(at[0], at[1]) < quiet || max(at[0], at[1]) >= c.Size-quiet {
			t.Fatalf("there is no margin at %v", at)
		}
	}
	if _, err := newCode(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text that is too long has a code")
	}
}

// TestInstructions: every system has its steps, in both languages as many.
func TestInstructions(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	count := func(lang string) (n int) {
		for _, li := range find(t, send(t, s, "GET", "/set-up?lang="+lang, cookie, "").body, "li") {
			for p := li.Parent; p != nil; p = p.Parent {
				if p.Type == html.ElementNode && p.Data == "details" {
					n++
				}
			}
		}
		return n
	}
	if ja, en := count("ja"), count("en"); ja != en || ja < 4*len(systems) {
		t.Errorf("%d steps in Japanese, %d in English", ja, en)
	}
}

func newGet(addr string) (*http.Request, error) {
	return http.NewRequest("GET", "http://"+addr+"/set-up", nil)
}

// TestPasskeyAddress: who opened the console by a number is led to its name, at its port.
func TestPasskeyAddress(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	_, port, _ := net.SplitHostPort(s.Addr().String())
	body := send(t, s, "GET", "/me?lang=en", signedIn(t, s, "viewer"), "").body
	if want := `href="http://localhost:` + port + `/me"`; !strings.Contains(body, want) {
		t.Errorf("the page lacks %q", want)
	}
}
