package upstream

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
)

// TestPadding has queries of all lengths: what is encrypted has that of a block.
func TestPadding(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "dns.example")
	var size atomic.Int64
	seen := func(q []byte, send func([]byte)) {
		size.Store(int64(len(q)))
		right(q, send)
	}
	l, plain := listenTLS(t, cert), listenTCP(t)
	streamServer(t, l, seen)
	streamServer(t, plain, seen)
	https := dohServer(t, cert, func(w http.ResponseWriter, r *http.Request) {
		q, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", dohType)
		seen(q, func(b []byte) { _, _ = w.Write(b) })
	})
	for url, padded := range map[string]bool{
		"tls://127.0.0.1:" + port(l.Addr().String()) + "#dns.example": true,
		"https://127.0.0.1:" + https + "/dns-query#dns.example":       true,
		"tcp://" + plain.Addr().String():                              false,
	} {
		e := open(t, url, Options{Roots: roots})
		for _, name := range []string{"a.example.", "a-name-that-is-longer.than.others.example."} {
			if _, err := ask(t, e, name); err != nil {
				t.Fatalf("%s: %v", url, err)
			}
			if n := size.Load(); (n%queryBlock == 0) != padded {
				t.Errorf("%s: %s asked with %d bytes; want padded %v", url, name, n, padded)
			}
		}
	}
	for n := range 2 * queryBlock {
		q := new(dns.Msg).SetQuestion("example.", dns.TypeA).SetEdns0(1232, false)
		q.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_LOCAL{Code: dns.EDNS0LOCALSTART, Data: make([]byte, n)}}
		if wire, err := packPadded(q, 1); err != nil || len(wire)%queryBlock != 0 {
			t.Fatalf("%d bytes, %v", len(wire), err)
		}
		if n := len(q.IsEdns0().Option); n != 1 {
			t.Fatalf("the query itself has %d options now", n)
		}
	}
}
