package proxy_test

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"sekisho/internal/labnet"
)

// shredded writes each handshake message in records of one byte, as long as they
// are in the clear (RFC 8446, section 5.1 allows it).
type shredded struct {
	net.Conn
	done bool // a record of another type was written
}

func (s *shredded) Write(p []byte) (int, error) {
	var out []byte
	for rest := p; len(rest) > 0; {
		n := min(5+int(binary.BigEndian.Uint16(rest[3:5])), len(rest))
		record := rest[:n]
		rest = rest[n:]
		if s.done = s.done || record[0] != typeHandshake; s.done {
			out = append(out, record...)
			continue
		}
		for _, b := range record[5:] {
			out = append(out, typeHandshake, record[1], record[2], 0, 1, b)
		}
	}
	if _, err := s.Conn.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// dripping sends each write in TCP segments of n bytes.
type dripping struct {
	net.Conn
	n int
}

func (d dripping) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(d.n, len(rest))
		if _, err := d.Conn.Write(rest[:n]); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// TestCasesRecords: handshakes that arrive in crumbs, from either side.
func TestCasesRecords(t *testing.T) {
	t.Parallel()
	l := start(t)
	cert := l.CA().Issue(t, []string{shop}, nil)
	origin := func(t *testing.T, version uint16, wrap func(net.Conn) net.Conn) *labnet.Origin {
		return l.Raw([]string{shop}, func(c net.Conn) {
			tc := tls.Server(wrap(c), &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: version})
			for br := bufio.NewReader(tc); ; {
				if _, err := http.ReadRequest(br); err != nil {
					return
				}
				_, _ = io.WriteString(tc, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
			}
		})
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for name, wrap := range map[string]func(net.Conn) net.Conn{
			"records of one byte":  func(c net.Conn) net.Conn { return &shredded{Conn: c} },
			"segments of one byte": func(c net.Conn) net.Conn { return dripping{c, 1} },
			"hello in two halves":  func(c net.Conn) net.Conn { return dripping{c, 700} },
		} {
			v := tls.VersionName(version)
			t.Run(fmt.Sprintf("TP-17 from the origin, %s, %s", v, name), func(t *testing.T) {
				a := get(t, l.client(), https(shop, origin(t, version, wrap), "/"), nil)
				if a.StatusCode != http.StatusOK || a.body != "ok" {
					t.Errorf("answer = %d %q; want 200", a.StatusCode, a.Header.Get("Sekisho-Error"))
				}
			})
			t.Run(fmt.Sprintf("TP-10 TP-17 from the client, %s, %s", v, name), func(t *testing.T) {
				o := origin(t, version, func(c net.Conn) net.Conn { return c })
				cfg := l.trusting()
				cfg.ServerName, cfg.MaxVersion = shop, version
				a := exchange(t, tlsClient(wrap(l.connect(t, authority(shop, o))), cfg), "GET / HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\n\r\n")
				if a.StatusCode != http.StatusOK {
					t.Errorf("answer = %d; want 200", a.StatusCode)
				}
			})
		}
	}
}
