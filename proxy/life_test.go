package proxy_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/proxy"
)

const (
	// drainLimit is what a service manager grants before it kills.
	drainLimit = 5 * time.Second
	// shortGrace is less than the usual one, for a machine that is busy with other tests.
	shortGrace = time.Second
)

// TestDrain ends the proxy with everything open that can be, and wants it gone
// within the limit.
func TestDrain(t *testing.T) {
	t.Parallel()
	l := prepare(t)
	l.bounds.Grace = shortGrace
	l.serve()
	o := l.Origin([]string{shop}, labnet.Handler())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	held := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.Copy(c, c) })

	tunnel := l.connect(t, authority(genuine, held))
	_, _ = io.WriteString(tunnel, "x")
	if _, err := io.ReadFull(tunnel, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	_ = l.connect(t, authority(shop, o)) // silent after 200
	half := l.dial(t)
	_, _ = io.WriteString(half, "CONNECT ")
	wss, _ := openWS(t, l.client1(), https(shop, o, "/ws"))
	echoWS(t, wss, "before")
	ws, _ := openWS(t, l.client1(), plain(shop, clear, "/ws"))
	echoWS(t, ws, "before")
	stalled := openBody(t, l.client(), https(shop, o, "/download?mib=512"))
	_ = openBody(t, l.client(), https(shop, o, "/sse?n=1000&every=1h"))
	idle := l.client()
	get(t, idle, https(shop, o, "/echo"), nil)

	begin := time.Now()
	l.stop()
	if err := <-l.done; err != nil {
		t.Errorf("Serve = %v; want nil", err)
	}
	if took := time.Since(begin); took > drainLimit {
		t.Errorf("draining took %s; want at most %s", took, drainLimit)
	}
	if _, err := net.Dial("tcp", l.addr()); err == nil {
		t.Error("the port still accepts connections")
	}
	if _, err := io.Copy(io.Discard, stalled); err == nil {
		t.Error("a cut download looks complete")
	}
	if _, err := tunnel.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Errorf("the tunnel's end = %v; want it closed", err)
	}
	for name, o := range map[string]*labnet.Origin{"https": o, "http": clear, "tunnelled": held} {
		wait(t, "the connections of the "+name+" origin to end", func() bool { return o.Open() == 0 })
	}
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

// openBody begins a request whose answer is not read.
func openBody(t *testing.T, c *http.Client, url string) io.Reader {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp.Body
}

// TestHP44DrainFinishes is HP-44: what is under way when the end comes is finished.
func TestHP44DrainFinishes(t *testing.T) {
	t.Parallel()
	for i, proto := range []string{"h2", "h1", "clear"} {
		t.Run("HP-44 "+proto, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			started, release := make(chan struct{}), make(chan struct{})
			h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				close(started)
				<-release
				_, _ = io.WriteString(w, "finished")
			})
			c := l.httpClient(l.trusting(), i == 0)
			var url string
			if proto == "clear" {
				url = plain(shop, l.Origin([]string{shop}, h, labnet.Plain()), "/")
			} else {
				url = https(shop, l.Origin([]string{shop}, h), "/")
			}
			got := make(chan string, 1)
			go func() {
				resp, err := c.Get(url)
				if err != nil {
					got <- err.Error()
					return
				}
				defer func() { _ = resp.Body.Close() }()
				b, _ := io.ReadAll(resp.Body)
				got <- string(b)
			}()
			<-started
			l.stop()
			wait(t, "the port to close", func() bool {
				c, err := net.Dial("tcp", l.addr())
				if err == nil {
					_ = c.Close()
				}
				return err != nil
			})
			close(release)
			if b := <-got; b != "finished" {
				t.Errorf("the request under way got %q; want its answer", b)
			}
		})
	}
}

// TestHP37Panic is HP-37: a bug in one request ends that request alone.
func TestHP37Panic(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) {
		lookup := o.Lookup
		o.Lookup = func(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
			if strings.HasPrefix(n.String(), "panic.") {
				panic("a bug")
			}
			return lookup(ctx, n)
		}
	})
	o := l.Origin([]string{shop}, labnet.Handler())
	other := l.client()
	get(t, other, https(shop, o, "/echo"), nil)
	for _, u := range []string{"https://panic.labnet.example/", "http://panic.labnet.example/"} {
		resp, err := l.client().Get(u)
		if err == nil {
			if a := read(t, resp); a.StatusCode < 500 {
				t.Errorf("HP-37: %s = %d; want 5xx", u, a.StatusCode)
			}
		}
	}
	c := l.dial(t)
	_, _ = io.WriteString(c, "CONNECT panic.labnet.example:443 HTTP/1.1\r\nHost: x\r\n\r\nSSH-2.0-x\r\n")
	_, _ = io.Copy(io.Discard, c)
	if isTimeout(c.SetReadDeadline(time.Now())) {
		t.Error("HP-37: the connection is left open")
	}
	if a := get(t, other, https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
		t.Errorf("HP-37: another connection = %d; want 200", a.StatusCode)
	}
}
