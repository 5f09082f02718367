package resolver

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/miekg/dns"
)

// BenchmarkDoH measures a question over HTTPS that is in the cache, and beside
// it a server of net/http that says the same to whatever it is asked: what is
// left of the one when the other is taken off is the resolver's.
func BenchmarkDoH(b *testing.B) {
	s, config := startSecured(b, Options{Upstreams: []string{newOrigin(b, zone(b, "shop.example. 86400 IN A 192.0.2.1")).url}})
	wire, err := newQuery("shop.example.", dns.TypeA).Pack()
	if err != nil {
		b.Fatal(err)
	}
	client := dohClient(b, config)
	target := "/dns-query?dns=" + base64.RawURLEncoding.EncodeToString(wire)
	reply := get(b, client, "https://"+s.DoH().String()+target)

	l, err := tls.Listen("tcp", "127.0.0.1:0", s.tlsFor(alpnHTTP2))
	if err != nil {
		b.Fatal(err)
	}
	echo := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", dohType)
		_, _ = w.Write(reply)
	})}
	go func() { _ = echo.Serve(l) }()
	defer func() { _ = echo.Shutdown(context.Background()) }()

	for name, addr := range map[string]net.Addr{"hit": s.DoH(), "nothing": l.Addr()} {
		b.Run(name, func(b *testing.B) {
			url := "https://" + addr.String() + target
			b.ReportAllocs()
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					get(b, client, url)
				}
			})
		})
	}
}

// get returns the body at url.
func get(b *testing.B, client *http.Client, url string) []byte {
	resp, err := client.Get(url)
	if err != nil {
		b.Error(err)
		return nil
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Errorf("status %d, %v", resp.StatusCode, err)
	}
	return body
}
