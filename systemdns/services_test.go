//go:build unix

package systemdns

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
	const lan, wifi, old = "{11111111-0000-0000-0000-000000000000}", "{22222222-0000-0000-0000-000000000000}", "{33333333-0000-0000-0000-000000000000}"
	adapters := func(set ...string) {
		text := `[{"ID":"` + lan + `","Name":"LAN","On":true,"Set":"` + set[0] + `"},{"ID":"` + wifi + `","Name":"Wi-Fi","On":true,"Set":"` + set[1] + `"},` +
			`{"ID":"` + old + `","Name":"old","Set":"` + set[2] + `"}]`
		if err := os.WriteFile(filepath.Join(s.path, "adapters"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	adapters(" ", "192.0.2.1,192.0.2.2 2001:db8::1", "192.0.2.3")
	if _, err := s.Use(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	adapters("127.0.0.1 ", "127.0.0.1 ", "192.0.2.3")
	if left, err := s.Restore(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("Restore = %v, %v", left, err)
	}
	got, err := os.ReadFile(filepath.Join(s.path, "sets"))
	const want = "11111111 -ResetServerAddresses -ServerAddresses @('127.0.0.1')\n" +
		"22222222 -ResetServerAddresses -ServerAddresses @('127.0.0.1')\n" +
		"11111111 -ResetServerAddresses\n" +
		"22222222 -ResetServerAddresses -ServerAddresses @('192.0.2.1','192.0.2.2','2001:db8::1')\n"
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := s.Use(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	adapters("127.0.0.1 ", "192.0.2.77 ", "192.0.2.3")
	if left, err := s.Restore(t.Context()); err != nil || !slices.Equal(left, []string{"Wi-Fi"}) {
		t.Errorf("Restore = %v, %v; want the one that leads elsewhere left", left, err)
	}
}

// TestOff: what is switched off is not changed, what was switched off since is put
// back, and what is gone is named.
func TestOff(t *testing.T) {
	t.Parallel()
	s := computer(t, "darwin", nil)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(s.path, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Use(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	command, err := os.ReadFile(filepath.Join(s.path, "networksetup"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(`Wi-Fi\n`, `*Wi-Fi\n`, `USB LAN\n`, "").Replace(string(command))
	if err := os.WriteFile(filepath.Join(s.path, "networksetup"), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	write("Old", "192.0.2.9\n")
	left, err := s.Restore(t.Context())
	if err != nil || !slices.Equal(left, []string{"USB LAN"}) {
		t.Errorf("Restore = %v, %v; want the one that is gone", left, err)
	}
	for name, want := range map[string]string{"Wi-Fi": "", "Old": "192.0.2.9"} {
		if got, _ := os.ReadFile(filepath.Join(s.path, name)); strings.TrimSpace(string(got)) != want {
			t.Errorf("%s asks %q; want %q", name, got, want)
		}
	}
}

// TestNoAdministrator: both systems say so in their own way.
func TestNoAdministrator(t *testing.T) {
	t.Setenv("ProgramData", t.TempDir())
	for _, goos := range []string{"darwin", "windows"} {
		s := computer(t, goos, nil)
		for name, text := range map[string]string{"standard": "", "adapters": `[{"ID":"{11111111-0000-0000-0000-000000000000}","On":true,"Set":""}]`} {
			if err := os.WriteFile(filepath.Join(s.path, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Use(t.Context(), here); !errors.Is(err, fs.ErrPermission) || s.Changed() {
			t.Errorf("%s: %v, changed %v; want that it is not permitted", goos, err, s.Changed())
		}
	}
}
