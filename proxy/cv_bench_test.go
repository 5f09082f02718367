package proxy_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"testing"

	"sekisho/internal/labnet"
)

// BenchmarkHostileChain is CV-47: what a bomb of a certificate costs, from CONNECT
// to the page that refuses it (or the site's answer), a probe each time. Compare
// with "good".
func BenchmarkHostileChain(b *testing.B) {
	l := start(b)
	for i, bb := range []struct {
		name string
		make func(l *lab, host string) tls.Certificate
	}{
		{"good", deep(1)},
		{"1,000 names", func(l *lab, host string) tls.Certificate { return l.CA().Issue(b, []string{host}, manyNames(1000)) }},
		{"10,000 names", func(l *lab, host string) tls.Certificate { return l.CA().Issue(b, []string{host}, manyNames(10_000)) }},
		{"40 intermediates", deep(40)},
		{"100 KB of name constraints", constraintBomb},
	} {
		b.Run(bb.name, func(b *testing.B) {
			host := fmt.Sprintf("bomb%d.labnet.example", i)
			o := l.Origin([]string{host}, labnet.Handler(), labnet.KeyPair(bb.make(l, host)),
				labnet.TLS(func(c *tls.Config) { c.SessionTicketsDisabled = true }))
			cfg := l.trusting()
			cfg.ServerName = host
			request := "GET /echo HTTP/1.1\r\nHost: " + authority(host, o) + "\r\nConnection: close\r\n\r\n"
			b.ReportAllocs()
			for b.Loop() {
				l.proxy.Reload(l.options.Settings) // forgets what was verified
				c := l.tunnel(b, authority(host, o), cfg)
				if _, err := io.WriteString(c, request); err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, c)
				_ = c.Close()
			}
		})
	}
}
