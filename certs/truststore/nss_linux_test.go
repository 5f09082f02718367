package truststore

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// needCertutil returns certutil's path, or skips the test and says what was not tried.
func needCertutil(t *testing.T) string {
	t.Helper()
	tool, err := exec.LookPath("certutil")
	if err != nil {
		t.Skip("certutil (package libnss3-tools) is not installed: no NSS database was tried")
	}
	return tool
}

// database makes an NSS database in dir, locked with password if that is not empty.
func database(t *testing.T, tool, dir, password string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"-N", "-d", "sql:" + dir, "--empty-password"}
	if password != "" {
		file := filepath.Join(t.TempDir(), "password")
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args[:3], "-f", file)
	}
	if out, err := run(tool, args...); err != nil {
		t.Fatalf("certutil -N: %v\n%s", err, out)
	}
}

// TestUserStores lays out home directories and names the stores to be found in them.
func TestUserStores(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files []string
		user  user
		want  []string
	}{
		{name: "nothing, no browser"},
		{name: "nothing, a browser", user: user{browser: true}, want: []string{"Chromium (~/.pki/nssdb)"}},
		{name: "nothing, certutil", user: user{tool: "certutil"}, want: []string{"Chromium (~/.pki/nssdb)"}},
		{name: "classic", files: []string{".pki/nssdb/cert9.db"}, want: []string{"Chromium (~/.pki/nssdb)"}},
		{name: "classic, still empty", files: []string{".pki/nssdb/"}, want: []string{"Chromium (~/.pki/nssdb)"}},
		{
			name: "XDG alone is not shadowed", files: []string{".local/share/pki/nssdb/cert9.db"}, user: user{browser: true},
			want: []string{"Chromium (~/.local/share/pki/nssdb)"},
		},
		{
			name: "both", files: []string{".pki/nssdb/cert9.db", ".local/share/pki/nssdb/cert9.db"},
			want: []string{"Chromium (~/.pki/nssdb)", "Chromium (~/.local/share/pki/nssdb)"},
		},
		{name: "packaged browsers", files: []string{
			"snap/chromium/current/.pki/nssdb/cert9.db", ".var/app/com.google.Chrome/.pki/nssdb/cert9.db",
		}, want: []string{"Chromium (~/snap/chromium/current/.pki/nssdb)", "Chromium (~/.var/app/com.google.Chrome/.pki/nssdb)"}},
		{name: "Firefox everywhere", files: []string{
			".mozilla/firefox/a.default/cert9.db", ".mozilla/firefox/b.default/cert9.db", ".mozilla/firefox/never-started/prefs.js",
			"snap/firefox/common/.mozilla/firefox/c.default/cert9.db", ".var/app/org.mozilla.firefox/.mozilla/firefox/d.default/cert9.db",
			".config/mozilla/firefox/e.default/cert9.db",
		}, want: []string{
			"Firefox (~/.mozilla/firefox/a.default)", "Firefox (~/.mozilla/firefox/b.default)",
			"Firefox (~/snap/firefox/common/.mozilla/firefox/c.default)",
			"Firefox (~/.var/app/org.mozilla.firefox/.mozilla/firefox/d.default)", "Firefox (~/.config/mozilla/firefox/e.default)",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := tt.user
			u.home = t.TempDir()
			u.data, u.config = filepath.Join(u.home, ".local/share"), filepath.Join(u.home, ".config")
			for _, f := range tt.files {
				path := filepath.Join(u.home, f)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if strings.HasSuffix(f, "/") {
					if err := os.Mkdir(path, 0o700); err != nil {
						t.Fatal(err)
					}
				} else if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for _, s := range u.stores() {
				got = append(got, s.Name())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("stores = %q; want %q", got, tt.want)
			}
		})
	}
}

func TestAddTrustsWhatWasUntrusted(t *testing.T) {
	t.Parallel()
	tool := needCertutil(t)
	home := t.TempDir()
	n := nss{label: "Firefox", dir: filepath.Join(home, "p"), home: home, tool: tool}
	database(t, tool, n.dir, "")
	c := root(t, "sekisho imported by hand")
	file := filepath.Join(home, "c.crt")
	if err := os.WriteFile(file, pemOf(c), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := n.certutil("-A", "-t", ",,", "-n", "sekisho imported by hand - sekisho", "-a", "-i", file); err != nil {
		t.Fatal(err)
	}
	if ok, err := n.Has(c); ok || err != nil {
		t.Errorf("Has(untrusted) = %v, %v; want false", ok, err)
	}
	if err := n.Add(c); err != nil {
		t.Fatal(err)
	}
	if ok, err := n.Has(c); !ok || err != nil {
		t.Errorf("Has after Add = %v, %v; want true", ok, err)
	}
	if err := n.Remove(c); err != nil {
		t.Fatal(err)
	}
	if found, err := n.find(c); len(found) > 0 || err != nil {
		t.Errorf("after Remove: %v, %v; want none", found, err)
	}
}

// TestPrimaryPassword: certutil puts a certificate into a locked database before it
// finds that it may not trust it, and would ask for the password on the terminal.
func TestPrimaryPassword(t *testing.T) {
	t.Parallel()
	tool := needCertutil(t)
	home := t.TempDir()
	n := nss{label: "Firefox", dir: filepath.Join(home, "p"), home: home, tool: tool}
	database(t, tool, n.dir, "hunter2")
	c := root(t, "sekisho")
	wantError(t, n.Add(c), "primary password", "import the file")
	if found, err := n.find(c); len(found) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", found, err)
	}
}

