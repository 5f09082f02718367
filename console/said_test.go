package console

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// TestHealthBeside: a receiver of events that is down is named, and takes nothing else
// down; whoever looks is told.
func TestHealthBeside(t *testing.T) {
	t.Parallel()
	const down = "office-siem has failed since 2026-01-02T03:04:05Z, 12 events wait"
	s := start(t, func(o *Options) {
		o.Health = func() []Part { return []Part{{Name: "proxy", State: "ok"}, {Name: "sinks", State: down, Beside: true}} }
	})
	if got := ask(t, s, "GET", "/healthz", nil); got.status != 200 || got.body != "ok\nproxy: ok\nsinks: "+down+"\n" {
		t.Errorf("%d %q", got.status, got.body)
	}
	viewer := signedIn(t, s, "viewer")
	body := send(t, s, "GET", "/", viewer, "").body
	if !strings.Contains(body, phrases()["home.failing"]["ja"]) || !strings.Contains(body, "記録の転送") || !strings.Contains(body, "office-siem への転送が 2026-01-02T03:04:05Z から失敗しています（未送信 12 件）") {
		t.Error("the overview does not say so in Japanese")
	}
	var st status
	if err := json.Unmarshal([]byte(send(t, s, "GET", "/api/v1/status", viewer, "").body), &st); err != nil || st.Status != "failing" || st.Parts["sinks"] != down {
		t.Errorf("status %+v, %v", st, err)
	}
}

// TestAuditInJapanese: nothing of an entry is left in English.
func TestAuditInJapanese(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, e := range [][3]string{
		{"nobody", "sign-in.refused", "from 192.0.2.7, several times in a row"}, {"owner", "totp.add", "from 192.0.2.8"},
		{"owner", "sign-in.second", "from 192.0.2.9, several times in a row"}, {"owner", "decision.false_alarm", "incident " + blockedID + " for 90d"},
	} {
		if err := s.options.Journal.Audit(t.Context(), e[0], e[1], e[2]); err != nil {
			t.Fatal(err)
		}
	}
	_, body, _ := strings.Cut(send(t, s, "GET", "/audit", signedIn(t, s, "owner"), "").body, "<tbody>")
	for _, want := range []string{"サインインしていない人", "192.0.2.7 から、続けて何度も", "192.0.2.8 から<", "192.0.2.9 から、続けて何度も", "90 日"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, english := range []string{"nobody", "from ", "several"} {
		if strings.Contains(body, english) {
			t.Errorf("the page has %q", english)
		}
	}
}

// TestPlaceOf: a device is told addresses that it can use, or that there are none.
func TestPlaceOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, listens, here, want string }{
		{"on this computer", "127.0.0.1:8765", "127.0.0.1:8766", "127.0.0.1:8765"},
		{"everywhere", "[::]:53", "192.168.1.2:8766", "192.168.1.2:53"},
		{"loopback, of another device", "127.0.0.1:53", "192.168.1.2:8766", ""},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/set-up", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(test.here))))
		if got := placeOf(net.UDPAddrFromAddrPort(netip.MustParseAddrPort(test.listens)), r); got.At != test.want || got.Listens != test.listens {
			t.Errorf("%s: %+v; want %q", test.name, got, test.want)
		}
	}
	if got := placeOf(nil, nil); got != (place{}) {
		t.Errorf("off: %+v", got)
	}
}

// TestPrinted: what is not for paper is not printed.
func TestPrinted(t *testing.T) {
	t.Parallel()
	_, print, _ := strings.Cut(string(styleSheet), "@media print {")
	print, _, _ = strings.Cut(print, "\n}\n")
	for _, class := range []string{".who", ".langs", ".skip", ".menu", ".filter", ".row", ".screen", ".edit form"} {
		i := strings.Index(print, class)
		if i < 0 {
			t.Errorf("%s is printed", class)
			continue
		}
		if _, rule, _ := strings.Cut(print[i:], "{"); !strings.HasPrefix(strings.TrimSpace(rule), "display: none") {
			t.Errorf("%s is printed", class)
		}
	}
}
