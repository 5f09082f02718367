package proxy_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestCasesClientCertificateChromium: CV-54 with a browser, whose TLS is BoringSSL's.
// Person and dialogue are replaced by a preference that gives the card.
func TestCasesClientCertificateChromium(t *testing.T) {
	t.Parallel()
	needTools(t, "chromium", "certutil", "pk12util", "openssl")
	l := startCertLab(t)
	holder, without := l.browserHome(t, true), l.browserHome(t, false)
	bothVersions(t, "chromium insisted on", func(t *testing.T, host string, version with) {
		o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(l.staff), version())
		if page := holder.dump(t, https(host, o, "/echo")); !strings.Contains(page, host) || o.Requests() == 0 {
			t.Errorf("with a certificate: %d requests, and the page %.300q; want the origin's", o.Requests(), page)
		}
		l.checkNote(t, host, "allow: the site asks for a client certificate, which only the browser has")
		other := "without-" + host
		o = l.Origin([]string{other}, labnet.Handler(), labnet.ClientAuth(l.staff), version())
		without.dump(t, https(other, o, "/echo"))
		if o.Requests() != 0 {
			t.Errorf("without a certificate: %d requests at the origin; want 0", o.Requests())
		}
		l.checkNote(t, other, "block: the site insists on a client certificate and the browser gave none")
	})
	bothVersions(t, "chromium insisted on with the probe alone", func(t *testing.T, host string, version with) {
		o := l.Origin([]string{host}, labnet.Handler(), version(func(c *tls.Config) {
			asking := c.Clone()
			asking.ClientAuth = tls.RequireAnyClientCert
			c.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
				// Chromium's hellos have GREASE (RFC 8701), the probe's have none.
				if slices.ContainsFunc(h.CipherSuites, func(s uint16) bool { return s&0x0f0f == 0x0a0a }) {
					return nil, nil
				}
				return asking, nil
			}
		}))
		holder.dump(t, https(host, o, "/echo"))
		if o.Requests() != 0 {
			t.Errorf("%d requests at the origin; want 0", o.Requests())
		}
		l.checkNote(t, host, "gave none")
	})
}

// needTools skips the test where a program is missing. SEKISHO_REQUIRE_BROWSER=1 makes
// that a failure.
func needTools(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		if why := name + " is not installed: client certificates were not tried with Chromium"; os.Getenv("SEKISHO_REQUIRE_BROWSER") == "1" {
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

// browserHome makes one, with the card or without.
func (l *certLab) browserHome(t *testing.T, card bool) browserHome {
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
	store := filepath.Join(dir, ".pki", "nssdb")
	profile := filepath.Join(dir, "profile", "Default")
	for _, d := range []string{store, profile} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	h.run(t, "certutil", "-N", "-d", "sql:"+store, "--empty-password")
	for name, root := range map[string]*x509.Certificate{"sekisho": l.ca.Root(), "lab": l.CA().Certificate()} {
		file := h.write(t, name+".pem", &pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
		h.run(t, "certutil", "-A", "-d", "sql:"+store, "-n", name, "-t", "C,,", "-a", "-i", file)
	}
	if !card {
		return h
	}
	key, err := x509.MarshalPKCS8PrivateKey(l.card.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	file := h.write(t, "card.pem", &pem.Block{Type: "CERTIFICATE", Bytes: l.card.Certificate[0]}, &pem.Block{Type: "PRIVATE KEY", Bytes: key})
	bundle := filepath.Join(dir, "card.p12")
	h.run(t, "openssl", "pkcs12", "-export", "-in", file, "-out", bundle, "-passout", "pass:card", "-name", "card")
	h.run(t, "pk12util", "-i", bundle, "-d", "sql:"+store, "-W", "card", "-K", "")
	choice := `{"profile":{"content_settings":{"exceptions":{"auto_select_certificate":{"https://*,*":{"setting":{"filters":[{}]}}}}}}}`
	if err := os.WriteFile(filepath.Join(profile, "Preferences"), []byte(choice), 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

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
