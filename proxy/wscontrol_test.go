package proxy_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// maskedFrame is one frame of a client's.
func maskedFrame(opcode byte, payload string) []byte {
	f := []byte{0x80 | opcode, 0x80 | byte(len(payload)), 1, 2, 3, 4}
	for i := range len(payload) {
		f = append(f, payload[i]^byte(i&3+1))
	}
	return f
}

// wsRaw accepts WebSockets and hands over all bytes that come.
func wsRaw(got chan<- []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sum := sha1.Sum([]byte(r.Header.Get("Sec-Websocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		c, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
			"Sec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(sum[:])+"\r\n\r\n")
		all, _ := io.ReadAll(rw)
		got <- all
	})
}

// within is the next of got.
func within(t *testing.T, got <-chan []byte) []byte {
	t.Helper()
	select {
	case b := <-got:
		return b
	case <-time.After(2 * patience):
		t.Fatal("the origin's connection has not ended")
		return nil
	}
}

// TestHeldControlFrame: the reason of a close, which any page may choose, and what a
// program pings with are judged like messages.
func TestHeldControlFrame(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	signIn := `{"email":"` + ownID + `","password":"` + ownPassword + `"}`
	got := make(chan []byte, 1)
	secure, clear := l.Origin([]string{shop}, wsRaw(got)), l.Origin([]string{shop}, wsRaw(got), labnet.Plain())
	doors := map[string]func(t *testing.T) (net.Conn, string){
		"TLS": func(t *testing.T) (net.Conn, string) {
			return l.tunnel(t, authority(shop, secure), l.trusting()), authority(shop, secure)
		},
		"CONNECT": func(t *testing.T) (net.Conn, string) {
			return l.connect(t, authority(shop, clear)), authority(shop, clear)
		},
	}
	for door, open := range doors {
		for _, tt := range []struct {
			name  string
			frame []byte
			held  bool
		}{
			{"close", maskedFrame(8, "\x0b\xb8"+signIn), true},
			{"ping", maskedFrame(9, signIn), true},
			{"pong", maskedFrame(10, signIn), true},
			{"ping between fragments", append([]byte{1, 0x82, 1, 2, 3, 4, 'h', 'i'}, maskedFrame(9, signIn)...), true},
			{"harmless close", maskedFrame(8, "\x03\xe8going away"), false},
			{"harmless ping", maskedFrame(9, "are you there?"), false},
			{"empty ping", maskedFrame(9, ""), false},
			{"empty close", maskedFrame(8, ""), false},
		} {
			t.Run(door+" "+tt.name, func(t *testing.T) {
				c, host := open(t)
				a := "GET /ws HTTP/1.1\r\nHost: " + host + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
				if _, err := io.WriteString(c, a); err != nil {
					t.Fatal(err)
				}
				head := make([]byte, 0, 1024)
				for one := make([]byte, 1); !bytes.HasSuffix(head, []byte("\r\n\r\n")); head = append(head, one...) {
					if _, err := c.Read(one); err != nil {
						t.Fatalf("after %q: %v", head, err)
					}
				}
				if _, err := c.Write(tt.frame); err != nil {
					t.Fatal(err)
				}
				if !tt.held {
					_ = c.(interface{ CloseWrite() error }).CloseWrite()
					if in := within(t, got); !bytes.Equal(in, tt.frame) {
						t.Errorf("the origin got %x; want %x", in, tt.frame)
					}
					return
				}
				_ = c.SetDeadline(time.Now().Add(patience))
				end, _ := io.ReadAll(c)
				if !bytes.Equal(end, []byte{0x88, 2, 0x03, 0xf0}) {
					t.Errorf("heard %x; want a close with 1008", end)
				}
				_ = c.Close()
				if in := within(t, got); len(in) != 0 {
					t.Errorf("the origin got %x; want nothing", in)
				}
			})
		}
	}
	for _, e := range l.events(journal.Filter{Host: shop}) {
		if e.Action != journal.ActionHold || e.Severity != journal.SeverityRed || e.Sent == nil || *e.Sent {
			t.Errorf("event = %+v; want a red hold, nothing sent", e)
		}
	}
}
