package proxy_test

import (
	"crypto/tls"
	"fmt"
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
	connected := l.led(l.trusting(), true)
	get(t, connected, "https://"+lookalike+"/", navigation)
	s := l.options.Settings
	s.Clients = prefixes("192.0.2.0/24")
	l.proxy.Reload(s)
	if a := get(t, connected, "https://"+lookalike+"/", navigation); a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Error") != "client-refused" || a.Header.Get("Sekisho-Incident") != "" {
		t.Errorf("one who is no client any more and still connected: %d, %v; want 403 client-refused", a.StatusCode, a.Header)
	}
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
