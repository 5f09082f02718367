package proxy_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"sekisho/accounts"
	"sekisho/certs"
	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
	"sekisho/rules"
)

func TestMain(m *testing.M) {
	labnet.ByID()
	labnet.Overlap()
	goleak.VerifyTestMain(m)
}

// Names that the rules block by what they look like, and one of everyday.
const (
	lookalike = "sellercentral-amazon-login.example"
	typo      = "amozon-seller.example"
	shop      = "shop.labnet.example"
	genuine   = "sellercentral.amazon.co.jp"
)

// patience bounds how long a test waits for something that should come at once.
// It is no measure of speed: only a hang reaches it.
const patience = 20 * time.Second

// lab is a proxy under test with everything around it: real certificates, rules
// and journal in temporary folders, and a labnet for an internet.
type lab struct {
	*labnet.Net
	t        testing.TB
	dir      string
	ca       *certs.Authority
	journal  *journal.Journal
	dossier  *dossier.Book
	accounts *accounts.Store
	logs     *observer.ObservedLogs
	options  proxy.Options
	bounds   proxy.Bounds
	proxy    *proxy.Server

	stop context.CancelFunc
	done chan error // what Serve returned
}

// start runs a proxy until the test ends. change may adjust its options.
func start(t testing.TB, change ...func(*proxy.Options)) *lab {
	t.Helper()
	l := prepare(t)
	for _, f := range change {
		f(&l.options)
	}
	l.serve()
	return l
}

// prepare builds all but the proxy itself.
func prepare(t testing.TB) *lab {
	t.Helper()
	l := &lab{Net: labnet.New(t), t: t, dir: t.TempDir()}
	core, logs := observer.New(zapcore.DebugLevel)
	l.logs = logs
	log := zap.New(core)
	ca, _, err := certs.Open(filepath.Join(l.dir, "ca"), certs.Options{Excluded: rules.CredentialSuffixes()})
	if err != nil {
		t.Fatalf("open authority: %v", err)
	}
	l.ca = ca
	l.journal, err = journal.Open(filepath.Join(l.dir, "journal.db"), journal.Options{Log: log})
	if err != nil {
		t.Fatalf("open journal: %v", err)
	}
	t.Cleanup(func() {
		if err := l.journal.Close(); err != nil {
			t.Errorf("close journal: %v", err)
		}
	})
	l.openStores(log)
	l.options = proxy.Options{
		Listen: "127.0.0.1:0",
		Settings: proxy.Settings{
			Policy:        policy(),
			Language:      "auto",
			SellerCentral: "https://sellercentral.amazon.co.jp/",
			Allow:         prefixes("127.0.0.0/8", "::1/128"),
			Clients:       prefixes("127.0.0.0/8", "::1/128"),
		},
		Dossier: l.dossier, Accounts: l.accounts,
		CA: ca, Lookup: l.lookup, Roots: l.Roots(), Journal: l.journal, Log: log, Version: "test",
	}
	return l
}

// openStores opens what remembers sites and sign-ins, in the lab's folder.
func (l *lab) openStores(log *zap.Logger) {
	l.t.Helper()
	var err error
	// Written as often as asked: how long one waits for the next is not tested here.
	l.dossier, err = dossier.Open(dossier.Options{Path: filepath.Join(l.dir, "dossier.json"), KeepEvery: time.Millisecond, Log: log})
	if err != nil {
		l.t.Fatalf("open dossiers: %v", err)
	}
	// The cheapest cost that is one: what it is spent on is not tested here.
	l.accounts, err = accounts.Open(filepath.Join(l.dir, "accounts"), accounts.Options{KeyInFile: true, Cost: accounts.Cost{Time: 1, Memory: 64}})
	if err != nil {
		l.t.Fatalf("open accounts: %v", err)
	}
	l.t.Cleanup(func() {
		for what, err := range map[string]error{"dossiers": l.dossier.Close()} {
			if err != nil {
				l.t.Errorf("close %s: %v", what, err)
			}
		}
	})
}

// lookup resolves through the lab's DNS and tells what is missing from what
// failed, as sekisho's resolver does.
func (l *lab) lookup(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
	addrs, err := l.Lookup(ctx, n)
	var dnsErr *net.DNSError
	switch {
	case err == nil:
		return addrs, nil
	case errors.As(err, &dnsErr) && dnsErr.IsNotFound:
		return nil, fmt.Errorf("%w: %w", proxy.ErrNotFound, err)
	}
	return nil, fmt.Errorf("%w: %w", proxy.ErrLookup, err)
}

// serve starts the proxy and sees to its end.
func (l *lab) serve() {
	l.t.Helper()
	srv, err := proxy.NewBounded(l.options, l.bounds)
	if err != nil {
		l.t.Fatalf("new proxy: %v", err)
	}
	l.proxy = srv
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	l.stop, l.done = cancel, done
	go func() { done <- srv.Serve(ctx); close(done) }()
	l.t.Cleanup(func() {
		cancel()
		select {
		case err, first := <-done:
			if first && err != nil {
				l.t.Errorf("Serve = %v; want nil", err)
			}
		case <-time.After(patience):
			l.t.Error("Serve has not returned")
		}
	})
}

// addr is where the proxy listens.
func (l *lab) addr() string { return l.proxy.Addr().String() }

func (l *lab) url() *url.URL { return &url.URL{Scheme: "http", Host: l.addr()} }

// trusting returns a TLS configuration of a browser that has sekisho's CA
// installed and knows the lab's besides, as every browser knows public ones.
func (l *lab) trusting() *tls.Config {
	pool := l.Roots()
	pool.AddCert(l.ca.Root())
	return &tls.Config{RootCAs: pool}
}

// strange returns a TLS configuration of a browser without sekisho's CA.
func (l *lab) strange() *tls.Config { return &tls.Config{RootCAs: l.Roots()} }

// events returns what the journal file holds now, read as another process would.
func (l *lab) events(f journal.Filter) []journal.Event {
	l.t.Helper()
	return eventsIn(l.t, filepath.Join(l.dir, "journal.db"), f)
}

func eventsIn(t testing.TB, path string, f journal.Filter) []journal.Event {
	t.Helper()
	r, err := journal.OpenReader(path)
	if err != nil {
		t.Fatalf("open journal reader: %v", err)
	}
	defer func() { _ = r.Close() }()
	var events []journal.Event
	for e, err := range r.Events(context.Background(), f) {
		if err != nil {
			t.Fatalf("read journal: %v", err)
		}
		events = append(events, e)
	}
	return events
}

// policy builds rules with owner's lists of the form "block NAME", "allow NAME",
// "never NAME".
func policy(entries ...string) *rules.Policy {
	lists := map[string]rules.List{"block": rules.BlockList, "allow": rules.AllowList, "never": rules.NeverList}
	b := rules.NewBuilder()
	for i := 0; i+1 < len(entries); i += 2 {
		b.Add(lists[entries[i]], entries[i+1], "test", i)
	}
	return b.Build()
}

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

func name(t testing.TB, s string) hostname.Name {
	t.Helper()
	n, err := hostname.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// ours reports whether any certificate of the chain is sekisho's own.
func (l *lab) ours(chain []*x509.Certificate) bool {
	for _, c := range chain {
		if l.ca.Owns(c) {
			return true
		}
	}
	return false
}

// wait polls cond until it holds.
func wait(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !cond(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
