package proxy_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/certs"
	"sekisho/journal"
	"sekisho/proxy"
)

// endless is a body that never ends, and counts what is taken of it.
type endless struct{ taken atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.taken.Add(int64(len(p)))
	return copy(p, strings.Repeat("password=secret-of-mine&", len(p)/24+1)), nil
}

// TestSinkholeBody answers a sign-in without reading it.
func TestSinkholeBody(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	for _, u := range []string{"https://" + lookalike + "/ap/signin", "http://" + lookalike + "/ap/signin", "https://" + lookalike + "/i/" + strings.Repeat("0", 26) + "/appeal"} {
		for way, c := range map[string]*http.Client{"h1": l.led(l.trusting(), false), "h2": l.led(l.trusting(), true)} {
			body := &endless{}
			a := do(t, c, http.MethodPost, u, withHeader(navigation, "Content-Type", "application/x-www-form-urlencoded"), body)
			l.checkBlocked(t, a, lookalike, http.StatusForbidden, "text/html")
			if way == "h1" && !a.Close { // or net/http would read on, for the next request
				t.Errorf("%s: the connection is kept", u)
			}
			if taken := body.taken.Load(); taken > 8<<20 { // what sockets and their buffers hold
				t.Errorf("%s %s: %d octets were taken", way, u, taken)
			}
		}
	}
	if kept := fmt.Sprint(l.events(journal.Filter{}), l.logs.All()); strings.Contains(kept, "secret-of-mine") {
		t.Errorf("what was entered is kept: %s", kept)
	}
}

// TestSinkholeFlood holds what one client and slow ones can take, and serves
// again afterwards.
func TestSinkholeFlood(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t, func(l *lab) { l.bounds = proxy.Bounds{Head: 700 * time.Millisecond} })
	clear, secure := l.proxy.Sinkhole()
	hello := helloFor(t, lookalike)
	for what, tt := range map[string]struct {
		to   net.Addr
		says []byte
	}{
		"silent":              {secure, nil},
		"half a hello":        {secure, hello[:len(hello)/2]},
		"a hello and no more": {secure, hello},
		"an endless hello":    {secure, append([]byte{22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff}, make([]byte, 64<<10)...)},
		"half a head":         {clear, []byte("GET / HTTP/1.1\r\nHost: " + lookalike + "\r\nX-")},
	} {
		var all []net.Conn
		for range 40 {
			c, err := net.Dial("tcp", tt.to.String())
			if err != nil {
				t.Fatal(err)
			}
			_, _ = c.Write(tt.says) // it may be closed already
			all = append(all, c)
		}
		for _, c := range all { // every one ends by itself
			_ = c.SetReadDeadline(time.Now().Add(patience))
			if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
				t.Fatalf("%s: a connection is still open", what)
			}
			_ = c.Close()
		}
		wait(t, "room after "+what, func() bool {
			resp, err := l.led(l.trusting(), false).Get("https://" + lookalike + "/")
			if err != nil {
				return false
			}
			_ = resp.Body.Close()
			return resp.StatusCode == http.StatusForbidden
		})
	}
}

// TestSinkholeSilent serves a client however many connections it, or somebody behind
// the same address, has open without a word, long before these end by themselves.
func TestSinkholeSilent(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	clear, secure := l.proxy.Sinkhole()
	for i := range 64 {
		to := clear
		if i%2 == 0 {
			to = secure
		}
		c, err := net.Dial("tcp", to.String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	for _, scheme := range []string{"https://", "http://"} {
		l.checkBlocked(t, get(t, l.led(l.trusting(), true), scheme+lookalike+"/", navigation), lookalike, http.StatusForbidden, "text/html")
	}
}

// TestSinkholeShare lets one client hold so many connections and no more.
func TestSinkholeShare(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	clear, _ := l.proxy.Sinkhole()
	open := 0
	for range 48 {
		c, err := net.Dial("tcp", clear.String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: "+lookalike+"\r\n\r\n"); err != nil {
			continue
		}
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if n, _ := io.ReadFull(c, make([]byte, 12)); n == 12 {
			open++
		}
	}
	if open != 32 {
		t.Errorf("%d connections of one client were served; want 32", open)
	}
}

// helloFor is the first flight of a client that asks for host.
func helloFor(t *testing.T, host string) []byte {
	t.Helper()
	here, there := net.Pipe()
	defer func() { _ = there.Close() }()
	go func() { _ = tls.Client(here, &tls.Config{ServerName: host}).Handshake(); _ = here.Close() }()
	b := make([]byte, 16<<10)
	n, err := there.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}

// TestSinkholeStrangers serves nobody but clients, and no more than that without a
// proxy.
func TestSinkholeStrangers(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t, func(l *lab) { l.options.Listen = "" })
	if l.proxy.Addr() != nil {
		t.Errorf("the proxy listens on %s; want nowhere", l.proxy.Addr())
	}
	l.checkBlocked(t, get(t, l.led(l.trusting(), true), "https://"+lookalike+"/", navigation), lookalike, http.StatusForbidden, "text/html")
	s := l.options.Settings
	s.Clients = prefixes("192.0.2.0/24")
	l.proxy.Reload(s)
	for _, scheme := range []string{"http://", "https://"} {
		if resp, err := l.led(l.trusting(), true).Get(scheme + lookalike + "/"); err == nil {
			_ = resp.Body.Close()
			t.Errorf("%s: %d to one who is no client; want nothing", scheme, resp.StatusCode)
		}
	}
}

// TestSinkholeBadFile: a file of believers that is none, or that others could have
// written, keeps nothing from starting and has nobody led here.
func TestSinkholeBadFile(t *testing.T) {
	t.Parallel()
	me := netip.MustParseAddr("127.0.0.1")
	for what, tt := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"junk":             {"\x00{", 0o600},
		"of another shape": {`{"root":{},"proved":["127.0.0.1"]}`, 0o600},
		"no addresses":     {`{"root":"ROOT","proved":{"":"2020-01-01T00:00:00Z","x":"y"}}`, 0o600},
		"of another root":  {`{"root":"","proved":{"127.0.0.1":"NOW"}}`, 0o600},
		"huge":             {`{"root":"` + strings.Repeat("x", 2<<20) + `"}`, 0o600},
		"others can write": {`{"root":"ROOT","proved":{"127.0.0.1":"NOW"}}`, 0o666},
		"good":             {`{"root":"ROOT","proved":{"127.0.0.1":"NOW"}}`, 0o600},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			l := startSinkhole(t, func(l *lab) {
				l.options.BelieversFile = filepath.Join(l.dir, "believers.json")
				text := strings.NewReplacer("ROOT", certs.Fingerprint(l.ca.Root()), "NOW", time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)).Replace(tt.text)
				if err := os.WriteFile(l.options.BelieversFile, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(l.options.BelieversFile, tt.mode); err != nil {
					t.Fatal(err)
				}
			})
			if got, want := l.proxy.Trusts(me), what == "good" || tt.mode != 0o600 && runtime.GOOS == "windows"; got != want {
				t.Errorf("trusted: %t; want %t", got, want)
			}
		})
	}
}
