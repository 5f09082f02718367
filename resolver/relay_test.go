package resolver

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// A relay is an upstream over TCP whose connections can be frozen, as by a
// route that changed: they stay open and swallow what is sent.
type relay struct {
	origin   *origin
	listener net.Listener
	running  sync.WaitGroup

	mu       sync.Mutex
	accepted int
	frozen   int // connections up to this number
	swallow  int
	probes   int
	serving  sync.WaitGroup // of those frozen
}

func newRelay(t *testing.T, o *origin) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{origin: o, listener: l}
	r.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			r.accepted++
			n := r.accepted
			r.serving.Add(1)
			r.mu.Unlock()
			r.running.Go(func() { r.serve(n, conn) })
			t.Cleanup(func() { _ = conn.Close() })
		}
	})
	t.Cleanup(func() { _ = l.Close() })
	return r
}

func (r *relay) addr() string { return r.listener.Addr().String() }

func (r *relay) serve(n int, conn net.Conn) {
	defer r.serving.Done()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		r.mu.Lock()
		frozen := n <= r.frozen
		if frozen {
			r.swallow++
		}
		r.mu.Unlock()
		q := new(dns.Msg)
		if frozen || q.Unpack(query) != nil {
			continue
		}
		if dns.IsSubDomain(probeZone, q.Question[0].Name) {
			r.mu.Lock()
			r.probes++
			r.mu.Unlock()
		}
		if wire, err := r.origin.reply(q).Pack(); err == nil {
			_, _ = conn.Write(framed(wire))
		}
	}
}

// freeze freezes the connections that there are.
func (r *relay) freeze() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frozen = r.accepted
}

// waitClosed returns once all connections were closed by the client.
func (r *relay) waitClosed() { r.serving.Wait() }

// probed is how many probes came.
func (r *relay) probed() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.probes
}

// connections is how many there have been.
func (r *relay) connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.accepted
}

// stale is how many queries came on frozen connections.
func (r *relay) stale() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.swallow
}
