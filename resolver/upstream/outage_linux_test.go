package upstream

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

// swallower listens at a port that swallows SYNs, as a host does that is gone: its
// queue of connections is full. accept empties it.
func swallower(t *testing.T) (addr string, accept func() net.Listener) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	file := os.NewFile(uintptr(fd), "listener")
	l, err := net.FileListener(file)
	_ = file.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var fillers []net.Conn
	for range 4 {
		c, err := net.DialTimeout("tcp", l.Addr().String(), 200*time.Millisecond)
		if err != nil {
			break
		}
		fillers = append(fillers, c)
	}
	return l.Addr().String(), func() net.Listener {
		for _, c := range fillers {
			_ = c.Close()
		}
		return l
	}
}

// sockets is how many are on their way to addr or connected with it.
func sockets(t *testing.T, addr string) (n int) {
	t.Helper()
	raw, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	const established, synSent = "01", "02"
	var number int
	if _, err := fmt.Sscan(port(addr), &number); err != nil {
		t.Fatal(err)
	}
	suffix := fmt.Sprintf(":%04X", number)
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if strings.HasSuffix(f[2], suffix) && (f[3] == synSent || f[3] == established) {
			n++
		}
	}
	return n
}

// inVain asks n questions, 50 at a time, each of which has 20 ms.
func inVain(t *testing.T, e Exchanger, n int) {
	t.Helper()
	var all sync.WaitGroup
	places := make(chan struct{}, 50)
	for i := range n {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			if r, err := e.Exchange(ctx, new(dns.Msg).SetQuestion(fmt.Sprintf("n%d.example.", i), dns.TypeA)); err == nil {
				t.Errorf("got %v; want an error", r)
			}
		})
	}
	all.Wait()
}

// outageGoroutines is how many goroutines an outage may cost: a dial and a look-up,
// each with what it waits for.
const outageGoroutines = 12

// few is how many connections 50 questions may take on a machine that stands still now
// and then. It is one elsewhere.
const few = 3

// TestUnreachable: SYNs that are swallowed cost one socket, however many ask, and one
// connection serves all once they are not. It is not parallel, as it counts
// goroutines.
func TestUnreachable(t *testing.T) {
	cert, roots := testCert(t, "127.0.0.1")
	for _, scheme := range []string{"tcp", "tls", "https"} {
		t.Run(scheme, func(t *testing.T) {
			addr, accept := swallower(t)
			e := open(t, scheme+"://"+addr, Options{Roots: roots})
			fillers, before := sockets(t, addr), runtime.NumGoroutine()
			inVain(t, e, 400)
			if p := poolOf(e); p.inOrder { // a server that needed a connection for each question
				suffer(&p.order.queued)
				inVain(t, e, 100)
			}
			if n := sockets(t, addr) - fillers; n > 1 {
				t.Errorf("%d sockets after 500 questions; want 1", n)
			}
			if n := runtime.NumGoroutine() - before; n > outageGoroutines {
				t.Errorf("%d goroutines more after 500 questions; want a few", n)
			}
			poolOf(e).order.queued.Store(0)
			_ = e.Close()
			conns := listening(t, accept(), scheme, cert)
			askAll(t, e, 50)
			if n := conns.Load(); n > few+int32(fillers) {
				t.Errorf("%d connections for 50 questions once it is back; want 1, or few, beside %d of before", n, fillers)
			}
		})
	}
}

// TestBootstrapSilent: a plain resolver that says nothing costs one look-up, however
// many ask, and one connection serves all once it does.
func TestBootstrapSilent(t *testing.T) {
	cert, roots := testCert(t, "dns.example")
	for _, scheme := range []string{"tls", "https"} {
		t.Run(scheme, func(t *testing.T) {
			l := listenTCP(t)
			conns := listening(t, l, scheme, cert)
			var back atomic.Bool
			boot, asked := udpServer(t, func(q []byte, send func([]byte)) {
				if back.Load() {
					whereabouts(q, send)
				}
			})
			e := open(t, scheme+"://dns.example:"+port(l.Addr().String()), Options{Roots: roots, Bootstrap: []string{"udp://" + boot}})
			before := runtime.NumGoroutine()
			inVain(t, e, 400)
			if n := runtime.NumGoroutine() - before; n > outageGoroutines {
				t.Errorf("%d goroutines more after 400 questions; want a few", n)
			}
			if n := asked.Load(); n > 4 {
				t.Errorf("%d datagrams for 400 questions; want those of one look-up", n)
			}
			back.Store(true)
			settle(poolOf(e))
			askAll(t, e, 50)
			if n := conns.Load(); n > few {
				t.Errorf("%d connections for 50 questions once it is back; want 1, or few", n)
			}
		})
	}
}

// settle waits for what is being opened. On a busy machine it may have asked where for the
// last time, in vain, and all who wait would be told so.
func settle(p *pool) {
	for opening := true; opening; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		opening = p.dials > 0
		p.mu.Unlock()
	}
}

// listening serves scheme at l and counts connections.
func listening(t *testing.T, l net.Listener, scheme string, cert tls.Certificate) *atomic.Int32 {
	t.Helper()
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	switch scheme {
	case "tcp":
		return streamServer(t, l, right)
	case "tls":
		return streamServer(t, tls.NewListener(l, config), right)
	}
	var conns atomic.Int32
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			q, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", dohType)
			_, _ = w.Write(reply(q, "192.0.2.1"))
		}),
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				conns.Add(1)
			}
		},
		TLSConfig: config,
		ErrorLog:  log.New(io.Discard, "", 0),
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return &conns
}
