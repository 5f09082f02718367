package upstream

import (
	"crypto/tls"
	"io"
	"net/http"
	"testing"

	"github.com/miekg/dns"
)

// TestDoHRoom: a connection has as much room as the server allows, once it has said
// so, and none when it is over.
func TestDoHRoom(t *testing.T) {
	t.Parallel()
	const streams = 4
	cert, roots := testCert(t, "127.0.0.1")
	l := listenTCP(t)
	server := &http.Server{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}},
		HTTP2:     &http.HTTP2Config{MaxConcurrentStreams: streams},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			q, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", dohType)
			_, _ = w.Write(reply(q, "192.0.2.1"))
		}),
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	p := poolOf(open(t, "https://"+l.Addr().String(), Options{Roots: roots}))
	s, err := p.acquire(t.Context(), shared)
	if err != nil {
		t.Fatal(err)
	}
	defer s.release(nil)
	again, err := p.acquire(t.Context(), shared)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.exchange(t.Context(), new(dns.Msg).SetQuestion("shop.example.", dns.TypeA)); err != nil {
		t.Fatal(err)
	}
	if n := s.link.room(); n != streams {
		t.Errorf("room for %d; want %d", n, streams)
	}
	s.link.close()
	if n := s.link.room(); n != 0 {
		t.Errorf("room for %d when it is over; want none", n)
	}
}

// TestObserveLimit: what a server refuses lowers what others are asked, and never raises
// it, until its limit was seen on that connection.
func TestObserveLimit(t *testing.T) {
	t.Parallel()
	var limit streamLimit
	limit.Store(linkRoom)
	s := session{limit: &limit}
	for i, step := range []struct{ busy, free, want int32 }{
		{0, 0, linkRoom}, // the only one was refused
		{5, 0, 5},
		{7, 0, 5},
		{2, 8, 10}, // it has said so
		{3, 0, 10}, // and takes fewer on this connection, for whatever reason
		{1, 3, 4},
	} {
		if s.observe(step.busy, step.free); limit.Load() != step.want {
			t.Fatalf("step %d: limit %d; want %d", i+1, limit.Load(), step.want)
		}
	}
}
