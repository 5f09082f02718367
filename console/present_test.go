package console

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sekisho/journal"
	"sekisho/presence"
)

// TestProtectedDevices: a device that nothing was ever stopped on is there with all
// that protects it, and this computer is there in any case.
func TestProtectedDevices(t *testing.T) {
	t.Parallel()
	seen, err := presence.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(o *Options) { o.Presence = seen })
	cookie := signedIn(t, s, "owner")
	row := func(path, client string) string {
		t.Helper()
		doc, err := html.Parse(strings.NewReader(send(t, s, "GET", path+"?lang=en", cookie, "").body))
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		walk(doc, func(n *html.Node) {
			if head := headOf(n); n.Data == "tr" && head != nil && strings.Fields(textIn(head) + " -")[0] == client {
				walk(n, func(d *html.Node) {
					if label := attr(d, "data-label"); label == "Proxy" || label == "Certificate" || label == "DNS" {
						state, _, timed := strings.Cut(textIn(d), " 20") // its year
						if timed == (state == "not seen") {
							t.Errorf("%s of %s: %q", label, client, textIn(d))
						}
						found += strings.TrimSpace(state) + ", "
					}
				})
			}
		})
		return found
	}
	const unseen, none = "not seen, not seen, not seen, ", ""
	for _, path := range []string{"/", "/clients"} {
		if got := row(path, "127.0.0.1"); got != unseen || row(path, "192.0.2.7") != none {
			t.Errorf("%s at first: this computer %q, the other %q", path, got, row(path, "192.0.2.7"))
		}
	}
	phone, now := netip.MustParseAddr("192.0.2.7"), time.Now()
	seen.Note(phone, presence.Proxy, now)
	seen.Note(phone, presence.Trust, now)
	seen.Note(netip.MustParseAddr("192.0.2.8"), presence.Resolver, now.Add(-seenFor-time.Hour))
	seen.Note(netip.MustParseAddr("127.0.0.1"), presence.Resolver, now)
	if err := s.options.Journal.NameClient(t.Context(), journal.ClientName{Client: "192.0.2.7", Name: "till", Kind: "staff"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.options.Journal.Record(t.Context(), journal.Event{Client: "192.0.2.7", Door: journal.DoorDNS, Severity: journal.SeverityRed, Time: now.Add(-2 * seenFor)}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/clients"} {
		for client, want := range map[string]string{
			"192.0.2.7": "in use, in use, not lately, ", "192.0.2.8": none, "127.0.0.1": "not seen, not seen, in use, ",
		} {
			if got := row(path, client); got != want {
				t.Errorf("%s of %s: %q, want %q", path, client, got, want)
			}
		}
	}
	if body := send(t, s, "GET", "/?lang=en", cookie, "").body; !strings.Contains(body, "till") || !strings.Contains(body, "sekisho runs here") {
		t.Error("the name of a device is not shown, or not which is this computer")
	}
}

// TestLapsedDevices: what was in use and is so no longer is said not to be, though the
// device comes in other ways, and no step of its set-up is done by it.
func TestLapsedDevices(t *testing.T) {
	t.Parallel()
	now := time.Now()
	ago := func(h time.Duration) time.Time { return now.Add(-h * time.Hour) }
	guarded := map[string]time.Time{journal.DoorPage: ago(1), journal.DoorGuard: ago(1)}
	for _, tt := range []struct {
		name           string
		seen           presence.Client
		doors          map[string]time.Time
		proxy, ca, dns string
	}{
		{"all today", presence.Client{Proxy: ago(1), Trust: ago(2), Resolver: ago(0)}, nil, "yes", "yes", "yes"},
		{"off the proxy for weeks, and asking on", presence.Client{Proxy: ago(28 * 24), Trust: ago(28 * 24), Resolver: ago(0)}, nil, "before", "before", "yes"},
		{"off the proxy for two days", presence.Client{Proxy: ago(48), Trust: ago(48), Resolver: ago(0)}, nil, "before", "yes", "yes"},
		{"switched off for a weekend", presence.Client{Proxy: ago(63), Trust: ago(63), Resolver: ago(63)}, nil, "yes", "yes", "yes"},
		{"switched off for two weeks", presence.Client{Proxy: ago(14 * 24), Trust: ago(14 * 24), Resolver: ago(14 * 24)}, nil, "before", "before", "before"},
		{"read in the clear", presence.Client{}, guarded, "yes", "unknown", "unknown"},
		{"events of the resolver alone", presence.Client{Proxy: ago(48)}, map[string]time.Time{journal.DoorDNS: ago(0)}, "before", "unknown", "yes"},
	} {
		row := newClientRow(journal.ClientSeen{Client: "192.0.2.7", Last: latest(tt.doors[journal.DoorDNS], tt.doors[journal.DoorPage]), Doors: tt.doors}, tt.seen)
		if row.Proxy.State != tt.proxy || row.CA.State != tt.ca || row.DNS.State != tt.dns {
			t.Errorf("%s: %q, %q, %q; want %q, %q, %q", tt.name, row.Proxy.State, row.CA.State, row.DNS.State, tt.proxy, tt.ca, tt.dns)
		}
	}
	seen, err := presence.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(o *Options) { o.Presence = seen })
	cookie, here := signedIn(t, s, "viewer"), netip.MustParseAddr("127.0.0.1")
	seen.Note(here, presence.Proxy, ago(28*24))
	seen.Note(here, presence.Trust, ago(28*24))
	seen.Note(here, presence.Resolver, now)
	if got := ticked(t, send(t, s, "GET", "/set-up", cookie, "").body); got != "dns" {
		t.Errorf("four weeks after the proxy was used last, %q is done", got)
	}
	if body := send(t, s, "GET", "/clients?lang=en", cookie, "").body; !strings.Contains(body, "not lately") || !strings.Contains(body, ago(28*24).Format("2006-01-02 15:04:05")) {
		t.Error("the devices do not say since when the proxy is not used")
	}
}

