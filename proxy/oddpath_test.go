package proxy_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"sekisho/internal/labnet"
)

// oddPaths have a "%" that begins no escape, as pages write them: net/http reads none.
var oddPaths = []string{"/100%", "/sale/100%off?q=%", "/%E3%81%82%", "/%", "/%zz/%25%2"}

// targetsOf answers each request of HTTP/1 with its target and its body, whatever they are.
func targetsOf(kind string, body func(target, sent string) string) func(c net.Conn) {
	return func(c net.Conn) {
		for br := bufio.NewReader(c); ; {
			line, err := br.ReadString('\n')
			if err != nil {
				return
			}
			head, err := textproto.NewReader(br).ReadMIMEHeader()
			if err != nil {
				return
			}
			n, _ := strconv.Atoi(head.Get("Content-Length"))
			sent := make([]byte, n)
			if _, err := io.ReadFull(br, sent); err != nil {
				return
			}
			answer := body(strings.Fields(line)[1], string(sent))
			_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(answer), answer)
		}
	}
}

func targetAndBody(target, sent string) string { return target + " " + sent }

// rawStreams is an origin that answers each request of HTTP/2 with its path, whatever it is.
func (l *lab) rawStreams(t *testing.T) *labnet.Origin {
	cert := l.CA().Issue(t, []string{shop}, nil)
	return l.Raw([]string{shop}, func(c net.Conn) {
		tc := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}})
		if _, err := io.ReadFull(tc, make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		f := http2.NewFramer(tc, tc)
		_ = f.WriteSettings()
		dec := hpack.NewDecoder(4096, nil)
		for paths := map[uint32]string{}; ; {
			frame, err := f.ReadFrame()
			if err != nil {
				return
			}
			h, ok := frame.(*http2.HeadersFrame)
			if ok {
				fields, _ := dec.DecodeFull(h.HeaderBlockFragment())
				for _, field := range fields {
					if field.Name == ":path" {
						paths[h.StreamID] = field.Value
					}
				}
			}
			if d, isData := frame.(*http2.DataFrame); ok && h.StreamEnded() || isData && d.StreamEnded() {
				id := frame.Header().StreamID
				_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: []byte{0x88}, EndHeaders: true}) // :status 200
				_ = f.WriteData(id, true, []byte(paths[id]))
			}
		}
	})
}

// TestHP15OddPath is HP-15: a path with a "%" that begins no escape goes on byte for byte,
// through each door and with any method.
func TestHP15OddPath(t *testing.T) {
	t.Parallel()
	l := start(t)
	secure := l.RawTLS([]string{shop}, targetsOf("text/plain", targetAndBody))
	clear := l.Raw([]string{shop}, targetsOf("text/plain", targetAndBody))
	host, open := authority(shop, secure), authority(shop, clear)
	for _, path := range oddPaths {
		for _, method := range []string{"GET", "POST", "PROPFIND"} {
			body := map[string]string{"POST": "a body"}[method]
			ask := func(base, host string) string {
				return fmt.Sprintf("%s %s%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s", method, base, path, host, len(body), body)
			}
			for door, a := range map[string]answer{
				"tunnel": l.raw(t, host, ask("", host)), "front": l.send(t, ask("http://"+open, open)), "clear tunnel": exchange(t, l.connect(t, open), ask("", open)),
			} {
				if a.body != path+" "+body {
					t.Errorf("%s %s, %s: the origin saw %q, status %d", method, path, door, a.body, a.StatusCode)
				}
			}
		}
	}
	t.Run("HP-15 HTTP/2", func(t *testing.T) {
		target := authority(shop, l.rawStreams(t))
		h := l.rawH2(t, target)
		stream := uint32(1)
		for range 2 { // the second time, by their places in the table
			for _, path := range append(oddPaths, "/fine") {
				for _, method := range []string{"GET", "POST"} {
					fields := head(target, path)
					fields[0].value = method
					if err := h.open(stream, method == "GET", fields...); err != nil {
						t.Fatal(err)
					}
					if method == "POST" {
						_ = h.WriteData(stream, true, []byte("a body"))
					}
					if o := h.outcome(stream); string(o.body) != path {
						t.Fatalf("%s %s: %v", method, path, o)
					}
					stream += 2
				}
			}
		}
	})
}

// TestHP15Behind is HP-15: what follows a change of protocol at once is no path.
func TestHP15Behind(t *testing.T) {
	t.Parallel()
	l := start(t)
	const said = "GET /100%/#a HTTP/1.1\r\nHost: x\r\n\r\n%"
	echo := l.Raw([]string{genuine}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	c := l.dial(t)
	_, _ = fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n%s", authority(genuine, echo), said)
	br := bufio.NewReader(c)
	if _, err := textproto.NewReader(br).ReadLine(); err != nil {
		t.Fatal(err)
	}
	if _, err := textproto.NewReader(br).ReadMIMEHeader(); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(said))
	if _, err := io.ReadFull(br, got); err != nil || string(got) != said {
		t.Errorf("behind CONNECT the origin got %q, %v; want %q", got, err, said)
	}
}

// TestOddPathRead: a copy of the sign-in is no more shown at a path that net/http cannot
// read than at any other.
func TestOddPathRead(t *testing.T) {
	t.Parallel()
	page := string(copied(t))
	for _, path := range oddPaths {
		t.Run(path[1:], func(t *testing.T) {
			t.Parallel()
			l := start(t)
			host := authority(shop, l.RawTLS([]string{shop}, targetsOf("text/html", func(string, string) string { return page })))
			for range 2 { // at first before anything is known
				a := l.raw(t, host, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Site: none\r\n\r\n")
				l.checkReplaced(t, a, "navigation")
			}
		})
	}
}

// TestOddPathJudged: a protected sign-in is held at such a path as at any other, in a query
// or a body.
func TestOddPathJudged(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	secure := l.RawTLS([]string{shop}, targetsOf("text/plain", targetAndBody))
	clear := l.Raw([]string{shop}, targetsOf("text/plain", targetAndBody))
	host, open := authority(shop, secure), authority(shop, clear)
	signIn := url.Values{"email": {ownID}, "password": {ownPassword}}.Encode()
	for _, path := range []string{"/100%", "/%zz/%"} {
		for _, method := range []string{"GET", "POST"} {
			target, body := path+"?"+signIn, ""
			if method == "POST" {
				target, body = path, signIn
			}
			ask := func(base, host string) string {
				return fmt.Sprintf("%s %s%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
					method, base, target, host, len(body), body)
			}
			for door, a := range map[string]answer{
				"tunnel": l.raw(t, host, ask("", host)), "front": l.send(t, ask("http://"+open, open)), "clear tunnel": exchange(t, l.connect(t, open), ask("", open)),
			} {
				if a.Header.Get("Sekisho-Incident") == "" {
					t.Errorf("%s %s, %s = %d %.40q; want it held", method, path, door, a.StatusCode, a.body)
				}
			}
		}
	}
}
