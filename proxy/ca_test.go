package proxy_test

import (
	"crypto/tls"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/certs"
	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/rules"
)

// shippedFiles calls f for each file of the repository that is not for tests
// alone.
func shippedFiles(t *testing.T, f func(path string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == ".git" || name == "testdata" || name == "labnet"):
			return filepath.SkipDir
		case !d.IsDir() && !strings.HasSuffix(name, "_test.go"):
			f(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCasesNoForeignAuthority: nothing of goproxy's signer is used, and no
// certificate or key is shipped.
func TestCasesNoForeignAuthority(t *testing.T) {
	t.Parallel()
	forbidden := map[string]bool{
		"GoproxyCa": true, "CA_CERT": true, "CA_KEY": true, "TLSConfigFromCA": true, "MitmConnect": true,
		"OkConnect": true, "AlwaysMitm": true, "ConnectMitm": true, "ConnectAccept": true, "HTTPMitmConnect": true,
	}
	t.Run("CA-01 goproxy's authority is not used", func(t *testing.T) {
		sources := 0
		shippedFiles(t, func(path string) {
			if !strings.HasSuffix(path, ".go") {
				return
			}
			sources++
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Errorf("parse %s: %v", path, err)
				return
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && forbidden[s.Sel.Name] {
					t.Errorf("%s uses %s", path, s.Sel.Name)
				}
				return true
			})
		})
		if sources < 50 {
			t.Errorf("only %d sources were looked into", sources)
		}
	})
	t.Run("CA-14 no certificate and no key is shipped", func(t *testing.T) {
		shippedFiles(t, func(path string) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
			}
			for _, kind := range []string{"CERTIFICATE", "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"} {
				if strings.Contains(string(data), "-----BEGIN "+kind+"-----\nM") {
					t.Errorf("%s holds a %s", path, kind)
				}
			}
		})
	})
	t.Run("CA-09 only a command of the owner's adds to a trust store", func(t *testing.T) {
		shippedFiles(t, func(path string) {
			rel := strings.TrimPrefix(filepath.ToSlash(path), "../")
			data, err := os.ReadFile(path)
			if err == nil && strings.HasSuffix(path, ".go") && strings.Contains(string(data), `"sekisho/certs/truststore"`) &&
				!strings.HasPrefix(rel, "cmd/sekisho/") {
				t.Errorf("%s imports the trust stores; only commands may", rel)
			}
		})
	})
}

// TestCasesHandedOut: what others get of the authority is its certificate.
func TestCasesHandedOut(t *testing.T) {
	t.Parallel()
	l := start(t)
	t.Run("CA-10 certificate only", func(t *testing.T) {
		a := get(t, l.client(), "https://sekisho.internal/ca.crt", navigation)
		if a.StatusCode != http.StatusOK || a.body != string(l.ca.RootPEM()) || strings.Contains(a.body, "PRIVATE") {
			t.Errorf("answer = %d %.200q; want the root alone", a.StatusCode, a.body)
		}
	})
}

// TestCasesEnd: an authority whose time runs out while the proxy runs.
func TestCasesEnd(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	var ahead atomic.Int64
	ca, _, err := certs.Open(filepath.Join(t.TempDir(), "ca"), certs.Options{
		Excluded: rules.CredentialSuffixes(),
		Now:      func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	l.ca, l.options.CA = ca, ca
	l.options.SinkholeTLS = "127.0.0.1:0"
	l.serve()
	o := l.Origin([]string{shop}, labnet.Handler())
	bad := l.Origin([]string{lookalike}, labnet.Handler())
	notes := func() []journal.Event { return l.events(journal.Filter{Technique: "authority-ends"}) }
	then := func() *http.Client { // a browser whose clock is the authority's
		cfg := l.trusting()
		cfg.Time = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		return l.httpClient(cfg, true)
	}
	left := func(d time.Duration) { ahead.Store(int64(time.Until(ca.Issuer().NotAfter) - d)) }
	t.Run("CA-11 long before", func(t *testing.T) {
		left(60 * 24 * time.Hour)
		if a := get(t, then(), https(shop, o, "/echo"), nil); !l.ours(a.TLS.PeerCertificates) || len(notes()) != 0 {
			t.Errorf("not intercepted, or %d notes", len(notes()))
		}
	})
	t.Run("CA-11 a month before", func(t *testing.T) {
		left(20 * 24 * time.Hour)
		for range 2 {
			if a := get(t, then(), https(shop, o, "/echo"), nil); !l.ours(a.TLS.PeerCertificates) {
				t.Error("not intercepted")
			}
		}
		if n := notes(); len(n) != 1 || n[0].Severity != journal.SeverityAmber || !strings.Contains(n[0].Detail, "ca rotate") {
			t.Errorf("notes = %+v; want one that says what to do", n)
		}
	})
	t.Run("CA-11 after its end", func(t *testing.T) {
		left(-time.Hour)
		a := get(t, l.client(), https(shop, o, "/echo"), nil)
		if a.StatusCode != http.StatusOK || l.ours(a.TLS.PeerCertificates) {
			t.Errorf("answer = %d; want the site's own, through a tunnel", a.StatusCode)
		}
		if _, err := l.client().Get(https(lookalike, bad, "/")); err == nil || bad.Connections() != 0 {
			t.Error("a lookalike was reached")
		}
		_, sunk := l.proxy.Sinkhole()
		if _, err := tls.Dial("tcp", sunk.String(), &tls.Config{ServerName: lookalike}); err == nil || !strings.Contains(err.Error(), "unrecognized name") {
			t.Errorf("at the sinkhole: %v; want an unrecognized name", err)
		}
	})
}
