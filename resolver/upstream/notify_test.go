package upstream

import (
	"bytes"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
)

// TestNotifyMalformed tells of the first reply that cannot be read, and of no others.
func TestNotifyMalformed(t *testing.T) {
	t.Parallel()
	addr, _ := udpServer(t, func(q []byte, send func([]byte)) {
		if bytes.Contains(q, []byte("broken")) {
			for range 2 {
				r := reply(q, "192.0.2.66")
				send(r[:len(r)-3])
			}
		}
		send([]byte("junk"))
		right(q, send)
	})
	for name, want := range map[string]int32{"shop.example.": 0, "broken.example.": 1} {
		var told atomic.Int32
		q := new(dns.Msg).SetQuestion(name, dns.TypeA)
		r, err := open(t, "udp://"+addr, Options{}).Exchange(NotifyMalformed(t.Context(), func() { told.Add(1) }), q)
		if err != nil || len(r.Answer) != 1 || told.Load() != want {
			t.Errorf("%s: %v, %v, told %d times; want the answer, and %d", name, r, err, told.Load(), want)
		}
	}
}
