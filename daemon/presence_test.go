package daemon

import (
	"crypto/tls"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/certs"
)

// TestPresence: a device of which nothing is to be recorded is seen all the same by
// each door that it uses, and is known after a restart.
func TestPresence(t *testing.T) {
	c := testConfig(t, "")
	c.Listen.DoT = "127.0.0.1:0"
	d, at, stop := start(t, c)
	me := netip.MustParseAddr("127.0.0.1")
	seen := func() [3]bool {
		p := d.stores.presence.Of(me)
		return [3]bool{!p.Proxy.IsZero(), !p.Resolver.IsZero(), !p.Trust.IsZero()}
	}
	want := [3]bool{}
	check := func(what string) {
		t.Helper()
		if got := seen(); got != want {
			t.Errorf("%s: proxy, resolver, trust %v; want %v", what, got, want)
		}
	}
	check("at first")
	if _, _, err := new(dns.Client).Exchange(new(dns.Msg).SetQuestion("localhost.", dns.TypeA), at.DNS); err != nil {
		t.Fatal(err)
	}
	want = [3]bool{false, true, false}
	check("after a question")
	// Who asks over TLS may take any certificate, as a phone does by itself; and whoever
	// looks at the console may have clicked past the browser's warning.
	careless := &dns.Client{Net: "tcp-tls", TLSConfig: &tls.Config{InsecureSkipVerify: true}}
	if _, _, err := careless.Exchange(new(dns.Msg).SetQuestion("localhost.", dns.TypeA), at.DoT); err != nil {
		t.Fatal(err)
	}
	check("after a question over TLS")
	get := func(url string) {
		t.Helper()
		resp, err := browser(t, d, at).Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	get("http://sekisho.internal/")
	want = [3]bool{true, true, false}
	check("after a request in the clear")
	get("https://sekisho.internal/")
	want = [3]bool{true, true, true}
	check("after a handshake")
	events := d.journal.LastID()
	stop()
	d, _, stop = start(t, c)
	check("after a restart")
	if events != 0 || time.Since(d.stores.presence.Of(me).Last()) > time.Hour {
		t.Errorf("%d events were recorded; last seen %v", events, d.stores.presence.Of(me).Last())
	}
	stop()
	if _, err := certs.Rotate(d.dir.CA(), CAOptions()); err != nil {
		t.Fatal(err)
	}
	d, _, _ = start(t, c)
	want[2] = false
	check("after another authority was made")
}
