//go:build unix

package systemdns

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNetworkServices(t *testing.T) {
	t.Parallel()
	s := computer(t, "darwin", nil)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(s.path, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) string {
		text, _ := os.ReadFile(filepath.Join(s.path, name))
		return strings.TrimSpace(string(text))
	}
	write("USB LAN", "192.0.2.1\n192.0.2.2\n")
	if where, err := s.Use(t.Context(), here); err != nil || where != "network services" {
		t.Fatalf("Use = %q, %v", where, err)
	}
	if read("Wi-Fi") != "127.0.0.1" || read("USB LAN") != "127.0.0.1" || read("Old") != "" {
		t.Errorf("set: %q, %q, %q", read("Wi-Fi"), read("USB LAN"), read("Old"))
	}
	if left, err := s.Restore(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("Restore = %v, %v", left, err)
	}
	if read("Wi-Fi") != "" || read("USB LAN") != "192.0.2.1\n192.0.2.2" {
		t.Errorf("put back: %q, %q", read("Wi-Fi"), read("USB LAN"))
	}

	if _, err := s.Use(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	write("Wi-Fi", "192.0.2.77\n")
	left, err := s.Restore(t.Context())
	if diff := cmp.Diff([]string{"Wi-Fi"}, left); err != nil || diff != "" {
		t.Errorf("%v; left (-want +got):\n%s", err, diff)
	}
	if read("Wi-Fi") != "192.0.2.77" || read("USB LAN") != "192.0.2.1\n192.0.2.2" {
		t.Errorf("put back: %q, %q", read("Wi-Fi"), read("USB LAN"))
	}
}

func TestAdapters(t *testing.T) {
	s := computer(t, "windows", nil)
	t.Setenv("ProgramData", t.TempDir())
	adapters := func(text string) {
		if err := os.WriteFile(filepath.Join(s.path, "adapters"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	adapters(`[{"Index":7,"DNS":""},{"Index":12,"DNS":"192.0.2.1,192.0.2.2"}]`)
	if _, err := s.Use(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	adapters(`[{"Index":7,"DNS":"127.0.0.1"},{"Index":12,"DNS":"127.0.0.1"}]`)
	if left, err := s.Restore(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("Restore = %v, %v", left, err)
	}
	got, err := os.ReadFile(filepath.Join(s.path, "sets"))
	const set = "Set-DnsClientServerAddress -InterfaceIndex "
	want := set + "7 -ServerAddresses 127.0.0.1 -ErrorAction Stop\n" + set + "12 -ServerAddresses 127.0.0.1 -ErrorAction Stop\n" +
		set + "7 -ResetServerAddresses -ErrorAction Stop\n" + set + "12 -ServerAddresses 192.0.2.1,192.0.2.2 -ErrorAction Stop\n"
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func FuzzReadAdapters(f *testing.F) {
	f.Add(`[{"Index":7,"DNS":""},{"Index":12,"DNS":"192.0.2.1,192.0.2.2 ::1"}]`)
	f.Fuzz(func(t *testing.T, text string) {
		services, err := readAdapters(text)
		if len(services) > maxServices || err != nil && services != nil {
			t.Fatalf("%d adapters, %v", len(services), err)
		}
		for _, s := range services {
			if strings.ContainsFunc(s.Name, func(r rune) bool { return r < '0' || r > '9' }) {
				t.Fatalf("the index %q", s.Name)
			}
			for _, server := range s.Before {
				if strings.ContainsAny(server, " ;'\"$`") {
					t.Fatalf("the server %q", server)
				}
			}
		}
	})
}
