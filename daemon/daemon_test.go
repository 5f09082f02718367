package daemon

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sekisho/config"
	"sekisho/internal/labnet"
	"sekisho/journal"
)

func TestMain(m *testing.M) {
	labnet.ByID()
	goleak.VerifyTestMain(m)
}

// testConfig returns a configuration that stays on loopback and in the test's
// folder, changed by text in YAML.
func testConfig(t *testing.T, text string) config.Config {
	t.Helper()
	c, err := config.Parse("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c.DataDir = filepath.Join(t.TempDir(), "data")
	c.Listen = config.Listen{Proxy: "127.0.0.1:0", Console: "127.0.0.1:0", DNS: "127.0.0.1:0"}
	if len(c.Resolver.Upstreams) == 0 {
		c.Resolver.Upstreams = []string{"udp://127.0.0.1:9"} // discard: nobody answers
	}
	return c
}

// start runs a daemon until stop is called; stop may be called twice.
func start(t *testing.T, c config.Config) (d *Daemon, at Running, stop func()) {
	t.Helper()
	return startWith(t, Options{Config: c, Version: "test"})
}

// startWith is start with a log, among others.
func startWith(t *testing.T, o Options) (d *Daemon, at Running, stop func()) {
	t.Helper()
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan Running, 1), make(chan error, 1)
	go func() { done <- d.Run(ctx, func(r Running) { ready <- r }) }()
	select {
	case at = <-ready:
	case err := <-done:
		cancel()
		t.Fatalf("Run: %v", err)
	}
	stop = func() {
		cancel()
		if err, open := <-done; open {
			close(done)
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return d, at, stop
}

// browser returns a client that goes through the proxy and trusts d's authority.
func browser(t *testing.T, d *Daemon, at Running) *http.Client {
	t.Helper()
	ca, _ := d.CA()
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root())
	tr := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: at.Proxy}),
		TLSClientConfig: &tls.Config{RootCAs: roots},
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func get(t *testing.T, c *http.Client, u string) (status int, body string) {
	t.Helper()
	res, err := c.Get(u)
	if err != nil {
		t.Fatalf("GET %s: %v", u, err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("GET %s: %v", u, err)
	}
	return res.StatusCode, string(b)
}

// TestEverythingTogether runs the whole of sekisho once: a site works, an
// imitation does not, what was stopped is in the journal, and a reload and a stop
// do what they say.
func TestEverythingTogether(t *testing.T) {
	lab := labnet.New(t)
	site := lab.Origin([]string{"shop.example"}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "the shop")
	}))
	lab.Answer("shop.example", labnet.Reply{})
	c := testConfig(t, fmt.Sprintf("upstream: {ca_files: [%q]}\nresolver: {upstreams: [%q]}\negress: {ports: [], allow: [127.0.0.0/8]}", lab.CAFile(), lab.DNS()))
	d, at, stop := start(t, c)
	if _, made := d.CA(); !made {
		t.Error("the first start made no authority")
	}
	if d.MovedAside() != "" {
		t.Error("a fresh journal was moved aside")
	}
	shop := fmt.Sprintf("https://shop.example:%d/", site.Port())
	b := browser(t, d, at)
	if status, body := get(t, b, shop); status != 200 || body != "the shop" {
		t.Errorf("shop.example: %d %q", status, body)
	}
	if status, _ := get(t, b, "https://amazon-signin.example/ap/signin"); status != 403 && status != 303 {
		t.Errorf("imitation: %d", status)
	}
	if status, body := get(t, &http.Client{Transport: b.Transport}, "https://sekisho.internal/"); status != 200 || !strings.Contains(body, "sekisho") {
		t.Errorf("status page: %d %.200q", status, body)
	}
	direct := &http.Transport{DisableKeepAlives: true}
	if status, body := get(t, &http.Client{Transport: direct}, "http://"+at.Console+"/healthz"); status != 200 || !strings.HasPrefix(body, "ok\n") {
		t.Errorf("health: %d %q", status, body)
	}

	c.Lists.Block = []string{"shop.example"}
	if restart, err := d.Reload(c); err != nil || len(restart) != 0 {
		t.Fatalf("Reload: %v, %v", restart, err)
	}
	if status, _ := get(t, b, shop); status != 403 && status != 303 {
		t.Errorf("shop.example after it was listed: %d", status)
	}
	c.Mode = config.Observe
	if _, err := d.Reload(c); err != nil || !d.Observing() {
		t.Fatalf("Reload to observe: %v", err)
	}
	if status, _ := get(t, b, shop); status != 200 {
		t.Errorf("shop.example while observing: %d", status)
	}

	stop()
	if _, err := ReadRunning(d.dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("run.json after the end: %v", err)
	}
	if got := events(t, d.dir); !strings.Contains(got, "amazon-signin.example block") || !strings.Contains(got, "shop.example block") {
		t.Errorf("journal:\n%s", got)
	}
	again, _, stop := start(t, c)
	if _, made := again.CA(); made {
		t.Error("the second start made another authority")
	}
	stop()
}

// events returns the journal of a data folder as "host action" lines.
func events(t *testing.T, dir Dir) string {
	t.Helper()
	r, err := journal.OpenReader(dir.Journal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var all strings.Builder
	for ev, err := range r.Events(t.Context(), journal.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %s\n", ev.Host, ev.Action)
	}
	return all.String()
}

func TestStopWithOpenTunnels(t *testing.T) {
	lab := labnet.New(t)
	lab.Answer("sellercentral.amazon.co.jp", labnet.Reply{})
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	c := testConfig(t, fmt.Sprintf("resolver: {upstreams: [%q]}\negress: {ports: [], allow: [127.0.0.0/8]}", lab.DNS()))
	_, at, stop := start(t, c)
	for range 8 {
		conn, err := net.Dial("tcp", at.Proxy)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, port, _ := net.SplitHostPort(silent.Addr().String())
		host := "sellercentral.amazon.co.jp:" + port
		if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", host, host); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 12)
		if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "HTTP/1.1 200" {
			t.Fatalf("CONNECT: %q, %v", answer, err)
		}
	}
	stop() // the test's own time limit is the check
}
