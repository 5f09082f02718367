package proxy_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// TestCasesAuthority: the authority of CONNECT, SNI, Host and request target are one
// or the request is refused.
func TestCasesAuthority(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop, "other.labnet.example"}, labnet.Handler())
	other := l.Origin([]string{"other.labnet.example"}, labnet.Handler())
	self := authority(shop, o)
	for _, tt := range []struct {
		id, request string
		status      int
	}{
		{"HP-10 no Host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"HP-10 two Hosts", "GET / HTTP/1.1\r\nHost: " + self + "\r\nHost: " + self + "\r\n\r\n", 400},
		{"HP-10 userinfo in Host", "GET / HTTP/1.1\r\nHost: x@" + self + "\r\n\r\n", 400},
		{"HP-10 query in Host", "GET / HTTP/1.1\r\nHost: evil.example?" + self + "\r\n\r\n", 400},
		{"HP-10 slash in Host", "GET / HTTP/1.1\r\nHost: " + self + "/x\r\n\r\n", 400},
		{"HP-10 empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 421},
		{"HP-11 inner host", "GET / HTTP/1.1\r\nHost: " + authority("other.labnet.example", other) + "\r\n\r\n", 421},
		{"HP-11 inner port", "GET / HTTP/1.1\r\nHost: " + authority(shop, other) + "\r\n\r\n", 421},
		{"HP-11 lookalike", "GET / HTTP/1.1\r\nHost: " + lookalike + "\r\n\r\n", 421},
		{"HP-11 genuine", "GET / HTTP/1.1\r\nHost: " + genuine + "\r\n\r\n", 421},
		{"HP-12 absolute-form", "GET https://" + authority("other.labnet.example", other) + "/ HTTP/1.1\r\nHost: " + self + "\r\n\r\n", 421},
		{"HP-12 absolute-form in the clear", "GET http://" + self + "/ HTTP/1.1\r\nHost: " + self + "\r\n\r\n", 421},
		{"HP-12 same absolute-form", "GET https://" + self + "/echo HTTP/1.1\r\nHost: " + self + "\r\n\r\n", 200},
		{"NE-01 upper case", "GET /echo HTTP/1.1\r\nHost: " + strings.ToUpper(self) + "\r\n\r\n", 200},
		{"NE-02 trailing dot", fmt.Sprintf("GET /echo HTTP/1.1\r\nHost: %s.:%d\r\n\r\n", shop, o.Port()), 200},
		{"HP-42 HTTP/1.0", "GET /echo HTTP/1.0\r\nHost: " + self + "\r\n\r\n", 200},
		{"HP-42 HTTP/1.0 without Host", "GET /echo HTTP/1.0\r\n\r\n", 200},
		{"HP-42 HTTP/0.9", "GET /\r\n\r\n", 400},
		{"CONNECT inside", "CONNECT " + self + " HTTP/1.1\r\nHost: " + self + "\r\n\r\n", 0},
		{"garbage", "\x16\x03\x01\x00\x00garbage\r\n\r\n", 400},
	} {
		t.Run(tt.id, func(t *testing.T) {
			a := l.raw(t, self, tt.request)
			if tt.status == 0 && a.StatusCode >= 400 {
				return // any refusal
			}
			if a.StatusCode != tt.status {
				t.Errorf("status = %d; want %d (%.100q)", a.StatusCode, tt.status, a.body)
			}
		})
	}
	if got := other.Connections(); got != 0 {
		t.Errorf("the other origin accepted %d connections; want 0", got)
	}
}

// TestHP14Fronting is HP-14: SNI that speaks of another host than the CONNECT did.
func TestHP14Fronting(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	for _, sni := range []string{lookalike, "other.labnet.example", "xn--zz", genuine} {
		t.Run("HP-14 "+sni, func(t *testing.T) {
			cfg := l.trusting()
			cfg.ServerName, cfg.InsecureSkipVerify = sni, true
			c := l.connect(t, authority(shop, o))
			tc := tlsClient(c, cfg)
			if err := tc.Handshake(); err != nil {
				return // refused
			}
			a := exchange(t, tc, "GET /echo HTTP/1.1\r\nHost: "+sni+"\r\n\r\n")
			if a.StatusCode < 400 {
				t.Errorf("Host as in SNI: status = %d; want a refusal", a.StatusCode)
			}
		})
	}
	if o.Requests() != 0 {
		t.Errorf("the origin saw %d requests; want 0", o.Requests())
	}
}

// TestHP13FrontForm is HP-13: on the proxy's own port the target's URL wins over Host.
func TestHP13FrontForm(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	a := l.send(t, "GET "+plain(shop, o, "/echo")+" HTTP/1.1\r\nHost: "+lookalike+"\r\n\r\n")
	if e := a.echo(t); e.Host != authority(shop, o) {
		t.Errorf("HP-13: the origin saw Host %q; want %q", e.Host, authority(shop, o))
	}
	a = l.send(t, "GET http://"+lookalike+"/ HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\n\r\n")
	if a.Header.Get("Sekisho-Incident") == "" {
		t.Errorf("HP-13: a lookalike in the URL = %d; want an incident", a.StatusCode)
	}
}

// TestCasesSmuggling holds that a request with doubtful framing is refused, or that
// the origin sees exactly one request with one framing.
func TestCasesSmuggling(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	host := authority(shop, o)
	for _, tt := range []struct{ id, head, body string }{
		{"HP-01 both", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"},
		{"HP-02 differing", "Content-Length: 4\r\nContent-Length: 5\r\n", "12345"},
		{"HP-02 list", "Content-Length: 4, 4\r\n", "1234"},
		{"HP-02 sign", "Content-Length: +4\r\n", "1234"},
		{"HP-02 huge", "Content-Length: 99999999999999999999\r\n", "1234"},
		{"HP-03 unknown coding", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"},
		{"HP-03 chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"},
		{"HP-03 chunked, identity", "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"},
		{"HP-05 bare LF in chunk size", "Transfer-Encoding: chunked\r\n", "4\n1234\r\n0\r\n\r\n"},
		{"HP-05 chunk extension", "Transfer-Encoding: chunked\r\n", "4;" + strings.Repeat("x", 1<<20) + "\r\n1234\r\n0\r\n\r\n"},
		{"HP-07 space before colon", "Content-Length : 4\r\n", "1234"},
		{"HP-08 NUL in value", "X-A: a\x00b\r\n", ""},
		{"HP-16 ten thousand lines", strings.Repeat("a: b\r\n", 10_000), ""},
		{"HP-16 header flood", strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 300), ""},
	} {
		t.Run(tt.id, func(t *testing.T) {
			before := o.Requests()
			c := l.tunnel(t, host, l.trusting())
			go func() { _, _ = io.WriteString(c, "POST /echo HTTP/1.1\r\nHost: "+host+"\r\n"+tt.head+"\r\n"+tt.body) }()
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			if a := read(t, resp); a.StatusCode < 400 && o.Requests()-before != 1 {
				t.Errorf("status = %d, the origin saw %d requests; want a refusal or one", a.StatusCode, o.Requests()-before)
			} else if a.StatusCode == 200 && !strings.HasPrefix(tt.id, "HP-02 list") {
				t.Errorf("status = 200; want a refusal")
			}
		})
	}
}

// TestHP01Both is HP-01: a length and a transfer coding in one head end the connection,
// at each door and in either order; in two heads they are nothing.
func TestHP01Both(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	const length, coding = "content-length: 4\r\n", "Transfer-Encoding: chunked\r\n"
	for door, open := range map[string]func() (net.Conn, string, string){
		"tunnel": func() (net.Conn, string, string) {
			return l.tunnel(t, authority(shop, o), l.trusting()), "/echo", authority(shop, o)
		},
		"clear": func() (net.Conn, string, string) {
			return l.dial(t), "http://" + authority(shop, clear) + "/echo", authority(shop, clear)
		},
		"clear tunnel": func() (net.Conn, string, string) {
			return l.connect(t, authority(shop, clear)), "/echo", authority(shop, clear)
		},
	} {
		for _, method := range []string{"GET", "POST"} {
			for name, head := range map[string]string{"length first": length + coding, "coding first": coding + "X-A: b\r\n" + length} {
				t.Run(fmt.Sprintf("HP-01 %s %s %s", door, method, name), func(t *testing.T) {
					c, target, host := open()
					before := o.Requests() + clear.Requests()
					_, _ = io.WriteString(c, method+" "+target+" HTTP/1.1\r\nHost: "+host+"\r\n"+head+"\r\n0\r\n\r\nGET "+target+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
					br := bufio.NewReader(c)
					resp, err := http.ReadResponse(br, nil)
					if err != nil {
						t.Fatal(err)
					}
					if a := read(t, resp); a.StatusCode != http.StatusBadRequest || !a.Close {
						t.Errorf("status = %d, close %t; want 400, and the end", a.StatusCode, a.Close)
					}
					if _, err := br.ReadByte(); err == nil || isTimeout(err) || o.Requests()+clear.Requests() != before {
						t.Errorf("err = %v, %d requests; want the end and none", err, o.Requests()+clear.Requests()-before)
					}
				})
			}
		}
		t.Run("HP-01 "+door+" one after the other", func(t *testing.T) {
			c, target, host := open()
			br := bufio.NewReader(c)
			for i, body := range []string{length + "\r\n1234", coding + "\r\n0\r\n\r\n", length + "\r\n1234", coding + "\r\n0\r\n\r\n"} {
				_, _ = io.WriteString(c, "POST "+target+" HTTP/1.1\r\nHost: "+host+"\r\n"+body)
				resp, err := http.ReadResponse(br, nil)
				if err != nil {
					t.Fatal(err)
				}
				if a := read(t, resp); a.StatusCode != http.StatusOK {
					t.Errorf("request %d = %d; want 200", i, a.StatusCode)
				}
			}
		})
	}
}

// TestHP04Pipelined is HP-04: a body on GET is the request's own, and the next
// request is the next.
func TestHP04Pipelined(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	host := authority(shop, o)
	c := l.tunnel(t, host, l.trusting())
	_, _ = fmt.Fprintf(c, "GET /echo/1 HTTP/1.1\r\nHost: %[1]s\r\nContent-Length: 4\r\n\r\nGETxGET /echo/2 HTTP/1.1\r\nHost: %[1]s\r\n\r\n", host)
	br := bufio.NewReader(c)
	for i, size := range []int64{4, 0} {
		resp, err := http.ReadResponse(br, nil)
		if err != nil {
			t.Fatal(err)
		}
		if e := read(t, resp).echo(t); e.URI != fmt.Sprintf("/echo/%d", i+1) || e.Size != size {
			t.Errorf("HP-04: request %d reached the origin as %s with %d bytes", i+1, e.URI, e.Size)
		}
	}
}

// TestCasesBadAnswer: what an origin may get wrong in its answer.
func TestCasesBadAnswer(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, tt := range []struct{ id, answer string }{
		{"HP-17 response header flood", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 300) + "\r\n"},
		{"junk", "hello\r\n\r\n"},
		{"nothing", ""},
		{"status 000", "HTTP/1.1 000 Odd\r\nContent-Length: 0\r\n\r\n"},
		{"101 unasked for", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"},
	} {
		t.Run(tt.id, func(t *testing.T) {
			serve := func(c net.Conn) {
				if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					_, _ = io.WriteString(c, tt.answer)
				}
			}
			secure, clear := l.RawTLS([]string{shop}, serve), l.Raw([]string{shop}, serve)
			for _, u := range []string{https(shop, secure, "/"), plain(shop, clear, "/")} {
				a := get(t, l.client(), u, navigation)
				if a.StatusCode != http.StatusBadGateway || a.Header.Get("Sekisho-Error") == "" || !bytes.Contains([]byte(a.body), []byte(shop)) {
					t.Errorf("%.5s = %d, Sekisho-Error %q; want a page with 502", u, a.StatusCode, a.Header.Get("Sekisho-Error"))
				}
			}
		})
	}
}