// TestDoubtfulDevices: a program that does not trust the authority is told of beside its
// device, though others there do, for a day and until it does.
func TestDoubtfulDevices(t *testing.T) {
	t.Parallel()
	now := time.Now()
	ago := func(h time.Duration) time.Time { return now.Add(-h * time.Hour) }
	for _, tt := range []struct {
		name      string
		trust     time.Time
		notes     map[string]time.Time
		ca, doubt string
	}{
		{"one of them", ago(0), map[string]time.Time{"untrusting-program": ago(2)}, "yes", "untrusting-program"},
		{"one that refused many sites", ago(0), map[string]time.Time{"untrusting-program": ago(2), "untrusting": ago(1)}, "yes", "untrusting"},
		{"mended", ago(0), map[string]time.Time{"untrusting-program": ago(2), "trusting": ago(1)}, "yes", ""},
		{"mended, and again", ago(0), map[string]time.Time{"trusting": ago(3), "untrusting-program": ago(2)}, "yes", "untrusting-program"},
		{"long ago", ago(0), map[string]time.Time{"untrusting-program": ago(30)}, "yes", ""},
		{"refused, and taken since", time.Time{}, map[string]time.Time{"untrusting": ago(2), "trusting": ago(1)}, "unknown", ""},
		{"nobody there does", time.Time{}, map[string]time.Time{"untrusting": ago(2)}, "no", ""},
	} {
		row := newClientRow(journal.ClientSeen{Client: "192.0.2.7", Techniques: tt.notes}, presence.Client{Trust: tt.trust})
		if row.CA.State != tt.ca || row.Doubt != tt.doubt {
			t.Errorf("%s: %q, doubt %q; want %q, %q", tt.name, row.CA.State, row.Doubt, tt.ca, tt.doubt)
		}
	}
	seen, err := presence.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	seen.Note(netip.MustParseAddr("192.0.2.7"), presence.Trust, now)
	s := start(t, func(o *Options) { o.Presence = seen })
	if _, err := s.options.Journal.Record(t.Context(), journal.Event{
		Client: "192.0.2.7", Door: journal.DoorPage, Action: journal.ActionAllow, Severity: journal.SeverityInfo, Technique: "untrusting-program", Time: now.Add(-time.Minute),
	}); err != nil {
		t.Fatal(err)
	}
	body := send(t, s, "GET", "/clients?lang=en", signedIn(t, s, "owner"), "").body
	if !strings.Contains(body, "client=192.0.2.7&amp;technique=untrusting-program\">not every program</a>") {
		t.Error("the program is not shown on the page of devices")
	}
}

// TestManyDevices: of very many devices those that came last are shown.
func TestManyDevices(t *testing.T) {
	t.Parallel()
	seen, err := presence.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(o *Options) { o.Presence = seen })
	cookie := signedIn(t, s, "owner")
	now := time.Now()
	for i := range maxDevices + 20 {
		seen.Note(netip.AddrFrom4([4]byte{192, 0, 2 + byte(i/256), byte(i)}), presence.Proxy, now.Add(time.Duration(i)*time.Second))
	}
	for path, most := range map[string]int{"/": maxClients, "/clients": maxDevices} {
		body := send(t, s, "GET", path+"?lang=en", cookie, "").body
		if n := strings.Count(body, `<th scope="row"><a href="/events?client=`) + strings.Count(body, `<th class="short" scope="row">`); n != most {
			t.Errorf("%s has %d devices, want %d", path, n, most)
		}
		for text, want := range map[string]bool{
			"<bdi>192.0.2.219</bdi>": true, "<bdi>192.0.2.1</bdi>": false, "<bdi>127.0.0.1</bdi>": true, fmt.Sprint("Only the ", most): true,
		} {
			if strings.Contains(body, text) != want {
				t.Errorf("%s: %q: %t, want %t", path, text, !want, want)
			}
		}
	}
}

// headOf is the head of a row of a table, nil when there is none.
func headOf(n *html.Node) (head *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == "th" && attr(c, "scope") == "row" {
			head = c
		}
	}
	return head
}
