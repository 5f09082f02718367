package proxy_test

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/certs"
)

// TestBelieversLost: who refuses the authority is out of the file long before it is
// written for other reasons, so that a crash does not have that client led to the
// sinkhole again.
func TestBelieversLost(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t, func(l *lab) {
		l.options.BelieversFile = filepath.Join(l.dir, "believers.json")
		text := `{"root":"` + certs.Fingerprint(l.ca.Root()) + `","proved":{"127.0.0.1":"` + time.Now().Add(-time.Hour).UTC().Format(time.RFC3339) + `"}}`
		if err := os.WriteFile(l.options.BelieversFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	_, secure := l.proxy.Sinkhole()
	conn, err := net.Dial("tcp", secure.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := tls.Client(conn, &tls.Config{ServerName: lookalike}).Handshake(); err == nil {
		t.Fatal("a client without the authority takes its leaf")
	}
	wait(t, "the client to be out of the file", func() bool {
		text, err := os.ReadFile(l.options.BelieversFile)
		_, proved, _ := strings.Cut(string(text), `"proved":{`)
		proved, _, closed := strings.Cut(proved, "}")
		return err == nil && closed && !strings.Contains(proved, "127.0.0.1") && strings.Contains(string(text), `"doubts":[{"client":"127.0.0.1"`)
	})
}
