package proxy_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sekisho/imitation"
	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// allocate is TURN's request as a browser repeats it once it was asked who it is: with
// the name that the page gave it (RFC 8656, section 7.1).
func allocate(user string) string {
	body := stunAttribute(0x19, "\x11\x00\x00\x00") + stunAttribute(6, user)
	return "\x00\x03" + string(binary.BigEndian.AppendUint16(nil, uint16(len(body)))) + "\x21\x12\xa4\x42" + "abcdefghijkl" + body
}

// stunAttribute is one of a message of STUN, with its padding (RFC 8489, section 14).
func stunAttribute(kind uint16, value string) string {
	head := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, kind), uint16(len(value)))
	return string(head) + value + strings.Repeat("\x00", -len(value)&3)
}

// callRig is servers of every door that say what they heard.
type callRig struct {
	*lab
	heard                          chan string
	clear, secure, first, firstTLS *labnet.Origin
}

func newCallRig(l *lab, names ...string) *callRig {
	r := &callRig{lab: l, heard: make(chan string, 16)}
	serve := func(c net.Conn) {
		b := make([]byte, 2048)
		n, _ := io.ReadAtLeast(c, b, len(allocate("")))
		r.heard <- string(b[:n])
	}
	greets := func(c net.Conn) {
		_, _ = io.WriteString(c, "220 ready\r\n")
		serve(c)
	}
	r.clear, r.secure, r.first, r.firstTLS = l.Raw(names, serve), l.RawTLS(names, serve), l.Raw(names, greets), l.RawTLS(names, greets)
	return r
}

// call says STUN at a door, in one piece or byte by byte, and returns what the server
// heard of it once the connection has ended.
func (r *callRig) call(t *testing.T, door, host, said string, torn bool) string {
	t.Helper()
	var c net.Conn
	switch door {
	case "clear":
		c = r.connect(t, authority(host, r.clear))
	case "TLS":
		c = r.unnamed(t, authority(host, r.secure))
	case "banner":
		c = r.connect(t, authority(host, r.first))
	default:
		c = r.unnamed(t, authority(host, r.firstTLS))
	}
	_ = c.SetDeadline(time.Now().Add(patience))
	if strings.HasPrefix(door, "banner") {
		line(t, c, bufio.NewReader(c), "", "220 ready")
	}
	if torn {
		for i := range 12 {
			_, _ = io.WriteString(c, said[i:i+1])
			time.Sleep(2 * time.Millisecond)
		}
		said = said[12:]
	}
	_, _ = io.WriteString(c, said)
	if _, err := io.Copy(io.Discard, c); isTimeout(err) {
		t.Errorf("%s: the connection did not end", door)
	}
	_ = c.Close()
	wait(t, "the origins' connections to end", func() bool {
		return r.clear.Open()+r.secure.Open()+r.first.Open()+r.firstTLS.Open() == 0
	})
	all := ""
	for len(r.heard) > 0 {
		all += <-r.heard
	}
	return all
}

// TestHP36Calls: what a page can make a browser say by WebRTC goes only to servers that
// somebody vouches for, at every door, and the owner hears of the rest.
func TestHP36Calls(t *testing.T) {
	t.Parallel()
	const copied, allowed, teams, zoom = "tidy-mail.example", "turn.office.example", "worldaz.tr.teams.microsoft.com", "turn.zoom.us"
	l := start(t, func(o *proxy.Options) { o.Settings.Policy = policy("allow", allowed) })
	l.dossier.Page(name(t, copied), netip.MustParseAddr("127.0.0.1"), imitation.Result{Grade: imitation.Copy, Score: 100, Signs: []string{"title", "form"}})
	r := newCallRig(l, shop, copied, allowed, teams, zoom)
	turn := allocate(ownID + "|" + ownPassword)
	ice := string(binary.BigEndian.AppendUint16(nil, uint16(len(turn)))) + turn
	for _, tt := range []struct {
		what, host, said string
		torn, passes     bool
	}{
		{"TURN", shop, turn, false, false},
		{"TURN in pieces", shop, turn, true, false},
		{"ICE in pieces", shop, ice, true, false},
		{"TURN", allowed, turn, false, true},
		{"ICE in pieces", teams, ice, true, true},
		{"TURN", zoom, turn, false, true},
	} {
		for _, door := range []string{"clear", "TLS", "banner", "banner in TLS"} {
			t.Run(fmt.Sprintf("%s to %s, %s", tt.what, tt.host, door), func(t *testing.T) {
				got := r.call(t, door, tt.host, tt.said, tt.torn)
				if !strings.HasPrefix(tt.said, got) || tt.passes == (got == "") {
					t.Errorf("the server heard %q; want it to pass: %t", got, tt.passes)
				}
			})
		}
	}
	if got := r.call(t, "clear", copied, turn, false); got != "" {
		t.Errorf("a copy heard %q", got)
	}
	if c, err := l.offering(t, authority(shop, r.secure), l.strange(), "stun.turn"); err == nil {
		_ = c.Close()
		t.Error("a client that names TURN was passed on")
	}
	severities := map[string]string{}
	for _, e := range l.events(journal.Filter{Technique: journal.TechniqueCall}) {
		if _, again := severities[e.Host]; again || e.Action != journal.ActionBlock || e.Sent == nil || *e.Sent || strings.Contains(e.Detail, ownPassword) {
			t.Errorf("event = %+v; want one of each site, of what was not sent", e)
		}
		severities[e.Host] = string(e.Severity)
	}
	if len(severities) != 2 || severities[shop] != string(journal.SeverityInfo) || severities[copied] != string(journal.SeverityAmber) {
		t.Errorf("events of %v; want one of the strange server and an amber one of the copy", severities)
	}
}

// TestHP36CallsObserved: a proxy that observes passes them, and says so.
func TestHP36CallsObserved(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Observe = true })
	r := newCallRig(l, shop)
	for _, door := range []string{"clear", "TLS", "banner", "banner in TLS"} {
		if got := r.call(t, door, shop, allocate("x"), false); got == "" {
			t.Errorf("%s: nothing was heard", door)
		}
	}
	if notes := l.events(journal.Filter{Technique: journal.TechniqueCall}); len(notes) != 1 || notes[0].Sent == nil || !*notes[0].Sent {
		t.Errorf("notes = %+v; want one, of what was sent", notes)
	}
}
