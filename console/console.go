// Package console is sekisho's own web server for people and machines that set
// it up: the proxy configuration for browsers, the certificate to trust and a
// health check. These need no sign-in, as a browser has to fetch them before
// anything else works; whatever else is asked for is refused.
//
// It listens apart from the proxy and trusts no request more for coming from
// this computer: a page elsewhere can make a browser send anything here, so the
// Host header is checked before a route is looked at.
package console

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/net/netutil"
)

const (
	// maxConnections bounds what the network can hold open here; set-up files
	// are fetched rarely.
	maxConnections = 512
	// maxHeader is far more than any browser sends to a host it has no cookies for.
	maxHeader = 16 << 10
	// exchangeTimeout bounds a request and its answer, which are a few KiB each.
	exchangeTimeout = 20 * time.Second
	// idleTimeout keeps a connection for the next health check but not for ever.
	idleTimeout = 60 * time.Second
	// drainTimeout leaves room within the five seconds a stop may take.
	drainTimeout = 2 * time.Second
)

// Options is what a [Server] is made from. All but Log must be set.
type Options struct {
	// Listen is the host:port to bind; port 0 picks a free one.
	Listen string
	// Proxy returns the address of the proxy's listener, nil when it is off. It
	// is called for each request, concurrently.
	Proxy func() net.Addr
	// RootPEM returns the root certificate as PEM; called concurrently.
	RootPEM func() []byte
	// Health returns the state of each part, in the order to show; called
	// concurrently.
	Health func() []Part
	// Log may be nil.
	Log *zap.Logger
}

// Part is the state of one part for the health check. State is "ok", "off" or a
// phrase that says what is wrong.
type Part struct {
	Name  string
	State string
}

// Server serves the console. Make one with [New].
type Server struct {
	listener net.Listener
	http     *http.Server
	options  Options
	log      *zap.Logger
	hosts    hosts
}

// New binds the listener; nothing is answered before [Server.Serve]. The error of
// a taken address wraps the system's.
func New(o Options) (*Server, error) {
	if o.Proxy == nil || o.RootPEM == nil || o.Health == nil {
		return nil, errors.New("console: Proxy, RootPEM and Health are required")
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for the console on %q: %w", o.Listen, err)
	}
	s := &Server{
		listener: l,
		options:  o,
		log:      o.Log.Named("console"),
		hosts:    newHosts(o.Listen),
	}
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: exchangeTimeout / 2,
		ReadTimeout:       exchangeTimeout,
		WriteTimeout:      exchangeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          debugLog(s.log),
	}
	return s, nil
}

// Addr is the address that the console listens on.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve answers until ctx ends, then lets requests under way finish for a moment
// and returns nil. It closes the listener in any case; call it once.
func (s *Server) Serve(ctx context.Context) error {
	failed := make(chan error, 1)
	var serving sync.WaitGroup
	serving.Go(func() { failed <- s.http.Serve(netutil.LimitListener(s.listener, maxConnections)) })
	var cause error
	select {
	case <-ctx.Done():
	case cause = <-failed:
	}
	grace, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if s.http.Shutdown(grace) != nil {
		_ = s.http.Close()
	}
	_ = s.listener.Close() // when Serve had not taken it yet
	serving.Wait()
	if cause != nil && !errors.Is(cause, http.ErrServerClosed) {
		return fmt.Errorf("serve the console on %s: %w", s.Addr(), cause)
	}
	return nil
}
