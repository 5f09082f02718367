package proxy_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// waitAwhile is longer than a relay waits for an answer before it begins to
// watch its client. Shorter or longer changes what is tested, not the outcome.
func waitAwhile() { time.Sleep(150 * time.Millisecond) }

// TestRelayHandsRequestsOver: after plain requests anything may come.
func TestRelayHandsRequestsOver(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	host := authority(shop, o)
	const get11 = "GET /echo HTTP/1.1\r\n"
	for _, tt := range []struct {
		name, request string
		status        int
		ends          bool // with the answer, the connection
		check         func(e labnet.Echo) bool
	}{
		{"POST", "POST /echo HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 5\r\n\r\nhello", 200, false, func(e labnet.Echo) bool { return e.Method == "POST" && e.Size == 5 }},
		{"chunked POST", "POST /echo HTTP/1.1\r\nHost: " + host + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, false, func(e labnet.Echo) bool { return e.Size == 5 }},
		{"GET with body", get11 + "Host: " + host + "\r\nContent-Length: 5\r\n\r\nGET /", 200, false, func(e labnet.Echo) bool { return e.Size == 5 }},
		{"OPTIONS", "OPTIONS /echo HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 200, false, func(e labnet.Echo) bool { return e.Method == "OPTIONS" }},
		{"websocket", upgradeHead(host), 101, true, nil},
		{"Expect", "POST /echo HTTP/1.1\r\nHost: " + host + "\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", 200, false, func(e labnet.Echo) bool { return e.Size == 5 }},
		{"HTTP/1.0", "GET /echo HTTP/1.0\r\nHost: " + host + "\r\n\r\n", 200, true, func(e labnet.Echo) bool { return e.URI == "/echo" }},
		{"upper-case Host", get11 + "Host: " + strings.ToUpper(host) + "\r\n\r\n", 200, false, func(e labnet.Echo) bool { return e.URI == "/echo" }},
		{"Host with dot", get11 + fmt.Sprintf("Host: %s.:%d", shop, o.Port()) + "\r\n\r\n", 200, false, func(e labnet.Echo) bool { return e.URI == "/echo" }},
		{"absolute form", "GET https://" + host + "/echo HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 200, false, func(e labnet.Echo) bool { return e.URI == "/echo" }},
		{"named by Connection", get11 + "Host: " + host + "\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n", 200, false, func(e labnet.Echo) bool { return e.Header["X-Hop"] == nil }},
		{"folded", get11 + "Host: " + host + "\r\nX-A: a\r\n b\r\n\r\n", 200, false, func(e labnet.Echo) bool { return e.Header.Get("X-A") == "a b" }},
		{"bare LF", "GET /echo HTTP/1.1\nHost: " + host + "\nX-A: a\n\n", 200, false, func(e labnet.Echo) bool { return e.Header.Get("X-A") == "a" }},
		{"bare LF at the end", get11 + "Host: " + host + "\r\n\n", 200, false, func(e labnet.Echo) bool { return e.URI == "/echo" }},
		{"long head", get11 + "Host: " + host + "\r\nX-A: " + strings.Repeat("a", 20_000) + "\r\n\r\n", 200, false, func(e labnet.Echo) bool { return len(e.Header.Get("X-A")) == 20_000 }},
		{"another host", get11 + "Host: other.labnet.example\r\n\r\n", 421, false, nil},
		{"no Host", get11 + "\r\n", 400, true, nil},
		{"two Hosts", get11 + "Host: " + host + "\r\nHost: " + host + "\r\n\r\n", 400, true, nil},
		{"HTTP/0.9", "GET /echo\r\n\r\n", 400, true, nil},
		{"both framings", get11 + "Host: " + host + "\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, true, nil},
		{"blank before colon", get11 + "Host : " + host + "\r\n\r\n", 400, true, nil},
		{"NUL", get11 + "Host: " + host + "\r\nX: a\x00\r\n\r\n", 400, true, nil},
		{"junk", "\x16\x03\x01\r\n\r\n", 400, true, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := l.talk(t, o)
			plain := c.request("GET", "/echo/plain")
			c.say(plain + plain + tt.request) // the last comes glued to the plain ones
			for range 2 {
				if resp, _, err := c.hear("GET"); err != nil || resp.StatusCode != http.StatusOK {
					t.Fatalf("a plain request before = %s, %v", resp.Status, err)
				}
			}
			resp, err := http.ReadResponse(c.br, nil)
			for err == nil && resp.StatusCode == http.StatusContinue {
				resp, err = http.ReadResponse(c.br, nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			if tt.status != 0 && resp.StatusCode != tt.status {
				t.Fatalf("answer = %s; want %d", resp.Status, tt.status)
			}
			if tt.check != nil {
				if e := read(t, resp).echo(t); !tt.check(e) {
					t.Errorf("the origin saw %+v", e)
				}
			} else if resp.StatusCode != http.StatusSwitchingProtocols {
				_ = read(t, resp)
			}
			if tt.ends {
				return
			}
			c.say(plain)
			if resp, _, err := c.hear("GET"); err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("a plain request after = %s, %v", resp.Status, err)
			}
		})
	}
}

// notPlain are answers that a relay hands over, or refuses. The body is hello
// unless the status is an error.
var notPlain = []struct {
	name, answer string
	status       int
	gone         string // a header that must not arrive
	open         bool   // the origin keeps its connection open
}{
	{"named by Connection", "HTTP/1.1 200 OK\r\nConnection: X-Foo\r\nX-Foo: 1\r\nContent-Length: 5\r\n\r\nhello", 200, "X-Foo", true},
	{"two equal lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 200, "", true},
	{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 4\r\n\r\nhello", 502, "", true},
	{"length with sign", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello", 502, "", true},
	{"bare LF", "HTTP/1.1 200 OK\nX: y\nContent-Length: 5\n\nhello", 200, "", true},
	{"bare LF at the end", "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 5\r\n\nhello", 200, "", true},
	{"bare LF in a field", "HTTP/1.1 200 OK\r\nX: y\nContent-Length: 5\r\n\r\nhello", 200, "", true},
	{"folded", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nhello", 200, "", true},
	{"head of 20 KiB", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 20<<10) + "\r\nContent-Length: 5\r\n\r\nhello", 200, "", true},
	{"head of 300 KiB", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 300<<10) + "\r\nContent-Length: 5\r\n\r\nhello", 502, "", true},
	{"many lines", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: y\r\n", 1000) + "Content-Length: 5\r\n\r\nhello", 200, "", true},
	{"upgrade offered", "HTTP/1.1 200 OK\r\nUpgrade: h2\r\nConnection: Upgrade\r\nContent-Length: 5\r\n\r\nhello", 200, "Upgrade", true},
	{"both framings", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 0, "", true},
	{"gzip, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 502, "", true},
	{"hints that are not plain", "HTTP/1.1 103 Early Hints\r\nConnection: X-Foo\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "", true},
	{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello", 200, "", true},
	{"HTTP/1.0 until close", "HTTP/1.0 200 OK\r\n\r\nhello", 200, "", false},
	{"HTTP/0.9", "hello", 502, "", false},
	{"HTTP/0.9, open", "hello\r\n\r\n", 502, "", true},
	{"HTTP/2", "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", 0, "", true},
	{"101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello", 502, "", true},
	{"000", "HTTP/1.1 000 Odd\r\nContent-Length: 5\r\n\r\nhello", 502, "", true},
	{"099", "HTTP/1.1 099 Odd\r\nContent-Length: 5\r\n\r\nhello", 502, "", true},
	{"600", "HTTP/1.1 600 Odd\r\nContent-Length: 5\r\n\r\nhello", 0, "", true},
	{"NUL", "HTTP/1.1 200 OK\r\nX: a\x00\r\nContent-Length: 5\r\n\r\nhello", 502, "", true},
}

// TestRelayHandsAnswersOver: an answer that is not plain reaches the client all
// the same, or becomes a page, and the origin is not asked a second time.
func TestRelayHandsAnswersOver(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, tt := range notPlain {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, slow := range []bool{false, true} {
				o := l.scripted(func(c net.Conn, r *http.Request) bool {
					if r.URL.Path != "/odd" {
						_, err := io.WriteString(c, sized(r))
						return err == nil
					}
					if slow {
						waitAwhile()
					}
					_, err := io.WriteString(c, tt.answer)
					return err == nil && tt.open
				})
				c := l.talk(t, o.Origin)
				c.ask("/before")
				c.say(c.request("GET", "/odd"))
				resp, body, err := c.hear("GET")
				if err != nil {
					t.Fatalf("slow %t: %v", slow, err)
				}
				switch {
				case tt.status != 0 && resp.StatusCode != tt.status:
					t.Errorf("slow %t: answer = %s; want %d", slow, resp.Status, tt.status)
				case resp.StatusCode < 400 && body != "hello", resp.StatusCode == 502 && resp.Header.Get("Sekisho-Error") == "":
					t.Errorf("slow %t: answer = %s, body %.40q", slow, resp.Status, body)
				case tt.gone != "" && resp.Header[tt.gone] != nil:
					t.Errorf("slow %t: %s = %q arrived", slow, tt.gone, resp.Header[tt.gone])
				}
				if n := o.count("/odd"); n != 1 {
					t.Errorf("slow %t: the origin was asked %d times; want once", slow, n)
				}
				if !resp.Close {
					c.ask("/after")
				}
			}
		})
	}
}

// TestRelayUnreadTarget: net/http does not read every target that goes on. When
// the answer to such a one is not plain, nothing of it stays behind.
func TestRelayUnreadTarget(t *testing.T) {
	t.Parallel()
	l := start(t)
	left := make(chan struct{})
	o := l.RawTLS([]string{shop}, func(c net.Conn) {
		if _, err := c.Read(make([]byte, 4096)); err != nil {
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nContent-Length: 5\r\n\r\nhello")
		holdOpen(c)
		close(left)
	})
	c := l.talk(t, o)
	c.say(c.request("GET", "/%zz"))
	_, _, _ = c.hear("GET") // what it is told is net/http's business
	_ = c.Close()
	select {
	case <-left:
	case <-time.After(patience):
		t.Error("the connection to the origin stays open")
	}
}
