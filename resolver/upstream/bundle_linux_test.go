package upstream

import (
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

// TestBundles sends two datagrams as one piece, which arrive as two, each with an id
// of its own, and not any more once that was lost too often or was refused.
func TestBundles(t *testing.T) {
	t.Parallel()
	server, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	s, err := connect(server.LocalAddr().(*net.UDPAddr).AddrPort())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(s.fd) })
	wires := [][]byte{[]byte("first question"), []byte("second, longer")}
	if !s.sendBundle(wires) {
		t.Skip("skipped: this system cannot take datagrams apart")
	}
	for i, want := range wires {
		buf := make([]byte, 100)
		if n, err := server.Read(buf); err != nil || string(buf[:n]) != string(want) {
			t.Errorf("datagram %d is %q, %v; want %q", i, buf[:n], err, want)
		}
	}
	var b bundles
	if !b.some(wires) || b.some(wires[:1]) || b.some([][]byte{wires[0], []byte("x")}) {
		t.Error("want two of one length sent as one, and nothing else")
	}
	for range 2 * bundlesLost {
		b.silence()
		b.heard()
	}
	if !b.some(wires) {
		t.Error("want bundles while some are heard of")
	}
	for range bundlesLost {
		b.silence()
	}
	if b.some(wires) {
		t.Error("want none after so many were lost in a row")
	}
	b.until.Store(time.Now().UnixNano())
	if !b.some(wires) {
		t.Error("want to try again some day")
	}
}

// TestBundleLost has prompts of which nothing is heard: what is sent again goes one
// by one, and so does all once too many were lost; answers end the count.
func TestBundleLost(t *testing.T) {
	t.Parallel()
	server, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	e := open(t, "udp://"+server.LocalAddr().String(), Options{})
	t.Cleanup(func() { _ = e.Close() })
	b := &e.(*ednsFallback).Exchanger.(*udp).pollers.bundles
	ask := func() (*Prompt, [2]chan struct{}) {
		told := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
		var questions []Question
		for i, qtype := range []uint16{dns.TypeA, dns.TypeHTTPS} {
			q := new(dns.Msg).SetQuestion("shop.example.", qtype)
			q.SetEdns0(promptSize, false)
			wire, err := q.Pack()
			if err != nil {
				t.Fatal(err)
			}
			questions = append(questions, Question{Wire: wire, Told: func([]byte, error) bool { close(told[i]); return true }})
		}
		p, err := PrompterOf(e).Prompt(questions...)
		if err != nil {
			t.Fatal(err)
		}
		return p, told
	}
	take := func(n int, answer bool) {
		for range n {
			buf := make([]byte, datagramSize)
			size, from, err := server.ReadFromUDPAddrPort(buf)
			if err != nil {
				t.Fatal(err)
			}
			if answer {
				_, _ = server.WriteToUDPAddrPort(reply(buf[:size], "192.0.2.1"), from)
			}
		}
	}
	p, told := ask()
	bundled := p.bundled
	p.Close()
	take(2, false)
	if !bundled {
		t.Skip("skipped: this system cannot take datagrams apart")
	}
	for range bundlesLost - 1 {
		p, _ = ask()
		p.Repeat()
		p.Repeat()
		p.Close()
		take(6, false)
	}
	if got := b.lost.Load(); got != bundlesLost-1 {
		t.Errorf("%d lost; want each counted once, those that were given up not", got)
	}
	p, told = ask()
	take(2, true)
	<-told[0]
	<-told[1]
	p.Close()
	if got := b.lost.Load(); got != 0 {
		t.Errorf("%d lost after an answer; want none", got)
	}
}
