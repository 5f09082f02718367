package proxy_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
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

// drainLimit is what a service manager grants before it kills.
const drainLimit = 5 * time.Second

// TestDrain ends the proxy with everything open that can be, and wants it gone
// within the limit.
func TestDrain(t *testing.T) {
	t.Parallel()
	l := start(t)
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
	for _, o := range []*labnet.Origin{o, clear, held} {
		wait(t, "the origins' connections to end", func() bool { return o.Open() == 0 })
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

// TestDrainFinishes is HP-44: what is under way when the end comes is finished.
func TestDrainFinishes(t *testing.T) {
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

// TestEarlyBytes is HP-35: bytes that come in one piece with CONNECT are kept,
// in a tunnel and in interception.
func TestEarlyBytes(t *testing.T) {
	t.Parallel()
	l := start(t)
	raw := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	head := func(target string) string { return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n" }
	t.Run("HP-35 tunnel", func(t *testing.T) {
		c := l.dial(t)
		_, _ = io.WriteString(c, head(authority(genuine, raw))+"early")
		if err := skipHead(c); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(c, got); err != nil || string(got) != "early" {
			t.Errorf("read %q, %v; want early", got, err)
		}
	})
	t.Run("HP-35 interception", func(t *testing.T) {
		o := l.Origin([]string{shop}, labnet.Handler())
		c := l.dial(t)
		glue := &glued{Conn: c, head: head(authority(shop, o))}
		cfg := l.trusting()
		cfg.ServerName = shop
		a := exchange(t, tlsClient(glue, cfg), "GET /echo HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\n\r\n")
		if a.StatusCode != http.StatusOK {
			t.Errorf("answer = %d; want 200", a.StatusCode)
		}
	})
	t.Run("HP-35 clear", func(t *testing.T) {
		c := l.dial(t)
		_, _ = io.WriteString(c, head(authority(shop, clear))+"GET /echo HTTP/1.1\r\nHost: "+authority(shop, clear)+"\r\n\r\n")
		if err := skipHead(c); err != nil {
			t.Fatal(err)
		}
		if a := exchange(t, c, ""); a.StatusCode != http.StatusOK {
			t.Errorf("answer = %d; want 200", a.StatusCode)
		}
	})
}

// glued sends head in one write with the first bytes of the TLS client, and
// swallows the answer to it.
type glued struct {
	net.Conn
	head string
	past bool
}

func (g *glued) Write(p []byte) (int, error) {
	if g.head != "" {
		p = append([]byte(g.head), p...)
		n, err := g.Conn.Write(p)
		n -= len(g.head)
		g.head = ""
		return n, err
	}
	return g.Conn.Write(p)
}

func (g *glued) Read(p []byte) (int, error) {
	if !g.past {
		g.past = true
		if err := skipHead(g.Conn); err != nil {
			return 0, err
		}
	}
	return g.Conn.Read(p)
}

// TestOtherProtocols is HP-36: what is neither TLS nor HTTP in a tunnel is never
// taken for it.
func TestOtherProtocols(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Raw([]string{shop}, func(c net.Conn) {
		line, err := bufio.NewReader(c).ReadString('\n')
		if err == nil {
			_, _ = fmt.Fprintf(c, "you said %s", line)
		}
	})
	for _, first := range []string{"SSH-2.0-OpenSSH_9\r\n", "\x00\x01binary\n", "*1\r\n"} {
		c := l.connect(t, authority(shop, o))
		_, _ = io.WriteString(c, first)
		got, err := io.ReadAll(c)
		if want := "you said " + first[:strings.Index(first, "\n")+1]; err != nil || string(got) != want {
			t.Errorf("HP-36: %q got %q, %v; want %q", first, got, err, want)
		}
	}
	if c := l.connect(t, authority(lookalike, o)); c != nil {
		_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9\r\n")
		if got, _ := io.ReadAll(c); strings.HasPrefix(string(got), "you said") {
			t.Errorf("HP-36: a blocked name was tunnelled: %q", got)
		}
	}
}

// TestPanic is HP-37: a bug in one request ends that request alone.
func TestPanic(t *testing.T) {
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
