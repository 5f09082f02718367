package proxy_test

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"sekisho/internal/labnet"
)

var small = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "small answer") })

// fetchOnce makes one request and reads the answer.
func fetchOnce(b *testing.B, c *http.Client, url string) {
	resp, err := c.Get(url)
	if err != nil {
		b.Error(err)
		return
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.Errorf("%s = %d, %v", url, resp.StatusCode, err)
	}
	_ = resp.Body.Close()
}

// BenchmarkKeepAlive is one small request on open connections, 1 and 32 at a
// time. With h2 the 32 share connections as they like.
func BenchmarkKeepAlive(b *testing.B) {
	l := start(b, loopbackLookup)
	for _, proto := range []struct {
		name string
		h2   bool
	}{{"h1", false}, {"h2", true}} {
		opts := []labnet.OriginOption{labnet.HTTP1Only()}
		if proto.h2 {
			opts = nil
		}
		o := l.Origin([]string{shop}, small, opts...)
		for _, clients := range []int{1, 32} {
			for _, w := range l.ways(b) {
				b.Run(fmt.Sprintf("%s/%d/%s", proto.name, clients, w.name), func(b *testing.B) {
					list := make([]*http.Client, clients)
					for i := range list {
						list[i] = w.client(b, proto.h2, true)
						fetchOnce(b, list[i], https(shop, o, "/"))
					}
					defer measureCPU(b)()
					b.ResetTimer()
					var left atomic.Int64
					left.Store(int64(b.N))
					var wg sync.WaitGroup
					for _, c := range list {
						wg.Go(func() {
							for left.Add(-1) >= 0 {
								fetchOnce(b, c, https(shop, o, "/"))
							}
						})
					}
					wg.Wait()
				})
			}
		}
	}
}

// BenchmarkNewConnection is a request on a connection of its own, to a host that
// was met before.
func BenchmarkNewConnection(b *testing.B) {
	l := start(b, loopbackLookup)
	o := l.Origin([]string{shop}, small, labnet.HTTP1Only())
	for _, w := range l.ways(b) {
		b.Run(w.name, func(b *testing.B) {
			c := w.client(b, false, false)
			fetchOnce(b, c, https(shop, o, "/"))
			defer measureCPU(b)()
			for b.Loop() {
				fetchOnce(b, c, https(shop, o, "/"))
			}
		})
	}
}

// BenchmarkNewHost is a request to a host never met: the origin is verified and
// a leaf minted.
func BenchmarkNewHost(b *testing.B) {
	l := start(b, loopbackLookup)
	cert := l.CA().Issue(b, []string{"*.labnet.example"}, nil)
	o := l.Origin([]string{"labnet.example"}, small, labnet.HTTP1Only(), labnet.KeyPair(cert))
	var next atomic.Int64
	for _, w := range l.ways(b) {
		b.Run(w.name, func(b *testing.B) {
			c := w.client(b, false, false)
			defer measureCPU(b)()
			for b.Loop() {
				fetchOnce(b, c, https(fmt.Sprintf("h%d.labnet.example", next.Add(1)), o, "/"))
			}
		})
	}
}

// BenchmarkDownload is one body of 8 MiB.
func BenchmarkDownload(b *testing.B) {
	l := start(b, loopbackLookup)
	const size = 8 << 20
	for _, proto := range []string{"h1", "h2"} {
		var opts []labnet.OriginOption
		if proto == "h1" {
			opts = append(opts, labnet.HTTP1Only())
		}
		o := l.Origin([]string{shop}, labnet.Handler(), opts...)
		for _, w := range l.ways(b) {
			b.Run(proto+"/"+w.name, func(b *testing.B) {
				c := w.client(b, proto == "h2", true)
				b.SetBytes(size)
				defer measureCPU(b)()
				for b.Loop() {
					fetchOnce(b, c, https(shop, o, fmt.Sprintf("/download?bytes=%d", size)))
				}
			})
		}
	}
}

// BenchmarkTunnel is 8 MiB through what is not decrypted.
func BenchmarkTunnel(b *testing.B) {
	l := start(b, loopbackLookup)
	const size = 8 << 20
	o := l.Origin([]string{genuine}, labnet.Handler(), labnet.HTTP1Only())
	for _, w := range l.ways(b) {
		b.Run(w.name, func(b *testing.B) {
			c := w.client(b, false, true)
			b.SetBytes(size)
			defer measureCPU(b)()
			for b.Loop() {
				fetchOnce(b, c, https(genuine, o, fmt.Sprintf("/download?bytes=%d", size)))
			}
		})
	}
}
