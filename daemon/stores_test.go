package daemon

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"sekisho/accounts"
)

// TestHealthOfAccounts: that protected sign-ins cannot be read is told to whoever asks for
// the health, who may be anybody; which file it is and what is wrong with it is told to the
// log, once.
func TestHealthOfAccounts(t *testing.T) {
	t.Parallel()
	c := testConfig(t, "")
	dir := Dir(c.DataDir).Accounts()
	s, err := accounts.Open(dir, accounts.Options{KeyInFile: true, Cost: accounts.Cost{Time: 1, Memory: 8}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add("shop@example.com", "shop", []byte("canary correct horse")); err != nil {
		t.Fatal(err)
	}
	core, logs := observer.New(zapcore.WarnLevel)
	_, at, stop := startWith(t, Options{Config: c, Version: "test", Log: zap.New(core)})
	defer stop()
	ask := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if status, body := get(t, ask, "http://"+at.Console+"/healthz"); status != http.StatusOK || !strings.Contains(body, "accounts: ok\n") {
		t.Fatalf("at first: %d %s", status, body)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(files) != 1 {
		t.Fatalf("files of the accounts: %v", files)
	}
	if err := os.WriteFile(files[0], []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for status := http.StatusOK; status == http.StatusOK; time.Sleep(20 * time.Millisecond) {
		status, _ = get(t, ask, "http://"+at.Console+"/healthz") // a test that hangs here shows it
	}
	for range 2 {
		status, body := get(t, ask, "http://"+at.Console+"/healthz")
		if status != http.StatusServiceUnavailable || !strings.Contains(body, "accounts: the protected accounts cannot be read; the log says why\n") || strings.Contains(body, filepath.Base(dir)+"/") {
			t.Errorf("with a file that cannot be read: %d %s", status, body)
		}
	}
	said := logs.FilterMessageSnippet("protected sign-ins").All()
	if len(said) != 1 || !strings.Contains(said[0].ContextMap()["error"].(string), filepath.Base(files[0])) {
		t.Errorf("the log says %v; want once which file it is", said)
	}
}
