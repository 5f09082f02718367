//go:build unix

package systemdns

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var here = netip.MustParseAddrPort("127.0.0.1:53")

// computer makes a system of this kind with these files, and commands that note
// how they were called in the file "said", a call a line.
func computer(t *testing.T, goos string, files map[string]string) *System {
	t.Helper()
	s := &System{goos: goos, root: t.TempDir(), path: t.TempDir()}
	for name, text := range files {
		put(t, s, name, text)
	}
	said := filepath.Join(s.path, "said")
	command := func(name, body string) {
		text := "#!/bin/sh\necho \"" + strings.TrimSuffix(name, ".exe") + " $*\" >>'" + said + "'\ncd '" + s.path + "'\n" + body
		if err := os.WriteFile(filepath.Join(s.path, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	command("systemctl", "test ! -e broken || { echo no bus >&2; exit 1; }\n")
	command("nmcli", "test -e stopped && exit 8\ntest \"$1\" != -t || echo running\n")
	command("networksetup", `case "$1" in
-listallnetworkservices) printf 'An asterisk (*) denotes that a network service is disabled.\nWi-Fi\n*Old\nUSB LAN\n' ;;
-getdnsservers) if test -s "$2"; then cat "$2"; else echo "There aren't any DNS Servers set on $2."; fi ;;
-setdnsservers) test ! -e standard || { echo "** Error: Command requires admin privileges."; exit 14; }; name=$2; shift 2; test "$1" != empty || shift; printf '%s\n' "$@" >"$name" ;;
esac
`)
	command("powershell.exe", `case "$4" in
*Set-DnsClientServerAddress*) test ! -e standard || { echo "PermissionDenied: CIM リソース" >&2; exit 1; }
 printf '%s' "$4" | tr '\n' ' ' | sed -e 's/ -ErrorAction Stop//g' -e "s/.*-eq '{\([0-9A-F]*\)[^}]*}'/\1/" -e 's/if [^}]*} *//' -e 's/Set-DnsClientServerAddress -InterfaceIndex $a.ifIndex//g' -e 's/ exit 0.*//' -e 's/  */ /g' -e 's/ $//' >>sets
 echo >>sets ;;
*) cat adapters ;;
esac
`)
	return s
}

func put(t *testing.T, s *System, name, text string) {
	t.Helper()
	path := s.file(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tree returns every file below the root, but for the record.
func tree(t *testing.T, s *System) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(s.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == s.root {
			return err
		}
		name := strings.TrimPrefix(path, s.root)
		if d.IsDir() {
			files[name+"/"] = ""
			return nil
		}
		text, err := os.ReadFile(path)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func said(t *testing.T, s *System) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.path, "said"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

const networks = "search office.example\nnameserver 192.0.2.1\nnameserver 2001:db8::1\noptions edns0"

// kinds are computers with files; what their setting is once it leads here.
var kinds = []struct {
	name, where, server string
	files               map[string]string
	want                map[string]string // files after Use
	say                 string
}{
	{
		name: "systemd-resolved", where: "systemd-resolved", server: "127.0.0.1:5354",
		files: map[string]string{"/run/systemd/resolve/resolv.conf": networks, "/etc/resolv.conf": "nameserver 127.0.0.53\n", "/etc/systemd/resolved.conf": "[Resolve]\n"},
		want:  map[string]string{resolvedDropIn: heading + "[Resolve]\nDNS=127.0.0.1:5354\nFallbackDNS=\nDomains=~.\n"},
		say:   "systemctl restart systemd-resolved\n",
	},
	{
		name: "NetworkManager", where: "NetworkManager", server: "192.0.2.9:53",
		files: map[string]string{"/run/NetworkManager/no-stub-resolv.conf": "", "/etc/NetworkManager/conf.d/mine.conf": "x", "/etc/resolv.conf": networks},
		want: map[string]string{
			managerDropIn: heading + "[main]\ndns=none\n",
			resolvConf:    heading + "nameserver 192.0.2.9\nsearch office.example\noptions edns0\n",
		},
		say: "nmcli -t -f RUNNING general\nnmcli general reload\n",
	},
	{
		name: "resolv.conf", where: "/etc/resolv.conf", server: "[::1]:53",
		files: map[string]string{"/etc/resolv.conf": networks},
		want:  map[string]string{resolvConf: heading + "nameserver ::1\nsearch office.example\noptions edns0\n"},
	},
}

func TestUseAndRestore(t *testing.T) {
	t.Parallel()
	for _, tc := range kinds {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := computer(t, "linux", tc.files)
			before := tree(t, s)
			where, err := s.Use(t.Context(), netip.MustParseAddrPort(tc.server))
			if err != nil || where != tc.where || !s.Changed() {
				t.Fatalf("Use = %q, %v; changed %v", where, err, s.Changed())
			}
			now := tree(t, s)
			for name, want := range tc.want {
				if diff := cmp.Diff(want, now[name]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			if diff := cmp.Diff(tc.say, said(t, s)); diff != "" {
				t.Errorf("commands (-want +got):\n%s", diff)
			}
			if _, err := s.Use(t.Context(), here); !errors.Is(err, ErrChanged) {
				t.Errorf("a second Use: %v", err)
			}
			if left, err := s.Restore(t.Context()); err != nil || len(left) > 0 {
				t.Fatalf("Restore = %v, %v", left, err)
			}
			after := tree(t, s)
			delete(after, "/var/") // stays on every system
			delete(after, "/var/lib/")
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("not what was there (-want +got):\n%s", diff)
			}
			if _, err := s.Restore(t.Context()); !errors.Is(err, ErrUnchanged) || s.Changed() {
				t.Errorf("a second Restore: %v", err)
			}
		})
	}
}

func TestRestoreLeavesWhatOthersWrote(t *testing.T) {
	t.Parallel()
	for _, done := range []bool{true, false} {
		s := computer(t, "linux", map[string]string{resolvConf: networks})
		if _, err := s.Use(t.Context(), here); err != nil {
			t.Fatal(err)
		}
		r, err := s.recall()
		if err != nil {
			t.Fatal(err)
		}
		r.Done = done // a change that was cut off counts alike
		if err := s.remember(r); err != nil {
			t.Fatal(err)
		}
		put(t, s, resolvConf, "nameserver 192.0.2.77\n")
		left, err := s.Restore(t.Context())
		if diff := cmp.Diff([]string{s.file(resolvConf)}, left); err != nil || diff != "" {
			t.Errorf("%v; left (-want +got):\n%s", err, diff)
		}
		if got := tree(t, s)[resolvConf]; got != "nameserver 192.0.2.77\n" || s.Changed() {
			t.Errorf("resolv.conf is %q; changed %v", got, s.Changed())
		}
	}
}

// TestRestoreKeepsWhatOthersAdded: a line that a VPN added is no reason to go on
// leading here, nor to lose it.
func TestRestoreKeepsWhatOthersAdded(t *testing.T) {
	t.Parallel()
	stub := map[string]string{"/run/systemd/resolve/resolv.conf": "", resolvConf: "nameserver 127.0.0.53\n"}
	for _, tc := range []struct {
		name, file, add, want string
		files                 map[string]string
	}{
		{"resolv.conf", resolvConf, "search vpn.example\n", networks + "\nsearch vpn.example\n", map[string]string{resolvConf: networks}},
		{"drop-in", resolvedDropIn, "DNSSEC=no\n", "[Resolve]\nDNSSEC=no\n", stub},
		{"a blank line", resolvedDropIn, "\n", "", stub},
	} {
		s := computer(t, "linux", tc.files)
		if _, err := s.Use(t.Context(), here); err != nil {
			t.Fatal(err)
		}
		put(t, s, tc.file, tree(t, s)[tc.file]+tc.add)
		if left, err := s.Restore(t.Context()); err != nil || len(left) > 0 {
			t.Errorf("%s: %v, %v", tc.name, left, err)
		}
		if got := tree(t, s)[tc.file]; got != tc.want || s.Changed() {
			t.Errorf("%s: %q, changed %v; want %q", tc.name, got, s.Changed(), tc.want)
		}
	}
}

// TestMissing: a resolv.conf that is not there, or is a link to what is not, can be
// written, and goes away again.
func TestMissing(t *testing.T) {
	t.Parallel()
	for _, link := range []bool{false, true} {
		s := computer(t, "linux", map[string]string{"/etc/hosts": "", "/run/x/y": ""})
		if link {
			if err := os.Symlink(s.file("/run/x/resolv.conf"), s.file(resolvConf)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Use(t.Context(), here); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(s.file(resolvConf)); err != nil || !strings.Contains(string(got), "nameserver 127.0.0.1\n") {
			t.Errorf("link %v: %q, %v", link, got, err)
		}
		if left, err := s.Restore(t.Context()); err != nil || len(left) > 0 {
			t.Errorf("link %v: %v, %v", link, left, err)
		}
		if _, err := os.Lstat(s.file(resolvConf)); (err == nil) != link {
			t.Errorf("link %v: %v", link, err)
		}
		if _, err := os.Stat(s.file(resolvConf)); err == nil {
			t.Errorf("link %v: the file stays", link)
		}
	}
}

// TestCrash has the power fail at the worst moments.
func TestCrash(t *testing.T) {
	t.Parallel()
	s := computer(t, "linux", map[string]string{resolvConf: networks})
	if _, err := s.Use(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	r, err := s.recall()
	if err != nil {
		t.Fatal(err)
	}
	r.Done = false
	if err := s.remember(r); err != nil {
		t.Fatal(err)
	}
	for _, half := range []string{"", heading[:9], networks, networks[:7]} {
		put(t, s, resolvConf, half)
		if left, err := s.Restore(t.Context()); err != nil || len(left) > 0 {
			t.Fatalf("after %q: %v, %v", half, left, err)
		}
		if got := tree(t, s)[resolvConf]; got != networks {
			t.Errorf("after %q: %q", half, got)
		}
		if err := s.remember(r); err != nil {
			t.Fatal(err)
		}
	}
}

// TestUseThatFails leaves nothing behind, whatever failed.
func TestUseThatFails(t *testing.T) {
	t.Parallel()
	files := map[string]string{"/run/systemd/resolve/resolv.conf": networks, resolvConf: "nameserver 127.0.0.53\n"}
	s := computer(t, "linux", files)
	flag := func(name string, on bool) {
		path := filepath.Join(s.path, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if !on {
			_ = os.Remove(path)
		}
	}
	flag("broken", true)
	_, err := s.Use(t.Context(), here)
	if err == nil || strings.Count(err.Error(), "no bus") != 1 {
		t.Errorf("Use: %v; want what systemctl said, once", err)
	}
	if got := tree(t, s)[resolvedDropIn]; got != "" || s.Changed() {
		t.Errorf("the drop-in is %q, changed %v", got, s.Changed())
	}
	flag("broken", false)
	if _, err := s.Use(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	flag("broken", true)
	var reload *ReloadError
	if _, err := s.Restore(t.Context()); !errors.As(err, &reload) || s.Changed() || tree(t, s)[resolvedDropIn] != "" {
		t.Errorf("Restore: %v, changed %v; want all back, and that nobody took notice", err, s.Changed())
	}
}

// TestWhoIsAsked: what runs is not always what programs go by.
func TestWhoIsAsked(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, want string
		port       string
		stopped    bool
		files      map[string]string
	}{
		{"resolved beside an own file", resolvConf, "53", false, map[string]string{"/run/systemd/resolve/resolv.conf": "", resolvConf: networks}},
		{"NetworkManager that is stopped", resolvConf, "53", true, map[string]string{"/run/NetworkManager/x": "", resolvConf: networks}},
		{"NetworkManager with resolved", "systemd-resolved", "5354", false, map[string]string{
			"/run/NetworkManager/x": "", "/run/systemd/resolve/resolv.conf": "", resolvConf: "nameserver 127.0.0.53\n",
		}},
	} {
		s := computer(t, "linux", tc.files)
		if tc.stopped {
			if err := os.WriteFile(filepath.Join(s.path, "stopped"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if where, err := s.Use(t.Context(), netip.MustParseAddrPort("127.0.0.1:"+tc.port)); err != nil || where != tc.want {
			t.Errorf("%s: %q, %v; want %q", tc.name, where, err, tc.want)
		}
	}
	s := computer(t, "linux", map[string]string{"/run/systemd/resolve/resolv.conf": networks, "/etc/hosts": ""})
	if err := os.Symlink("../run/systemd/resolve/resolv.conf", s.file(resolvConf)); err != nil {
		t.Fatal(err)
	}
	if where, err := s.Use(t.Context(), netip.MustParseAddrPort("127.0.0.1:5354")); !errors.Is(err, ErrPort) || where != "systemd-resolved" {
		t.Errorf("a link to the file of resolved: %q, %v; want no room for a port", where, err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	s := computer(t, "linux", map[string]string{resolvConf: networks})
	if _, err := s.Use(t.Context(), netip.MustParseAddrPort("127.0.0.1:5354")); !errors.Is(err, ErrPort) {
		t.Errorf("another port: %v", err)
	}
	put(t, s, resolvConf, strings.Repeat("#", maxSetting+1))
	if _, err := s.Use(t.Context(), here); err == nil || s.Changed() {
		t.Errorf("a huge file: %v", err)
	}
	if _, err := (&System{goos: "plan9"}).Use(t.Context(), here); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("another system: %v", err)
	}
}

// TestHostileRecord has somebody plant a record for an administrator to act upon.
func TestHostileRecord(t *testing.T) {
	t.Parallel()
	const evil = `{"way":"/etc/resolv.conf","server":"127.0.0.1:53","done":false,"files":[{"name":"/etc/shadow","before":"root::0:0","after":""}]}`
	for _, tc := range []struct {
		name, text string
		mode       fs.FileMode
	}{
		{"another file", evil, 0o600},
		{"others may write it", strings.Replace(evil, "/etc/shadow", resolvConf, 1), 0o666},
		{"another kind", strings.Replace(evil, "/etc/resolv.conf", "network services", 1), 0o600},
		{"no JSON", "nameserver", 0o600},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := computer(t, "linux", map[string]string{resolvConf: networks, "/etc/shadow": "secret"})
			path := filepath.Join(s.folder(), recordName)
			put(t, s, "/var/lib/sekisho/"+recordName, tc.text)
			if err := os.Chmod(path, tc.mode); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Restore(t.Context()); err == nil {
				t.Error("it was followed")
			}
			if got := tree(t, s); got["/etc/shadow"] != "secret" || got[resolvConf] != networks {
				t.Errorf("files are %v", got)
			}
		})
	}
}
