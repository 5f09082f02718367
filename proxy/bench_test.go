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

// BenchmarkKeepAlive is one small request on open connections, which are asked
// on all at once. With h2 each client still has a connection of its own.
func BenchmarkKeepAlive(b *testing.B) {
	l := start(b, loopbackLookup)
	l.sideBySide(b, shop, small, func(b *testing.B, w way, p protocol, base string) {
		for _, clients := range []int{1, 32, 256} {
			b.Run(fmt.Sprint(clients), func(b *testing.B) {
				work := make(chan struct{})
				var wg sync.WaitGroup
				for range clients {
					c := w.client(b, p.h2, true)
					fetchOnce(b, c, base)
					wg.Go(func() {
						for range work {
							fetchOnce(b, c, base)
						}
					})
				}
				defer measureCPU(b)()
				for b.Loop() {
					work <- struct{}{}
				}
				close(work)
				wg.Wait()
			})
		}
	})
}

// BenchmarkNewConnection is a request on a connection of its own, to a host that
// was met before.
func BenchmarkNewConnection(b *testing.B) {
	l := start(b, loopbackLookup)
	l.sideBySide(b, shop, small, func(b *testing.B, w way, p protocol, base string) {
		c := w.client(b, p.h2, false)
		fetchOnce(b, c, base)
		defer measureCPU(b)()
		for b.Loop() {
			fetchOnce(b, c, base)
		}
	})
}

// BenchmarkNewHost is a request to a host never met: the origin is verified and
// a leaf minted.
func BenchmarkNewHost(b *testing.B) {
	l := start(b, loopbackLookup)
	cert := l.CA().Issue(b, []string{"*.labnet.example"}, nil)
	var next atomic.Int64
	for _, p := range protocols {
		o := l.Origin([]string{"labnet.example"}, small, append(p.origin(), labnet.KeyPair(cert))...)
		for _, w := range l.ways(b) {
			b.Run(p.name+"/"+w.name, func(b *testing.B) {
				c := w.client(b, p.h2, false)
				defer measureCPU(b)()
				for b.Loop() {
					fetchOnce(b, c, https(fmt.Sprintf("h%d.labnet.example", next.Add(1)), o, "/"))
				}
			})
		}
	}
}
