package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// TestCasesOwnAnswer: what net/http's server answers by itself says that it is not the
// site's, at whichever door, and is not taken for the answer before.
func TestCasesOwnAnswer(t *testing.T) {
	t.Parallel()
	l := startSinkhole(t)
	secure := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	sinkClear, sinkSecure := l.proxy.Sinkhole()
	to := func(a net.Addr) net.Conn {
		c, err := net.Dial("tcp", a.String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	site := authority(shop, clear)
	for _, door := range []struct {
		name, target, host string
		open               func() net.Conn
	}{
		{"front", "http://" + site + "/echo", site, func() net.Conn { return l.dial(t) }},
		{"clear tunnel", "/echo", site, func() net.Conn { return l.connect(t, site) }},
		{"tunnel", "/echo", authority(shop, secure), func() net.Conn { return l.tunnel(t, authority(shop, secure), l.trusting()) }},
		{"sinkhole", "/", lookalike, func() net.Conn { return to(sinkClear) }},
		{"sinkhole, TLS", "/", lookalike, func() net.Conn {
			cfg := l.trusting()
			cfg.ServerName = lookalike
			return tlsClient(to(sinkSecure), cfg)
		}},
	} {
		host := "Host: " + door.host + "\r\n"
		for _, tt := range []struct {
			id, request string
			want        int
		}{
			{"HP-20 another expectation", "POST %s HTTP/1.1\r\n" + host + "Expect: x\r\nContent-Length: 3\r\n\r\nabc", 417},
			{"HP-20 HTTP/1.0", "POST %s HTTP/1.0\r\n" + host + "Expect: x\r\nContent-Length: 3\r\n\r\nabc", 417},
			{"HP-16 large head", "GET %s HTTP/1.1\r\n" + host + "X: " + strings.Repeat("x", 80_000) + "\r\n\r\n", 431},
			{"HP-02 coding", "POST %s HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n", 501},
			{"HP-10 two hosts", "GET %s HTTP/1.1\r\n" + host + host + "\r\n", 400},
			{"HP-42 version", "GET %s HTTP/3.0\r\n" + host + "\r\n", 505},
		} {
			for _, behind := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, %t", tt.id, door.name, behind), func(t *testing.T) {
					t.Parallel()
					c := door.open()
					br := bufio.NewReader(c)
					if behind {
						_, _ = io.WriteString(c, "GET "+door.target+" HTTP/1.1\r\n"+host+"\r\n")
						resp, err := http.ReadResponse(br, nil)
						if err != nil {
							t.Fatal(err)
						}
						_, _ = io.Copy(io.Discard, resp.Body)
					}
					_, _ = io.WriteString(c, fmt.Sprintf(tt.request, door.target))
					resp, err := http.ReadResponse(br, nil)
					if err != nil {
						t.Fatal(err)
					}
					if resp.StatusCode != tt.want || resp.Header.Get("Sekisho-Error") != "bad-request" {
						t.Errorf("%d with %v; want %d with a reason", resp.StatusCode, resp.Header, tt.want)
					}
				})
			}
		}
	}
}

// TestHP20AnothersRefusal is HP-20: what a site says passes as it is, also where net/http's
// server would say the same.
func TestHP20AnothersRefusal(t *testing.T) {
	t.Parallel()
	const said = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
	l := start(t)
	l.each(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/417" {
			w.WriteHeader(http.StatusExpectationFailed)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(4+len(said)))
		_, _ = io.WriteString(w, "four")
		_ = http.NewResponseController(w).Flush()
		waitAwhile()
		_, _ = io.WriteString(w, said)
	}), func(t *testing.T, d door) {
		if a := get(t, d.client, d.base+"/417", nil); a.StatusCode != http.StatusExpectationFailed || a.Header.Get("Sekisho-Error") != "" {
			t.Errorf("417 became %d with %v", a.StatusCode, a.Header)
		}
		if a := do(t, d.client, "POST", d.base+"/body", nil, nil); a.body != "four"+said {
			t.Errorf("the body became %q", a.body)
		}
	})
}

// TestHP16LargeHeadStreams is HP-16 over HTTP/2: a head that is too large is refused in
// sekisho's own words.
func TestHP16LargeHeadStreams(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	for _, n := range []int{66_000, 120_000} {
		a := get(t, l.client(), https(shop, o, "/echo"), map[string]string{"X-Large": strings.Repeat("x", n)})
		if a.StatusCode != http.StatusRequestHeaderFieldsTooLarge || a.Header.Get("Sekisho-Error") != "bad-request" {
			t.Errorf("%d bytes: %d with %v; want 431 with a reason", n, a.StatusCode, a.Header)
		}
	}
	if a := get(t, l.client(), https(shop, o, "/echo"), map[string]string{"X-Large": strings.Repeat("x", 60_000)}); a.StatusCode != http.StatusOK {
		t.Errorf("60,000 bytes: %d; want 200", a.StatusCode)
	}
	if o.Requests() != 1 {
		t.Errorf("the origin saw %d requests; want 1", o.Requests())
	}
}
