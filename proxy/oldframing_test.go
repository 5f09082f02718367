package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestCasesOldFraming: HTTP/1.0 knows no transfer coding, with a length or without,
// at whichever door and behind whatever else; what has none passes.
func TestCasesOldFraming(t *testing.T) {
	t.Parallel()
	l := start(t)
	secure := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	const chunks = "3\r\nabc\r\n0\r\n\r\n"
	for _, tt := range []struct {
		id, method, fields, body string
		want                     int
	}{
		{"both", "POST", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", chunks, 400},
		{"the other way round", "POST", "content-length: 3\r\ntransfer-encoding: chunked\r\n", chunks, 400},
		{"identity", "PUT", "TRANSFER-ENCODING: identity\r\nContent-Length: 3\r\n", "abc", 400},
		{"POST", "POST", "Transfer-Encoding: chunked\r\n", chunks, 400},
		{"PUT", "PUT", "Transfer-Encoding: chunked\r\n", chunks, 400},
		{"PATCH", "PATCH", "Transfer-Encoding: chunked\r\n", chunks, 400},
		{"GET", "GET", "Transfer-Encoding: chunked\r\n", chunks, 400},
		{"length alone", "POST", "Content-Length: 3\r\nX-Transfer-Encoding: x\r\n", "abc", 200},
		{"nothing", "GET", "", "", 200},
		{"in the body", "POST", "Content-Length: 18\r\n", "\nTransfer-Encodin: ", 200},
	} {
		for door, o := range map[string]*labnet.Origin{"tunnel": secure, "front": clear, "clear tunnel": clear} {
			for _, behind := range []bool{false, true} {
				for _, step := range []int{1 << 20, 7} {
					t.Run(fmt.Sprintf("HP-03 %s, %s, %t, %d", tt.id, door, behind, step), func(t *testing.T) {
						t.Parallel()
						l.oldFraming(t, door, o, tt.method, tt.fields, tt.body, behind, step, tt.want)
					})
				}
			}
		}
	}
}

// oldFraming sends one HTTP/1.0 request, behind another of HTTP/1.1 if behind is
// set, step bytes at a time.
func (l *lab) oldFraming(t *testing.T, door string, o *labnet.Origin, method, fields, body string, behind bool, step, want int) {
	host := authority(shop, o)
	var c net.Conn
	target := "/echo"
	switch door {
	case "front":
		c, target = l.dial(t), "http://"+host+target
	case "tunnel":
		c = l.tunnel(t, host, l.trusting())
	default:
		c = l.connect(t, host)
	}
	br := bufio.NewReader(c)
	payload := method + " " + target + " HTTP/1.0\r\nHost: " + host + "\r\n" + fields + "\r\n" + body
	answers := []int{want}
	if behind {
		payload = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n" + payload
		answers = []int{http.StatusOK, want}
	}
	go func() {
		for ; len(payload) > 0; payload = payload[min(step, len(payload)):] {
			if _, err := io.WriteString(c, payload[:min(step, len(payload))]); err != nil {
				return
			}
		}
	}()
	for _, want := range answers {
		_ = c.SetReadDeadline(time.Now().Add(patience))
		resp, err := http.ReadResponse(br, nil)
		if err != nil {
			t.Fatalf("no answer: %v", err)
		}
		if a := read(t, resp); a.StatusCode != want {
			t.Errorf("answer = %d %q; want %d", a.StatusCode, a.Header.Get("Sekisho-Error"), want)
		}
	}
}

// TestCasesOldAnswer: the same of an origin's answer, which would leave its
// connection with bytes that belong to nobody.
func TestCasesOldAnswer(t *testing.T) {
	t.Parallel()
	l := start(t)
	const chunks = "3\r\nabc\r\n0\r\n\r\n"
	for _, tt := range []struct{ id, answer, want string }{
		{"both", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, ""},
		{"coding alone", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks, ""},
		{"behind an interim answer", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, ""},
		{"length", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc"},
		{"until the end", "HTTP/1.0 200 OK\r\n\r\n\nTransfer-Encoding: x\n\n", "\nTransfer-Encoding: x\n\n"},
		{"HTTP/1.1", "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, "abc"},
	} {
		for _, step := range []int{1 << 20, 5} {
			t.Run(fmt.Sprintf("HP-03 %s, %d", tt.id, step), func(t *testing.T) {
				t.Parallel()
				serve := func(c net.Conn) {
					if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
						return
					}
					for rest := tt.answer; len(rest) > 0; rest = rest[min(step, len(rest)):] {
						_, _ = io.WriteString(c, rest[:min(step, len(rest))])
					}
				}
				secure, clear := l.RawTLS([]string{shop}, serve), l.Raw([]string{shop}, serve)
				for _, u := range []string{https(shop, secure, "/"), plain(shop, clear, "/")} {
					for _, method := range []string{http.MethodGet, http.MethodPost} {
						a := do(t, l.client(), method, u, navigation, strings.NewReader(""))
						if tt.want == "" && (a.StatusCode != http.StatusBadGateway || a.Header.Get("Sekisho-Error") != "upstream-invalid") {
							t.Errorf("%s %.5s = %d %q; want 502, upstream-invalid", method, u, a.StatusCode, a.Header.Get("Sekisho-Error"))
						}
						if tt.want != "" && (a.StatusCode != http.StatusOK || a.body != tt.want) {
							t.Errorf("%s %.5s = %d %q; want %q", method, u, a.StatusCode, a.body, tt.want)
						}
					}
				}
			})
		}
	}
}
