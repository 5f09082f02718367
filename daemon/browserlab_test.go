package daemon_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"sekisho/certs/truststore"
	"sekisho/config"
	"sekisho/daemon"
	"sekisho/internal/labnet"
	"sekisho/journal"
)

// browserPatience bounds a step in the browser; only a hang reaches it.
const browserPatience = 60 * time.Second

// browserLab is a whole sekisho with a real browser that uses it, and a labnet
// for an internet.
type browserLab struct {
	*labnet.Net
	t         *testing.T
	daemon    *daemon.Daemon
	central   *labnet.Origin // the real Seller Central; nil when the configuration does not say where it is
	downloads string
	listen    string          // of the configuration; the proxy, the console and the resolver unless set
	ctx       context.Context // of the browser
}

// chromium returns the browser's path, or skips the test where there is none.
// SEKISHO_REQUIRE_BROWSER=1 makes its absence a failure.
func chromium(t *testing.T) string {
	t.Helper()
	why := ""
	path, err := exec.LookPath("chromium")
	switch {
	case runtime.GOOS != "linux":
		why = "the browser tests drive Debian's Chromium with an NSS trust store"
	case err != nil:
		why = "chromium is not installed (apt-get install chromium)"
	}
	if _, err := exec.LookPath("certutil"); err != nil && why == "" {
		why = "certutil is not installed (apt-get install libnss3-tools)"
	}
	if why == "" {
		return path
	}
	if os.Getenv("SEKISHO_REQUIRE_BROWSER") == "1" {
		t.Fatal(why)
	}
	t.Skip(why)
	return ""
}

// startBrowserLab starts everything. The browser trusts sekisho's CA, as after
// `sekisho ca trust`, and the lab's, which stands for the public ones.
func startBrowserLab(t *testing.T) *browserLab {
	t.Helper()
	path := chromium(t)
	l := &browserLab{Net: labnet.New(t), t: t, downloads: t.TempDir()}
	l.central = l.Origin([]string{browserGenuine}, labnet.Handler())
	l.startDaemon()
	home := browserHome(t)
	ca, _ := l.daemon.CA()
	l.trust(ca.Root(), l.CA().Certificate())
	l.startBrowser(path, home)
	return l
}

// startDaemon runs the assembled daemon on a configuration file like a user's.
func (l *browserLab) startDaemon() {
	l.t.Helper()
	file := filepath.Join(l.t.TempDir(), "config.yaml")
	if l.listen == "" {
		l.listen = `{proxy: "127.0.0.1:0", console: "127.0.0.1:0", dns: "127.0.0.1:0"}`
	}
	text := fmt.Sprintf(`
data_dir: %q
listen: %s
upstream: {ca_files: [%q]}
egress: {ports: [], allow: ["127.0.0.0/8"]}
resolver: {upstreams: [%q]}
`, l.t.TempDir(), l.listen, l.CAFile(), l.DNS())
	if l.central != nil {
		text += fmt.Sprintf("seller_central: %q\n", at("https", browserGenuine, l.central, "/"))
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err != nil {
		l.t.Fatalf("load configuration: %v", err)
	}
	l.daemon, err = daemon.New(daemon.Options{Config: cfg, Version: "test"})
	if err != nil {
		l.t.Fatalf("new daemon: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- l.daemon.Run(ctx, func(daemon.Running) { close(ready) }) }()
	select {
	case <-ready:
	case err := <-done:
		cancel()
		l.t.Fatalf("run daemon: %v", err)
	}
	l.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			l.t.Errorf("Run = %v; want nil", err)
		}
	})
}

// browserHome makes a home folder of the browser's own and points HOME at it.
// The browser's helpers may still write while it ends, so removing is tried
// until it works.
func browserHome(t *testing.T) string {
	t.Helper()
	home, err := os.MkdirTemp("", "sekisho-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for end := time.Now().Add(browserPatience); os.RemoveAll(home) != nil && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond)
		}
	})
	t.Setenv("HOME", home)
	return home
}

