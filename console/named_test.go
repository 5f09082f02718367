package console

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sekisho/journal"
	"sekisho/presence"
)

// TestNamedDevicesFigures: a device that has a name has the figures of the lists they
// lead to, though it was not seen for long or others were seen since.
func TestNamedDevicesFigures(t *testing.T) {
	t.Parallel()
	seen, err := presence.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(o *Options) { o.Presence = seen })
	now := time.Now()
	record := func(client, severity string, at time.Time) {
		t.Helper()
		e := journal.Event{Client: client, Door: journal.DoorDNS, Action: journal.ActionBlock, Severity: severity, Host: "amazon-signin.example", Time: at}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	const long, pushed, never = "192.0.2.30", "192.0.2.31", "192.0.2.32"
	for _, client := range []string{long, pushed, never} {
		if err := s.options.Journal.NameClient(t.Context(), journal.ClientName{Client: client, Name: "till " + client, Kind: "staff"}); err != nil {
			t.Fatal(err)
		}
	}
	record(long, journal.SeverityRed, now.Add(-40*24*time.Hour))
	record(long, journal.SeverityRed, now.Add(-40*24*time.Hour))
	record(pushed, journal.SeverityRed, now.Add(-time.Hour))
	record(pushed, journal.SeverityAmber, now.Add(-time.Hour))
	for i := range maxDevices {
		seen.Note(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}), presence.Proxy, now)
	}
	cookie := signedIn(t, s, "viewer")
	page, err := html.Parse(strings.NewReader(send(t, s, "GET", "/clients?lang=en", cookie, "").body))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{} // name, figures and what they lead to
	walk(page, func(n *html.Node) {
		head := headOf(n)
		if n.Data != "tr" || head == nil || !strings.HasPrefix(textIn(head), "192.0.2.") {
			return
		}
		var row []string
		walk(n, func(d *html.Node) {
			switch attr(d, "data-label") {
			case "Name", "Group":
				row = append(row, textIn(d))
			case "Danger (all records)", "Caution (all records)":
				row = append(row, textIn(d))
				walk(d, func(a *html.Node) {
					if a.Data == "a" {
						row = append(row, fmt.Sprint(strings.Count(send(t, s, "GET", attr(a, "href"), cookie, "").body, `<tr><th scope="row">`)))
					}
				})
			}
		})
		got[textIn(head)] = row
	})
	for client, want := range map[string][]string{
		long: {"till " + long, "staff", "2", "2", "0", "0"}, pushed: {"till " + pushed, "staff", "1", "1", "1", "1"}, never: {"till " + never, "staff", "0", "0", "0", "0"},
	} {
		if !slices.Equal(got[client], want) {
			t.Errorf("%s: %q; want %q", client, got[client], want)
		}
	}
}
