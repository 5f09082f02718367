package proxy_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"sekisho/accounts"
	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// keyless returns a store with the lab's account whose key is in a keyring that has it not,
// as one that is locked.
func keyless(t *testing.T) *accounts.Store {
	t.Helper()
	quick := accounts.Cost{Time: 1, Memory: 64}
	dir := filepath.Join(t.TempDir(), "keyless")
	s, err := accounts.Open(dir, accounts.Options{KeyInFile: true, Cost: quick})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(ownID, ownLabel, []byte(ownPassword)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "accounts.json")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	moved := bytes.Replace(b, []byte(`"key": "file"`), []byte(`"key": "keyring"`), 1)
	if bytes.Equal(moved, b) {
		t.Fatalf("the file does not say where the key is: %s", b)
	}
	if err := os.WriteFile(file, moved, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = accounts.Open(dir, accounts.Options{Cost: quick}); err != nil {
		t.Fatal(err)
	}
	if s.Problem() == nil {
		t.Fatal("the store has its key")
	}
	return s
}

// TestWithoutKey: while the key to the protected sign-ins is out of reach what could be one
// by its looks alone passes, or nobody could sign in anywhere; the ID is known all the same.
func TestWithoutKey(t *testing.T) {
	t.Parallel()
	store := keyless(t)
	l := start(t, func(o *proxy.Options) { o.Accounts = store })
	d := l.doors(labnet.Handler())[0]
	if a := posts(t, d, "newsletter=a%40b.example&new-password=kame-to-usagi-1&confirm=kame-to-usagi-1"); a.StatusCode != http.StatusOK {
		t.Errorf("a registration = %d; want it to pass", a.StatusCode)
	}
	l.checkHeld(t, posts(t, d, "email="+url.QueryEscape(ownID)+"&password=whatever-8"), fetch)
}