// trust puts roots into the browser's own store, ~/.pki/nssdb.
func (l *browserLab) trust(roots ...*x509.Certificate) {
	l.t.Helper()
	for _, s := range truststore.Stores() {
		if !strings.Contains(s.Name(), ".pki/nssdb") {
			continue
		}
		for _, root := range roots {
			if err := s.Add(root); err != nil {
				l.t.Fatalf("trust %s in %s: %v", root.Subject, s.Name(), err)
			}
			if ok, err := s.Has(root); !ok || err != nil {
				l.t.Fatalf("%s in %s = %t, %v; want it there", root.Subject, s.Name(), ok, err)
			}
		}
		return
	}
	l.t.Fatal("no NSS store of Chromium's among the trust stores")
}

// startBrowser starts the browser, which goes through the proxy unless route says
// otherwise.
func (l *browserLab) startBrowser(path, home string, route ...chromedp.ExecAllocatorOption) {
	l.t.Helper()
	if len(route) == 0 {
		route = append(route, chromedp.ProxyServer("http://"+l.daemon.Running().Proxy), chromedp.Flag("proxy-bypass-list", "<-loopback>"))
	}
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(filepath.Join(home, "profile")),
		chromedp.Env("HOME=" + home),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("password-store", "basic"),
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(opts, route...)...)
	l.t.Cleanup(cancel)
	l.ctx, cancel = chromedp.NewContext(ctx)
	l.t.Cleanup(cancel)
	if err := chromedp.Do(l.ctx); err != nil {
		l.t.Fatalf("start %s: %v", path, err)
	}
	events := true
	if _, err := chromedp.CallBrowser(l.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: l.downloads, EventsEnabled: &events,
	}); err != nil {
		l.t.Fatalf("allow downloads: %v", err)
	}
}

// tab opens a tab that prefers lang, bounded in time, for one test.
func (l *browserLab) tab(t *testing.T, lang string) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewContext(l.ctx)
	t.Cleanup(cancel)
	ctx, cancelTimeout := context.WithTimeout(ctx, browserPatience)
	t.Cleanup(cancelTimeout)
	agent := browserDo(t, ctx, "read the user agent", chromedp.Evaluate[string]("navigator.userAgent"))
	if _, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: agent, AcceptLanguage: lang,
	}); err != nil {
		t.Fatalf("set the language: %v", err)
	}
	return ctx
}

// browserDo runs an action that must succeed.
func browserDo[T any](t *testing.T, ctx context.Context, what string, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return v
}

// browserView is what a visitor has before them.
type browserView struct {
	url, heading, body, lang string
	response                 *network.Response
}

// open navigates to url and reads the page that comes.
func (l *browserLab) open(t *testing.T, ctx context.Context, url string) browserView {
	t.Helper()
	var v browserView
	v.response = browserDo(t, ctx, "open "+url, chromedp.NavigateResponse(url))
	v.url = browserDo(t, ctx, "read the address bar", chromedp.Location())
	v.heading = browserDo(t, ctx, "read the heading", chromedp.Evaluate[string]("document.querySelector('h1')?.innerText ?? ''"))
	v.body = browserDo(t, ctx, "read the page", chromedp.Evaluate[string]("document.body.innerText"))
	v.lang = browserDo(t, ctx, "read the language", chromedp.Evaluate[string]("document.documentElement.lang"))
	return v
}

// said waits until a page's script has written into the element id.
func said(t *testing.T, ctx context.Context, id string) string {
	t.Helper()
	return browserDo(t, ctx, "wait for "+id, chromedp.Poll[string](fmt.Sprintf("document.getElementById(%q).textContent", id)))
}

// shoot keeps a picture of the page, for people to look at, in the folder that
// SEKISHO_SHOTS names or else the test's own.
func (l *browserLab) shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("SEKISHO_SHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	png := browserDo(t, ctx, "take a picture", chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

// blocks returns the events of host, from the journal as `sekisho events` reads it.
func (l *browserLab) blocks(t *testing.T, host string) []journal.Event {
	t.Helper()
	r, err := journal.OpenReader(daemon.Dir(l.daemon.Dir()).Journal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var events []journal.Event
	for e, err := range r.Events(t.Context(), journal.Filter{Host: host, Action: journal.ActionBlock}) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}
