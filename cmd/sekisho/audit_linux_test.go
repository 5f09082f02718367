package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/journal"
)

// TestTrustIsAudited: the audit log has which stores began to trust the authority, and
// which no longer do; a command that changes none leaves no entry.
func TestTrustIsAudited(t *testing.T) {
	if _, err := exec.LookPath("certutil"); err != nil {
		t.Skip("certutil is not installed: no store of a browser can be changed")
	}
	home, dir := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	store := filepath.Join(home, ".pki", "nssdb")
	if err := os.MkdirAll(store, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "certutil", "-N", "--empty-password", "-d", "sql:"+store).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	path := filepath.Join(dir, "journal.db")
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Record(t.Context(), journal.Event{Host: "a.example"}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	var talk bytes.Buffer
	e := &env{in: strings.NewReader(""), out: &talk, errw: &talk, dataPath: dir}
	for _, command := range []func([]string) error{e.trust, e.trust, e.untrust, e.untrust} {
		if err := command([]string{"nss"}); err != nil {
			t.Fatalf("%v\n%s", err, &talk)
		}
	}
	r, err := journal.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	list, _, err := r.AuditLog(t.Context(), "")
	var got []string
	for _, entry := range list {
		got = append(got, entry.What+" "+entry.Detail)
	}
	want := "ca.untrust Chromium (~/.pki/nssdb)|ca.trust Chromium (~/.pki/nssdb)"
	if all := strings.Join(got, "|"); all != want || err != nil {
		t.Errorf("the audit log has %q, %v; want %q", all, err, want)
	}
}
