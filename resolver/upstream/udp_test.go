package upstream

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// TestCases has the numbered cases that are about exchanges; package resolver
// has the others.
func TestCases(t *testing.T) {
	t.Parallel()
	wrongID := func(q []byte) []byte {
		r := reply(q, "192.0.2.66")
		r[0] ^= 0xff
		return r
	}
	echo := func(q []byte) []byte { return q }
	other := func(q []byte) []byte {
		return reply(q, "192.0.2.66", func(m *dns.Msg) { m.Question[0].Name = "evil.example." })
	}
	otherType := func(q []byte) []byte {
		return reply(q, "192.0.2.66", func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeAAAA })
	}
	short := func(q []byte) []byte { // announces answers that are not there
		raw := reply(q, "192.0.2.1", func(m *dns.Msg) { m.Answer, m.Extra = nil, nil })
		raw[7] = 1
		return raw
	}
	broken := func(q []byte) []byte {
		r := reply(q, "192.0.2.66")
		return r[:len(r)-3]
	}
	errorWithoutQuestion := func(q []byte) []byte {
		return append([]byte{q[0] ^ 1, q[1], 0x81, 0x82}, make([]byte, 8)...)
	}
	raw := func(b []byte) func([]byte) []byte { return func([]byte) []byte { return b } }
	for id, run := range map[string]func(*testing.T){
		"C41":            junk(raw([]byte("junk!")), raw(nil), broken),
		"C42":            junk(raw(bytes.Repeat([]byte{0xc0}, 40)), wrongID, errorWithoutQuestion),
		"C43":            junk(wrongID),
		"C44":            junk(echo),
		"C45":            junk(other, otherType),
		"C41 counts":     junk(short),
		"C41 to C45":     junk(raw([]byte("x")), wrongID, echo, other, otherType, broken),
		"C46":            wrongCase,
		"C46 no TCP":     caseFolder,
		"C49":            truncated,
		"C49 no TCP":     truncatedWithoutTCP,
		"C50":            tooBig,
		"C51":            ednsRejected,
		"C53":            dohRejects,
		"C54 DoH":        dohGoneSilent,
		"C54 DoT":        replaced(silent),
		"C54 DoT closed": replaced(func(_ []byte, send func([]byte)) { send(nil) }),
	} {
		t.Run(id, func(t *testing.T) { t.Parallel(); run(t) })
	}
}

// junk has replies arrive that are none before the one that is; each must be
// passed over.
func junk(replies ...func([]byte) []byte) func(*testing.T) {
	return func(t *testing.T) {
		addr, _ := udpServer(t, func(q []byte, send func([]byte)) {
			for _, f := range replies {
				send(f(q))
			}
			right(q, send)
		})
		e := open(t, "udp://"+addr, Options{})
		wantA(t, e, "shop.example.", "192.0.2.1")
		if PrompterOf(e) != nil {
			promptA(t, e, "shop.example.", "192.0.2.1")
		}
	}
}

// wrongCase has everything right but the letter case.
func wrongCase(t *testing.T) {
	var udpAsked, mixed atomic.Int32
	addr := pairServer(t, func(q []byte, send func([]byte)) {
		udpAsked.Add(1)
		name := string(q[13 : 13+30])
		if strings.ToLower(name) != name {
			mixed.Add(1)
		}
		send(reply(q, "192.0.2.66", func(m *dns.Msg) { m.Question[0].Name = strings.ToUpper(m.Question[0].Name) }))
	}, right)
	e := open(t, "udp://"+addr, Options{MixCase: true})
	wantA(t, e, "abcdefghijklmnopqrstuvwxyzabcd.example.", "192.0.2.1")
	if mixed.Load() != 1 || udpAsked.Load() != 1 {
		t.Errorf("asked %d times over UDP, %d of them in mixed case; want 1, 1", udpAsked.Load(), mixed.Load())
	}
}

// caseFolder asks a server that answers in lower case and has no TCP.
func caseFolder(t *testing.T) {
	addr, _ := udpServer(t, func(q []byte, send func([]byte)) {
		send(reply(q, "192.0.2.1", func(m *dns.Msg) { m.Question[0].Name = strings.ToLower(m.Question[0].Name) }))
	})
	e := open(t, "udp://"+addr, Options{MixCase: true})
	for range 5 {
		wantA(t, e, "abcdefghijklmnopqrstuvwxyzabcd.example.", "192.0.2.1")
	}
	u := e.(*ednsFallback).Exchanger.(*udp)
	if u.plainUntil.Load() == 0 {
		t.Error("a server that folds case is not remembered")
	}
}

func truncated(t *testing.T) {
	addr := pairServer(t, func(q []byte, send func([]byte)) {
		send(reply(q, "192.0.2.66", func(m *dns.Msg) { m.Truncated, m.Answer = true, nil }))
	}, right)
	wantA(t, open(t, "udp://"+addr, Options{}), "shop.example.", "192.0.2.1")
}

