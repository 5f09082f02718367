package proxy_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// needTools skips the test where a program is missing. SEKISHO_REQUIRE_BROWSER=1 makes
// that a failure.
func needTools(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		if why := name + " is not installed: this was not tried with Chromium"; os.Getenv("SEKISHO_REQUIRE_BROWSER") == "1" {
			t.Fatal(why)
		} else {
			t.Skip(why)
		}
	}
}

// browserHome is a home folder of a browser, which trusts sekisho's authority and the lab's.
type browserHome struct {
	dir  string
	args []string
}

// browserHome makes one.
func (l *lab) browserHome(t *testing.T, args ...string) browserHome {
	t.Helper()
	dir, err := os.MkdirTemp("", "sekisho-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the browser's helpers may still write
		for end := time.Now().Add(patience); os.RemoveAll(dir) != nil && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond)
		}
	})
	h := browserHome{dir: dir, args: []string{
		"--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--password-store=basic",
		"--proxy-server=http://" + l.addr(), "--proxy-bypass-list=<-loopback>", "--dump-dom",
		"--user-data-dir=" + filepath.Join(dir, "profile"),
	}}
	h.args = append(h.args, args...)
	for _, d := range []string{h.store(), h.profile()} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	h.run(t, "certutil", "-N", "-d", "sql:"+h.store(), "--empty-password")
	for name, root := range map[string]*x509.Certificate{"sekisho": l.ca.Root(), "lab": l.CA().Certificate()} {
		file := h.write(t, name+".pem", &pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
		h.run(t, "certutil", "-A", "-d", "sql:"+h.store(), "-n", name, "-t", "C,,", "-a", "-i", file)
	}
	return h
}

// store is where it keeps the authorities that it trusts, profile its preferences.
func (h browserHome) store() string   { return filepath.Join(h.dir, ".pki", "nssdb") }
func (h browserHome) profile() string { return filepath.Join(h.dir, "profile", "Default") }

func (h browserHome) write(t *testing.T, name string, blocks ...*pem.Block) string {
	t.Helper()
	var text bytes.Buffer
	for _, b := range blocks {
		text.Write(pem.EncodeToMemory(b))
	}
	file := filepath.Join(h.dir, name)
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// run runs a program that has this home and must succeed, and returns what it says.
func (h browserHome) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience) // pk12util asks without end
	defer cancel()
	var said, failed bytes.Buffer
	c := exec.CommandContext(ctx, name, args...)
	c.Env = append(os.Environ(), "HOME="+h.dir)
	c.Stdout, c.Stderr, c.WaitDelay = &said, &failed, time.Second
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%.2000s", name, err, failed.String())
	}
	return said.String()
}

// dump opens url in a new browser and returns what it shows.
func (h browserHome) dump(t *testing.T, url string) string {
	t.Helper()
	return h.run(t, "chromium", append(h.args[:len(h.args):len(h.args)], url)...)
}
