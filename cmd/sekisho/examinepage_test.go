package main

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"sekisho/certs"
	"sekisho/config"
	"sekisho/daemon"
	"sekisho/internal/labnet"
)

// serving is a sekisho in this process with the warning page on free ports.
func serving(t *testing.T) *patient {
	t.Helper()
	lab := labnet.New(t)
	c, err := config.Parse("sekisho.yaml", []byte(`listen: {proxy: "", console: "", dns: "127.0.0.1:0", sinkhole: "127.0.0.1:0", sinkhole_tls: "127.0.0.1:0"}
resolver: {upstreams: ["`+lab.DNS()+`"]}
`))
	if err != nil {
		t.Fatal(err)
	}
	c.SetDataDir(t.TempDir())
	d, err := daemon.New(daemon.Options{Config: c})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background()) // outlives the test's own
	running, ended := make(chan daemon.Running, 1), make(chan error, 1)
	go func() { ended <- d.Run(ctx, func(r daemon.Running) { running <- r }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	r := <-running
	p := &patient{e: &env{words: english}, now: time.Now(), config: c, running: &r}
	if p.loaded, err = daemon.Load(c); err != nil {
		t.Fatal(err)
	}
	if p.dir, err = daemon.DataDir(c); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPage looks at the page of a sekisho, and of other programs at its ports.
func TestPage(t *testing.T) {
	t.Parallel()
	p := serving(t)
	all, err := certs.Read(p.dir.CA())
	if err != nil {
		t.Fatal(err)
	}
	bad, ctx := p.blockedName(), t.Context()
	other := listener(t, func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") })
	silent := listener(t, func(net.Conn) {})
	clearly := func(at string) error { return clearPage(ctx, at, bad) }
	secure := func(at string) error { return securePage(ctx, at, bad, all.Root) }
	for _, tt := range []struct {
		name, at, listens string
		try               func(string) error
		want              grade
		text              string
	}{
		{"HTTP", p.running.Sinkhole, p.running.Sinkhole, clearly, ok, "which shows it"},
		{"TLS", p.running.SinkholeTLS, p.running.SinkholeTLS, secure, ok, "which shows it"},
		{"another port", other, p.running.Sinkhole, clearly, fail, "sekisho has it at " + p.running.Sinkhole},
		{"another port of TLS", silent, p.running.SinkholeTLS, secure, fail, "sekisho has it at " + p.running.SinkholeTLS},
		{"somebody else", other, other, clearly, fail, "and not sekisho's"},
		{"no TLS", other, other, secure, fail, "does not show it"},
		{"one that may not ask", silent, silent, clearly, warn, "does not serve this computer"},
		{"one that may not ask by TLS", silent, silent, secure, warn, "does not serve this computer"},
	} {
		host, port, err := net.SplitHostPort(tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.tryPage("page", port, host, tt.listens, tt.try); got.State != tt.want || !strings.Contains(got.Detail, tt.text) || (got.Mend == "") != (tt.want == ok) {
			t.Errorf("%s: %+v; want %s, %q", tt.name, got, tt.want, tt.text)
		}
	}
	if err := securePage(ctx, p.running.SinkholeTLS, "www.amazon.co.jp", all.Root); err == nil {
		t.Error("a name that is not blocked has a page")
	}
	// None of this shows trust, for which blocked names would lead to the page.
	if a, err := askDNS(ctx, p.running.DNS, bad); err != nil || a.rcode != dnsmessage.RCodeNameError {
		t.Errorf("this computer is led to the page: %+v, %v", a, err)
	}
}

// TestPageFindings is the report on it in both languages.
func TestPageFindings(t *testing.T) {
	t.Parallel()
	p := serving(t)
	for lang, w := range map[string]words{"browsers look for it at": english, "ブラウザーは": japanese} {
		p.e.words = w
		found := examinePage(t.Context(), p)
		if len(found) != 2 || !strings.Contains(found[0].Detail, lang) || found[1].State != fail {
			t.Errorf("%+v; want two lines with %q", found, lang)
		}
	}
	p.forPrograms = true
	if found := examinePage(t.Context(), p); !strings.Contains(found[0].Detail, "browsers look") {
		t.Errorf("%+v; want English for programs", found)
	}
	r := *p.running
	r.DNS = "192.0.2.1:53"
	p.running = &r
	if found := examinePage(t.Context(), p); len(found) != 1 || found[0].State != fail || !strings.Contains(found[0].Detail, "each device itself") {
		t.Errorf("%+v; want a word on the loopback address", found)
	}
	r.Sinkhole = ""
	if found := examinePage(t.Context(), p); len(found) != 1 || found[0].State != warn {
		t.Errorf("%+v; want that it is off", found)
	}
	p.running, p.config.Listen.Sinkhole, p.config.Listen.SinkholeTLS = nil, "203.0.113.7:80", "127.0.0.1:0"
	found := examinePage(t.Context(), p)
	if len(found) != 2 || found[0].State != fail || found[0].Mend == "" || found[1].State != ok {
		t.Errorf("%+v; want one that cannot be bound and one that can", found)
	}
}

// listener has f say something on each connection, and closes it then.
func listener(t *testing.T, f func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			f(c)
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}
