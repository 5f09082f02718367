package proxy_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"sekisho/internal/labnet"
)

// openWS opens a WebSocket through the proxy.
func openWS(t *testing.T, c *http.Client, url string) (*websocket.Conn, *http.Response) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: &http.Client{Transport: c.Transport}})
	if err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
	ws.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws, resp
}

func echoWS(t *testing.T, ws *websocket.Conn, text string) {
	t.Helper()
	if err := ws.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
		t.Fatalf("write: %v", err)
	}
	if _, got, err := ws.Read(t.Context()); string(got) != text || err != nil {
		t.Fatalf("read %.40q, %v; want %.40q", got, err, text)
	}
}

func TestWebSocket(t *testing.T) {
	t.Parallel()
	l := start(t)
	secure := l.Origin([]string{shop}, labnet.Handler())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	for _, u := range []string{https(shop, secure, "/ws"), plain(shop, clear, "/ws")} {
		t.Run(u[:5], func(t *testing.T) {
			ws, _ := openWS(t, l.client1(), u)
			for _, text := range []string{"one", strings.Repeat("x", 200_000), ""} {
				echoWS(t, ws, text)
			}
			if err := ws.Close(websocket.StatusNormalClosure, ""); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	t.Run("ws through CONNECT", func(t *testing.T) {
		// Browsers open ws:// by CONNECT too.
		c := l.client1()
		tr := c.Transport.(*http.Transport)
		tr.Proxy = nil
		tr.DialContext = func(_ context.Context, _, addr string) (net.Conn, error) { return l.connect(t, addr), nil }
		ws, _ := openWS(t, c, plain(shop, clear, "/ws"))
		echoWS(t, ws, "in the clear")
	})
	wait(t, "the origins' connections to end or idle", func() bool { return secure.Open() <= 1 && clear.Open() <= 1 })
}

// upgradeHead asks for a WebSocket by hand.
func upgradeHead(host string) string {
	return "GET /ws HTTP/1.1\r\nHost: " + host + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
}

// TestHP27GluedFrame is HP-27: the first frame comes in one write with the request.
func TestHP27GluedFrame(t *testing.T) {
	t.Parallel()
	l := start(t)
	secure := l.Origin([]string{shop}, labnet.Handler())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	frame := "\x81\x83\x00\x00\x00\x00 /%" // text that looks like a target, masked with zeros
	for _, tt := range []struct {
		name   string
		conn   net.Conn
		target string
	}{
		{"HP-27 wss", l.tunnel(t, authority(shop, secure), l.trusting()), authority(shop, secure)},
		{"HP-27 ws through CONNECT", l.connect(t, authority(shop, clear)), authority(shop, clear)},
		{"HP-27 ws absolute-form", l.dial(t), authority(shop, clear)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			head := upgradeHead(tt.target)
			if strings.HasSuffix(tt.name, "form") {
				head = strings.Replace(head, "GET /", "GET http://"+tt.target+"/", 1)
			}
			_, _ = io.WriteString(tt.conn, head+frame)
			br := bufio.NewReader(tt.conn)
			resp, err := http.ReadResponse(br, nil)
			if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
				t.Fatalf("answer = %v, %v; want 101", resp, err)
			}
			got := make([]byte, 5)
			if _, err := io.ReadFull(br, got); err != nil || string(got) != "\x81\x03 /%" {
				t.Errorf("frame = %q, %v; want the echo", got, err)
			}
		})
	}
}

// TestHP28UpgradeEnds is HP-28: when the origin ends an upgraded connection, the
// client's ends, and the other way round.
func TestHP28UpgradeEnds(t *testing.T) {
	t.Parallel()
	l := start(t)
	upgrade := func(c net.Conn) bool {
		_, err := http.ReadRequest(bufio.NewReader(c))
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
			"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
		return err == nil
	}
	closing := func(c net.Conn) {
		if upgrade(c) {
			_, _ = io.WriteString(c, "\x81\x02hi")
		}
	}
	staying := func(c net.Conn) {
		if upgrade(c) {
			_, _ = io.Copy(io.Discard, c)
		}
	}
	for _, tt := range []struct {
		name  string
		serve func(net.Conn)
	}{{"HP-28 origin ends", closing}, {"HP-28 client ends", staying}} {
		secure := l.RawTLS([]string{shop}, tt.serve)
		clear := l.Raw([]string{shop}, tt.serve)
		for _, way := range []struct {
			name   string
			conn   net.Conn
			origin *labnet.Origin
		}{
			{"wss", l.tunnel(t, authority(shop, secure), l.trusting()), secure},
			{"ws", l.connect(t, authority(shop, clear)), clear},
		} {
			t.Run(tt.name+" "+way.name, func(t *testing.T) {
				_, _ = io.WriteString(way.conn, upgradeHead(authority(shop, way.origin)))
				br := bufio.NewReader(way.conn)
				resp, err := http.ReadResponse(br, nil)
				if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
					t.Fatalf("answer = %v, %v; want 101", resp, err)
				}
				if strings.HasSuffix(tt.name, "origin ends") {
					if got, err := io.ReadAll(br); string(got) != "\x81\x02hi" || err != nil {
						t.Errorf("read %q, %v; want the last frame and the end", got, err)
					}
				}
				_ = way.conn.Close()
				wait(t, "the origin's connection to end", func() bool { return way.origin.Open() == 0 })
			})
		}
	}
}

