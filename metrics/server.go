package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"golang.org/x/net/netutil"
)

const (
	// maxConns bounds the connections of monitoring systems; what is beyond waits.
	maxConns = 16
	// A request has a head and no body; answering takes milliseconds.
	headTime   = 5 * time.Second
	answerTime = 10 * time.Second
	idleTime   = 2 * time.Minute
	maxHead    = 8 << 10
	// drainTime is how long an answer under way may take at the end.
	drainTime = 2 * time.Second
)

// contentType is that of the text format.
const contentType = "text/plain; version=0.0.4; charset=utf-8"

// Server serves a [Registry] at /metrics, on a listener of its own and to whoever
// reaches it: who that is, is for the address to say.
type Server struct {
	registry *Registry
	listener net.Listener
	server   *http.Server
	names    []string // that this computer goes by, in lower case
}

// Listen binds address, host:port, of which port 0 is a free one; nothing is served
// before [Server.Serve].
func Listen(address string, r *Registry) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics on %q: %w", address, err)
	}
	s := &Server{registry: r, listener: l, names: []string{"localhost"}}
	if host, _, err := net.SplitHostPort(address); err == nil && host != "" {
		s.names = append(s.names, strings.ToLower(host))
	}
	if own, err := os.Hostname(); err == nil && own != "" {
		own = strings.ToLower(own)
		first, _, _ := strings.Cut(own, ".")
		s.names = append(s.names, own, first)
	}
	s.server = &http.Server{
		Handler:           http.HandlerFunc(s.answer),
		ReadHeaderTimeout: headTime, ReadTimeout: headTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHead,
	}
	return s, nil
}

// Addr is the address that was bound.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve answers until ctx ends, and returns nil then, or why the listener failed.
func (s *Server) Serve(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.server.Serve(netutil.LimitListener(s.listener, maxConns)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve metrics on %s: %w", s.Addr(), err)
	case <-ctx.Done():
	}
	limited, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if s.server.Shutdown(limited) != nil {
		_ = s.server.Close() // it took too long
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	// A Shutdown that came before Serve leaves the listener open.
	_ = s.listener.Close()
	return nil
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	switch {
	case !s.itself(r.Host):
		http.Error(w, "this is another host", http.StatusMisdirectedRequest)
	case r.URL.Path != "/metrics":
		http.Error(w, "there is only /metrics", http.StatusNotFound)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "GET only", http.StatusMethodNotAllowed)
	default:
		h.Set("Content-Type", contentType)
		_, _ = s.registry.WriteTo(w) // the client may have gone
	}
}

// itself reports whether a Host header names this computer: an address, or one of
// its names. Any other name is one that somebody had point here (DNS rebinding), so
// that a page in a browser could read the figures.
func (s *Server) itself(header string) bool {
	host := strings.ToLower(header)
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"), ".")
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Zone() == ""
	}
	for _, n := range s.names {
		if host == n {
			return true
		}
	}
	return false
}
