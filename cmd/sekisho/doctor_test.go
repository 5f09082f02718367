package main

import (
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"sekisho/daemon"
)

func TestProxySettingLeadsHere(t *testing.T) {
	t.Parallel()
	p := &patient{running: &daemon.Running{PID: 1, Proxy: "127.0.0.1:8765", Console: "0.0.0.0:8766"}}
	for value, want := range map[string]bool{
		"127.0.0.1:8765":                      true,
		"http://127.0.0.1:8765":               true,
		"http://127.0.0.1:8765/":              true,
		"localhost:8765":                      true,
		"http://192.168.1.2:8766/proxy.pac":   true,
		"http://127.0.0.1:8766/proxy.pac":     true,
		"http://127.0.0.1:8766/other.pac":     false,
		"127.0.0.1:8080":                      false,
		"http://user:pass@proxy.example:3128": false,
		"127.0.0.1":                           false,
		"%":                                   false,
	} {
		if got := p.leadsHere(value); got != want {
			t.Errorf("leadsHere(%q) = %v; want %v", value, got, want)
		}
	}
}

func TestProxySettingHidesPassword(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"http://user:s3cr3t@proxy.example:3128", "user:s3cr3t@proxy.example", "user:s3cr3t@x://y", "http://a@b:s3cr3t@c"} {
		if got := withoutUser(value); strings.Contains(got, "s3cr3t") {
			t.Errorf("withoutUser(%q) = %q", value, got)
		}
	}
}

func TestShellWord(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"/var/lib/sekisho": "/var/lib/sekisho", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$(rm)": "'$(rm)'", "データ": "'データ'",
	} {
		if got := shellWord(s); got != want {
			t.Errorf("shellWord(%q) = %s; want %s", s, got, want)
		}
	}
}

func TestPad(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"DNS": "DNS     ", "プロキシ": "プロキシ ", "データ": "データ  ", "a long word": "a long word "} {
		if got := pad(s, 8); got != want {
			t.Errorf("pad(%q) = %q; want %q", s, got, want)
		}
	}
}

func TestWordsAreComplete(t *testing.T) {
	t.Parallel()
	env := map[string]string{"LC_ALL": "", "LC_MESSAGES": "ja_JP.UTF-8", "LANG": "C"}
	if got := wordsFor(func(name string) string { return env[name] }); got != japanese {
		t.Error("LC_MESSAGES does not win over LANG")
	}
	env["LC_ALL"] = "C"
	if got := wordsFor(func(name string) string { return env[name] }); got != english {
		t.Error("LC_ALL does not win")
	}
}

func FuzzParseAnswer(f *testing.F) {
	name := dnsmessage.MustNewName("localhost.")
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 7, Response: true},
		Questions: []dnsmessage.Question{{Name: name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
		Answers: []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
		}},
	}
	wire, err := m.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire)
	f.Fuzz(func(t *testing.T, wire []byte) {
		a, err := parseAnswer(wire, 7)
		if err != nil {
			return
		}
		for _, addr := range a.addrs {
			if addr == (netip.Addr{}) {
				t.Fatal("an answer without an address")
			}
		}
	})
}
