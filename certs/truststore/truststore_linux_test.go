package truststore

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/truststore"
)

// root makes a self-signed CA named cn. Two of one name differ.
func root(t *testing.T, cn string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{"sekisho"}, CommonName: cn},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		BasicConstraintsValid: true, IsCA: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wantError(t *testing.T, err error, problem, remedy string) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Errorf("error = %v; want an *Error", err)
		return
	}
	if e.Store == "" || !strings.Contains(e.Problem, problem) || !strings.Contains(e.Remedy, remedy) {
		t.Errorf("error = %v; want problem with %q, remedy with %q", err, problem, remedy)
	}
}

// machine turns the system's store to folders of the test's, so that the real
// commands run without changing this machine. It must not be used in parallel.
func machine(t *testing.T) (anchors string) {
	t.Helper()
	if _, err := exec.LookPath("sudo"); err == nil && os.Geteuid() != 0 {
		t.Skip("sudo is installed and would ask for a password: the system's store was not tried")
	}
	update, err := exec.LookPath("update-ca-certificates")
	if err != nil {
		t.Skip("update-ca-certificates is not installed: the system's store was not tried")
	}
	tmp := t.TempDir()
	for _, d := range []string{"anchors", "etc", "hooks", "certs"} {
		if err := os.Mkdir(filepath.Join(tmp, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// One root is always there, as on a real machine: the command leaves its bundle
	// alone when there is nothing to put into it.
	conf := filepath.Join(tmp, "conf")
	for path, data := range map[string][]byte{
		conf:                                 []byte("base.crt\n"),
		filepath.Join(tmp, "certs/base.crt"): pemOf(root(t, "base")),
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	name, command, bundles := truststore.SystemTrustFilename, truststore.SystemTrustCommand, systemBundles
	t.Cleanup(func() {
		truststore.SystemTrustFilename, truststore.SystemTrustCommand, systemBundles = name, command, bundles
	})
	anchors = filepath.Join(tmp, "anchors")
	truststore.SystemTrustFilename = filepath.Join(anchors, "%s.crt")
	truststore.SystemTrustCommand = []string{
		update, "--localcertsdir", anchors, "--etccertsdir", filepath.Join(tmp, "etc"),
		"--hooksdir", filepath.Join(tmp, "hooks"), "--certsdir", filepath.Join(tmp, "certs"), "--certsconf", conf,
	}
	systemBundles = []string{filepath.Join(tmp, "etc", "ca-certificates.crt")}
	return anchors
}

// TestCasesConformance runs what Store promises on every implementation: what was
// added is removed again, and nothing else is.
func TestCasesConformance(t *testing.T) {
	stores := map[string]func(t *testing.T) Store{
		"system": func(t *testing.T) Store {
			machine(t)
			return systemStores()[0]
		},
		"Chromium without a database": func(t *testing.T) Store {
			home := t.TempDir()
			u := user{home: home, data: filepath.Join(home, "data"), config: filepath.Join(home, "config"), tool: needCertutil(t)}
			return u.stores()[0]
		},
		"Firefox profile": func(t *testing.T) Store {
			home := t.TempDir()
			u := user{home: home, data: filepath.Join(home, "data"), config: filepath.Join(home, "config"), tool: needCertutil(t)}
			database(t, u.tool, filepath.Join(home, ".mozilla/firefox/a.default"), "")
			all := u.stores()
			return all[len(all)-1]
		},
	}
	for name, make := range stores {
		t.Run("CA-08 "+name, func(t *testing.T) { conform(t, make(t)) })
	}
}

func conform(t *testing.T, s Store) {
	// The third shares its name with the first: only the whole certificate tells.
	first, second := root(t, "sekisho (この PC で作成) 0001"), root(t, "sekisho (この PC で作成) 0002")
	twin := root(t, "sekisho (この PC で作成) 0001")
	want := func(c *x509.Certificate, what string, has bool) {
		t.Helper()
		if got, err := s.Has(c); got != has || err != nil {
			t.Errorf("Has(%s) = %v, %v; want %v", what, got, err, has)
		}
	}
	do := func(what string, f func(*x509.Certificate) error, c *x509.Certificate) {
		t.Helper()
		if err := f(c); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	if s.Name() == "" {
		t.Error("the store has no name")
	}
	want(first, "first, fresh store", false)
	do("remove from a fresh store", s.Remove, first)
	do("add", s.Add, first)
	want(first, "first, added", true)
	want(twin, "twin of the first", false)
	want(second, "second", false)
	do("remove the twin, not there", s.Remove, twin)
	want(first, "first, twin removed", true)
	do("add again", s.Add, first)
	do("add second", s.Add, second)
	do("add twin", s.Add, twin)
	want(first, "first", true)
	want(second, "second, added", true)
	want(twin, "twin, added", true)
	do("remove", s.Remove, first)
	want(first, "first, removed", false)
	want(second, "second, first removed", true)
	want(twin, "twin, first removed", true)
	do("remove again", s.Remove, first)
	do("remove twin", s.Remove, twin)
	do("remove second", s.Remove, second)
	want(second, "second, removed", false)
	want(twin, "twin, removed", false)
	do("add after removal", s.Add, first)
	want(first, "first, back", true)
}

func TestSystemLeavesNothing(t *testing.T) {
	anchors := machine(t)
	c := root(t, "sekisho")
	s := system{}
	if err := s.Add(root(t, "stays")); err != nil {
		t.Fatal(err)
	}
	before := listing(t, filepath.Dir(systemBundles[0]))
	if err := s.Add(c); err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(anchors, "sekisho-"+c.SerialNumber.String()+".crt")
	if _, err := os.Stat(want); err != nil {
		t.Errorf("CA-08: the certificate is not where it is looked for: %v", err)
	}
	if err := s.Remove(c); err != nil {
		t.Fatal(err)
	}
	if after := listing(t, filepath.Dir(systemBundles[0])); after != before {
		t.Errorf("CA-08: before:\n%s\nafter:\n%s", before, after)
	}
	if _, err := os.Stat(want); err == nil {
		t.Error("CA-08: the file is left behind")
	}
	// A file that waits for the next update is removed as well.
	if err := os.WriteFile(want, pemOf(c), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(c); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(want); err == nil {
		t.Error("CA-08: a file that was not in the bundle yet is left")
	}
}

func TestSystemErrors(t *testing.T) {
	anchors := machine(t)
	c := root(t, "sekisho")
	s := system{}
	byHand := filepath.Join(anchors, "by-hand.crt")
	if err := os.WriteFile(byHand, pemOf(c), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(truststore.SystemTrustCommand[0], truststore.SystemTrustCommand[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	wantError(t, s.Remove(c), fmt.Sprintf("also in %q", byHand), "by hand")

	other := root(t, "sekisho")
	command := truststore.SystemTrustCommand
	truststore.SystemTrustCommand = []string{"sh", "-c", "echo disk on fire >&2; exit 3"}
	wantError(t, s.Add(other), "disk on fire", "sudo sh -c")
	truststore.SystemTrustCommand = []string{"true"}
	wantError(t, s.Add(other), "still not trusted", "sekisho ca export")
	truststore.SystemTrustCommand = []string{"no-such-tool"}
	wantError(t, s.Add(other), `"no-such-tool" is not installed`, "sekisho ca export")
	truststore.SystemTrustCommand = nil
	wantError(t, s.Add(other), "not supported", "install the package ca-certificates")
	if os.Geteuid() != 0 {
		truststore.SystemTrustCommand = command
		if err := os.Chmod(anchors, 0o500); err != nil {
			t.Fatal(err)
		}
		wantError(t, s.Add(other), "needs root, and there is no sudo", "sekisho ca export")
		if err := os.Chmod(anchors, 0o700); err != nil {
			t.Fatal(err)
		}
		truststore.SystemTrustCommand = nil
	}
	if got := systemStores(); got != nil {
		t.Errorf("systemStores without a command = %v; want none", got)
	}
	truststore.SystemTrustCommand = command

	if err := os.WriteFile(systemBundles[0], make([]byte, maxBundle+1), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := s.Has(c)
	wantError(t, err, "is larger than", "")
}

// TestSystemOfThisMachine looks at the real store, and changes it only where that
// is asked for: as root in a throw-away machine of a continuous integration.
func TestSystemOfThisMachine(t *testing.T) {
	all := systemStores()
	if len(all) == 0 {
		t.Skip("this machine has no store that roots can be added to")
	}
	s, c := all[0], root(t, "sekisho test")
	if ok, err := s.Has(c); ok || err != nil {
		t.Errorf("Has(foreign) = %v, %v; want false", ok, err)
	}
	if os.Getenv("CI") != "true" || os.Geteuid() != 0 {
		t.Skip("not root with CI=true: the system's store was only read")
	}
	before := listing(t, "/etc/ssl/certs")
	t.Cleanup(func() { _ = s.Remove(c) })
	if err := s.Add(c); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Has(c); !ok || err != nil {
		t.Errorf("Has after Add = %v, %v; want true", ok, err)
	}
	if err := s.Remove(c); err != nil {
		t.Fatal(err)
	}
	if after := listing(t, "/etc/ssl/certs"); after != before {
		t.Errorf("CA-08: /etc/ssl/certs before:\n%s\nafter:\n%s", before, after)
	}
}

// listing is the names in dir and what the bundle in it holds.
func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintln(&b, e.Name())
	}
	data, err := os.ReadFile(filepath.Join(dir, "ca-certificates.crt"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "bundle of %d bytes, %d certificates\n", len(data), strings.Count(string(data), "BEGIN"))
	return b.String()
}