func TestNSSErrors(t *testing.T) {
	t.Parallel()
	tool := needCertutil(t)
	c := root(t, "sekisho")
	home := t.TempDir()
	missing := nss{label: "Chromium", dir: filepath.Join(home, ".pki/nssdb"), home: home, make: true}
	wantError(t, missing.Add(c), "certutil is not installed", "libnss3-tools")
	if ok, err := missing.Has(c); ok || err != nil {
		t.Errorf("Has without a database = %v, %v; want false", ok, err)
	}
	if err := missing.Remove(c); err != nil {
		t.Errorf("Remove without a database = %v; want nil", err)
	}
	if left, _ := os.ReadDir(home); len(left) > 0 {
		t.Errorf("made %v without certutil", left)
	}

	gone := nss{label: "Firefox", dir: filepath.Join(home, "gone"), home: home, tool: tool}
	wantError(t, gone.Add(c), "the database is gone", "start the browser")

	broken := nss{label: "Firefox", dir: filepath.Join(home, "broken"), home: home, tool: tool}
	if err := os.MkdirAll(broken.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken.dir, "cert9.db"), bytes.Repeat([]byte("no database "), 500), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := broken.Has(c)
	wantError(t, err, "certutil -L", "import the file")
	wantError(t, broken.Add(c), "certutil -L", "import the file")
	wantError(t, broken.Remove(c), "certutil -L", "import the file")
}

func TestForeignHomeIsLeftAlone(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("not running as root: a home directory of another user could not be made")
	}
	home := t.TempDir()
	if err := os.Chown(home, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	n := nss{label: "Chromium", dir: filepath.Join(home, ".pki/nssdb"), home: home, tool: "certutil", make: true}
	wantError(t, n.Add(root(t, "sekisho")), "belongs to user 12345", "without sudo")
	if left, _ := os.ReadDir(home); len(left) > 0 {
		t.Errorf("made %v in another user's home", left)
	}
}

// TestRun: a tool has no terminal to ask on, cannot keep us waiting, nor flood us.
func TestRun(t *testing.T) {
	t.Parallel()
	out, err := run("sh", "-c", "read x </dev/tty; echo got $?")
	if err != nil || !bytes.Contains(out, []byte("/dev/tty")) {
		t.Errorf("run = %q, %v; want a complaint about /dev/tty", out, err)
	}
	out, err = runWithin(50*time.Millisecond, "sh", "-c", "sleep 600 & sleep 600")
	if err == nil || !strings.Contains(err.Error(), "no answer within 50ms") {
		t.Errorf("run of a tool that hangs = %q, %v", out, err)
	}
	if out, err = run("head", "-c", "20000000", "/dev/zero"); err != nil || len(out) != maxOutput {
		t.Errorf("run of a tool that floods = %d bytes, %v; want %d", len(out), err, maxOutput)
	}
	if out, err = run("sh", "-c", "kill -9 $$"); err == nil {
		t.Errorf("run of a killed program = %q, nil", out)
	}
	if _, err = run("/nonexistent/certutil"); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("run of nothing = %v; want ENOENT", err)
	}
}

func FuzzParseListing(f *testing.F) {
	f.Add([]byte("\nCertificate Nickname       Trust Attributes\n     SSL,S/MIME,JAR/XPI\n\nsekisho abc     C,,  \n日本 x - y   CT,C,c\n"))
	f.Add([]byte("a,b,c\n  ,,\nx ,,\n\xff ,,"))
	f.Fuzz(func(t *testing.T, out []byte) {
		for _, e := range parseListing(out) {
			if e.nick == "" || strings.TrimSpace(e.nick) == "" || strings.Count(e.trust, ",") != 2 ||
				!strings.Contains(string(out), e.nick) {
				t.Errorf("entry %q of %q", e, out)
			}
		}
	})
}
