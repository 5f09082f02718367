package upstream

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// TestDoHStreams: a server that takes few requests at a time has what is beyond them on
// other connections.
func TestDoHStreams(t *testing.T) {
	t.Parallel()
	const streams, questions = 4, 12
	cert, roots := testCert(t, "127.0.0.1")
	var (
		conns, names sync.Map // names, as one is asked again when all is slow
		opened, got  atomic.Int32
		all          = make(chan struct{})
	)
	l := listenTCP(t)
	server := &http.Server{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}},
		HTTP2:     &http.HTTP2Config{MaxConcurrentStreams: streams},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, known := conns.LoadOrStore(r.RemoteAddr, true); !known {
				opened.Add(1)
			}
			q, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", dohType)
			if bytes.Contains(q, []byte("before")) {
				_, _ = w.Write(reply(q, "192.0.2.1"))
				return
			}
			if _, again := names.LoadOrStore(string(q[headerLen:]), true); !again && got.Add(1) == questions {
				close(all)
			}
			select { // nothing is answered until all are there
			case <-all:
			case <-r.Context().Done():
			}
			_, _ = w.Write(reply(q, "192.0.2.1"))
		}),
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	e := open(t, "https://"+l.Addr().String(), Options{Roots: roots})
	wantA(t, e, "before.example.", "192.0.2.1") // what the server allows is known from then on
	quick := askAll(t, e, questions)
	if n := opened.Load(); quick && n != questions/streams {
		t.Errorf("%d connections for %d questions; want %d", n, questions, questions/streams)
	}
}
