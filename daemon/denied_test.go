package daemon_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/config"
	"sekisho/daemon"
	"sekisho/internal/labnet"
)

// TestDeniedKeys: CV-15, the data folder's list is read at load, and a broken line
// is noted without losing the others.
func TestDeniedKeys(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.DataDir = t.TempDir()
	ca := labnet.NewCA(t, "Denied Root").Certificate()
	l, err := daemon.Load(c)
	if err != nil || l.Denied.Denies(ca) {
		t.Fatalf("Load without the file = %v", err)
	}
	sum := sha256.Sum256(ca.RawSubjectPublicKeyInfo)
	file := filepath.Join(c.DataDir, "denied-keys.txt")
	if err := os.WriteFile(file, []byte("nonsense\n"+hex.EncodeToString(sum[:])+" a root\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err = daemon.Load(c)
	if err != nil || !l.Denied.Denies(ca) {
		t.Errorf("Load = %v; want a list that denies the key", err)
	}
	if notes := strings.Join(l.Notes, "\n"); !strings.Contains(notes, "denied-keys.txt: line 1") {
		t.Errorf("notes = %q; want one about line 1", notes)
	}
	if err := os.WriteFile(file, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err = daemon.Load(c); err != nil || len(l.Notes) != 1 {
		t.Errorf("Load with a huge file = %v, notes %q; want one note", err, l.Notes)
	}
}

// TestPrivateRoots: what the owner added is told apart from the system's.
func TestPrivateRoots(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.DataDir = t.TempDir()
	net := labnet.New(t)
	c.Upstream.CAFiles = []string{net.CAFile()}
	l, err := daemon.Load(c)
	if err != nil || len(l.PrivateRoots) != 1 || !l.PrivateRoots[0].Equal(net.CA().Certificate()) {
		t.Errorf("Load = %v, %d private roots; want the file's", err, len(l.PrivateRoots))
	}
}
