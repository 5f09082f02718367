package console

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"sekisho/accounts"
	"sekisho/config"
	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/rules"
	"sekisho/staff"
)

func TestMain(m *testing.M) {
	labnet.ByID()
	goleak.VerifyTestMain(m)
}

const rootPEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"

// options returns what a console needs, with a journal and people of its own. There
// is one of each role, called by its name, with the password [secret].
func options(t testing.TB) Options {
	t.Helper()
	dir := t.TempDir()
	people, err := staff.Open(filepath.Join(dir, "console"), staff.Options{Cost: staff.Cost{Time: 1, Memory: 8}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []staff.Role{staff.Viewer, staff.Reviewer, staff.Owner} {
		if _, err := people.AddUser(r.String(), r, []byte(secret)); err != nil {
			t.Fatal(err)
		}
	}
	j, err := journal.Open(filepath.Join(dir, "journal.db"), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Errorf("close the journal: %v", err)
		}
	})
	protected, err := accounts.Open(filepath.Join(dir, "accounts"), accounts.Options{KeyInFile: true, Cost: accounts.Cost{Time: 1, Memory: 8}})
	if err != nil {
		t.Fatal(err)
	}
	lists := rules.NewBuilder()
	lists.Add(rules.BlockList, "blocked.example", "lists.block[0]", 0)
	policy := lists.Build()
	return Options{
		Listen:      "127.0.0.1:0",
		Proxy:       func() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8765} },
		RootPEM:     func() []byte { return []byte(rootPEM) },
		Leaf:        func(hostname.Name) (*tls.Certificate, error) { return nil, errors.New("no authority") },
		Health:      func() []Part { return []Part{{Name: "proxy", State: "ok"}, {Name: "dns", State: "off"}} },
		Staff:       people,
		Journal:     j,
		JournalFile: filepath.Join(dir, "journal.db"),
		Decide:      j.Decide,
		Lift:        j.RemoveException,
		Change:      j.ChangeException,
		Settings:    config.Default().Show,
		Accounts:    protected.List,
		DNS:         func() net.Addr { return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8753} },
		Policy:      func() *rules.Policy { return policy },
		Observing:   func() bool { return false },
		Version:     "test",
	}
}

// secret is everybody's password.
const secret = "canary correct horse"

// start serves a console on a free loopback port until the test ends.
func start(t testing.TB, change func(*Options)) *Server {
	t.Helper()
	o := options(t)
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, s)
	return s
}

// serve serves s until the test ends.
func serve(t testing.TB, s *Server) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

// answer is what came back for one request.
type answer struct {
	status int
	header http.Header
	body   string
}

func ask(t testing.TB, s *Server, method, path string, change func(*http.Request)) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr().String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	tr := &http.Transport{DisableKeepAlives: true}
	defer tr.CloseIdleConnections()
	res, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}