func truncatedWithoutTCP(t *testing.T) {
	addr, _ := udpServer(t, func(q []byte, send func([]byte)) {
		send(reply(q, "192.0.2.66", func(m *dns.Msg) { m.Truncated = true }))
	})
	if r, err := ask(t, open(t, "udp://"+addr, Options{}), "shop.example."); err == nil {
		t.Errorf("got %v; want an error", r)
	}
}

// tooBig gets more bytes than the query permits, and more than are read.
func tooBig(t *testing.T) {
	big := func(m *dns.Msg) {
		for range 40 {
			m.Extra = append(m.Extra, &dns.TXT{
				Hdr: dns.RR_Header{Name: "x.example.", Rrtype: dns.TypeTXT, Class: dns.ClassINET},
				Txt: []string{strings.Repeat("x", 50)},
			})
		}
	}
	huge := func(m *dns.Msg) {
		for range 8 {
			big(m)
		}
	}
	udpOnly, _ := udpServer(t, func(q []byte, send func([]byte)) { send(reply(q, "192.0.2.7", big)) })
	both := pairServer(t, func(q []byte, send func([]byte)) { send(reply(q, "192.0.2.66", big)) }, right)
	beyond := pairServer(t, func(q []byte, send func([]byte)) { send(reply(q, "192.0.2.66", huge)) }, right)
	wantA(t, open(t, "udp://"+both, Options{}), "shop.example.", "192.0.2.1")
	wantA(t, open(t, "udp://"+beyond, Options{}), "shop.example.", "192.0.2.1")
	// Without TCP the oversize reply is better than none.
	wantA(t, open(t, "udp://"+udpOnly, Options{}), "shop.example.", "192.0.2.7")
}

func ednsRejected(t *testing.T) {
	for _, tc := range []struct {
		rcode int
		bare  bool // without question
	}{{dns.RcodeFormatError, true}, {dns.RcodeFormatError, false}, {dns.RcodeNotImplemented, false}} {
		var withEDNS, without atomic.Int32
		addr, _ := udpServer(t, func(q []byte, send func([]byte)) {
			m := new(dns.Msg)
			if err := m.Unpack(q); err != nil {
				panic(err)
			}
			if m.IsEdns0() == nil {
				without.Add(1)
				right(q, send)
				return
			}
			withEDNS.Add(1)
			send(reply(q, "192.0.2.66", func(m *dns.Msg) {
				m.Rcode, m.Answer = tc.rcode, nil
				if tc.bare {
					m.Question = nil
				}
			}))
		})
		e := open(t, "udp://"+addr, Options{})
		for range 3 {
			wantA(t, e, "shop.example.", "192.0.2.1")
		}
		if withEDNS.Load() != 1 || without.Load() != 3 {
			t.Errorf("%+v: %d queries with EDNS and %d without; want 1 and 3", tc, withEDNS.Load(), without.Load())
		}
	}
}

// TestResend loses the first datagram.
func TestResend(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	addr, asked := udpServer(t, func(q []byte, send func([]byte)) {
		if n.Add(1) > 1 {
			right(q, send)
		}
	})
	wantA(t, open(t, "udp://"+addr, Options{}), "shop.example.", "192.0.2.1")
	if asked.Load() != 2 {
		t.Errorf("server got %d datagrams; want 2", asked.Load())
	}
}

func TestFloodOfGuesses(t *testing.T) {
	t.Parallel()
	addr := pairServer(t, func(q []byte, send func([]byte)) {
		for i := range suspicion + 10 {
			r := reply(q, "192.0.2.66")
			r[1] ^= byte(i + 1)
			send(r)
		}
	}, right)
	wantA(t, open(t, "udp://"+addr, Options{}), "shop.example.", "192.0.2.1")
}

func TestUDPErrors(t *testing.T) {
	t.Parallel()
	addr, _ := udpServer(t, silent)
	e := open(t, "udp://"+addr, Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := e.Exchange(ctx, new(dns.Msg).SetQuestion("a.example.", dns.TypeA)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silent server: err = %v; want deadline exceeded", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := e.Exchange(ctx, new(dns.Msg).SetQuestion("a.example.", dns.TypeA)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: err = %v; want cancelled", err)
	}
	if _, err := e.Exchange(t.Context(), new(dns.Msg)); !errors.Is(err, errQuestion) {
		t.Errorf("no question: err = %v; want %v", err, errQuestion)
	}
	closed, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	if _, err := ask(t, open(t, "udp://"+closed.LocalAddr().String(), Options{}), "a.example."); err == nil {
		t.Error("closed port: no error")
	}
}
