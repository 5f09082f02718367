package main

import (
	"net"
	"net/netip"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"sekisho/resolver"
)

// TestIsSekisho tells a resolver of sekisho's from another, from one that
// denies the name as well, and from none.
func TestIsSekisho(t *testing.T) {
	t.Parallel()
	s, err := resolver.New(resolver.Options{Listen: "127.0.0.1:0", Upstreams: []string{"udp://192.0.2.1"}})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.Serve(t.Context()) }()
	t.Cleanup(func() {
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	denies := func(q *dnsmessage.Message) {
		q.RCode = dnsmessage.RCodeNameError
		ns := dnsmessage.MustNewName("a.root-servers.net.")
		q.Authorities = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("."), Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.SOAResource{NS: ns, MBox: ns},
		}}
	}
	closed, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for _, tc := range []struct {
		name string
		at   net.Addr
		want bool
	}{
		{"sekisho", s.Addr(), true},
		{"one that denies", scripted(t, denies), false},
		{"one that knows the name", scripted(t, func(*dnsmessage.Message) {}), false},
		{"nobody", closed.LocalAddr(), false},
	} {
		if got := isSekisho(t.Context(), netip.MustParseAddrPort(tc.at.String())); got != tc.want {
			t.Errorf("%s: %v; want %v", tc.name, got, tc.want)
		}
	}
	if _, err := askDNS(t.Context(), closed.LocalAddr().String(), "localhost"); !isRefused(err) {
		t.Errorf("nobody: %v; want it refused", err)
	}
}

// scripted is a server whose replies are edited by edit.
func scripted(t *testing.T, edit func(*dnsmessage.Message)) net.Addr {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil {
				continue
			}
			m.Response = true
			edit(&m)
			if wire, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(wire, from)
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return conn.LocalAddr()
}