// TestHP29NoUpgrade is HP-29: an answer that only looks like an upgrade is an answer.
func TestHP29NoUpgrade(t *testing.T) {
	t.Parallel()
	l := start(t)
	serve := func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 4\r\n\r\nbody")
		}
	}
	secure, clear := l.RawTLS([]string{shop}, serve), l.Raw([]string{shop}, serve)
	for _, tt := range []struct {
		name string
		conn net.Conn
		o    *labnet.Origin
	}{
		{"HP-29 https", l.tunnel(t, authority(shop, secure), l.trusting()), secure},
		{"HP-29 http", l.connect(t, authority(shop, clear)), clear},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := exchange(t, tt.conn, upgradeHead(authority(shop, tt.o)))
			if a.StatusCode != http.StatusOK || a.body != "body" {
				t.Errorf("answer = %d %q; want 200 body", a.StatusCode, a.body)
			}
		})
	}
}

// TestHP30HopByHop is HP-30: what an HTTP/1.1 origin says of its connection does not
// reach a client, the frames of HTTP/2 above all, which it would break. net/http takes
// Connection away where the origin closes.
func TestHP30HopByHop(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, closing := range []string{"keep-alive, X-Hop", "X-Hop, close"} {
		answer := func(c net.Conn) {
			br := bufio.NewReader(c)
			for more := true; more; more = !strings.Contains(closing, "close") {
				// It stays if it says so: a POST on what closes meanwhile is lost.
				if _, err := http.ReadRequest(br); err != nil {
					return
				}
				_, _ = fmt.Fprint(c, "HTTP/1.1 200 OK\r\nConnection: ", closing, "\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n",
					"Proxy-Connection: keep-alive\r\nUpgrade: h2,h2c\r\nProxy-Authenticate: Basic\r\nX-Stay: 1\r\nContent-Length: 2\r\n\r\nok")
			}
		}
		secure, clear := l.RawTLS([]string{shop}, answer), l.Raw([]string{shop}, answer)
		for _, d := range []struct {
			name   string
			client *http.Client
			url    string
		}{
			{"HTTP/2", l.client(), https(shop, secure, "/")},
			{"HTTP/1.1", l.client1(), https(shop, secure, "/")},
			{"clear", l.client1(), plain(shop, clear, "/")},
		} {
			for _, method := range []string{"GET", "POST"} {
				a := do(t, d.client, method, d.url, nil, nil)
				for _, key := range []string{"X-Hop", "Keep-Alive", "Proxy-Connection", "Upgrade", "Proxy-Authenticate"} {
					if a.Header[key] != nil {
						t.Errorf("%s, %s behind %q: %s = %q; want none", d.name, method, closing, key, a.Header[key])
					}
				}
				if a.body != "ok" || a.Header.Get("X-Stay") != "1" || d.name == "HTTP/2" && a.Header["Connection"] != nil {
					t.Errorf("%s, %s behind %q: answer = %v %q", d.name, method, closing, a.Header, a.body)
				}
			}
		}
	}
}
