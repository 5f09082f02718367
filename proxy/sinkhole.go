package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"sekisho/hostname"
	"sekisho/proxy/netconn"
	"sekisho/proxy/places"
)

const (
	// sinkTime bounds a handshake, a head, and a request with its answer, which
	// are small; sinkIdle is how long a connection stays for another.
	sinkTime = 10 * time.Second
	sinkIdle = 15 * time.Second
	// sinkStreams bounds the requests under way on one connection.
	sinkStreams = 32
)

// A ListenError tells which of several addresses could not be listened at.
type ListenError struct {
	// Path is that of the address in the configuration.
	Path, Addr string
	Err        error
}

// Error is what the system said, led by Path.
func (e *ListenError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns what the system said.
func (e *ListenError) Unwrap() error { return e.Err }

// sinkhole is where the resolver leads clients that trust the authority instead
// of to a blocked name: it answers under that name with the warning. Who is led
// there has no other way to sekisho's own origin, so the page stands on the
// site's, where nothing of the site is.
type sinkhole struct {
	server        *Server
	clear, secure net.Listener
	http          *http.Server
	greeted       *netconn.Handoff // connections whose handshake is over
	tls           *tls.Config
	places        *places.Places

	greeting sync.WaitGroup
	mu       sync.Mutex
	ended    bool
	pending  map[*sinkConn]struct{} // whose handshake is not
}

// listenSinkhole binds what o asks for; nil for nothing.
func listenSinkhole(s *Server, o Options) (*sinkhole, error) {
	if o.Sinkhole == "" && o.SinkholeTLS == "" {
		return nil, nil
	}
	k := &sinkhole{server: s, places: places.New(), pending: map[*sinkConn]struct{}{}}
	var err error
	if k.clear, err = net.Listen("tcp", o.Sinkhole); err != nil {
		return nil, &ListenError{Path: "listen.sinkhole", Addr: o.Sinkhole, Err: err}
	}
	if k.secure, err = net.Listen("tcp", o.SinkholeTLS); err != nil {
		return nil, errors.Join(&ListenError{Path: "listen.sinkhole_tls", Addr: o.SinkholeTLS, Err: err}, k.clear.Close())
	}
	k.greeted = netconn.NewHandoff(k.secure.Addr())
	k.tls = k.config()
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	k.http = &http.Server{
		Handler:           s.recovering(http.HandlerFunc(k.serveHTTP)),
		ReadHeaderTimeout: min(sinkTime, s.bounds.head),
		ReadTimeout:       min(sinkTime, s.bounds.head),
		WriteTimeout:      sinkTime + recordTimeout,
		IdleTimeout:       sinkIdle,
		MaxHeaderBytes:    maxHeaderBytes, // a site may have left many cookies
		ErrorLog:          quietLog(s.log),
		Protocols:         protocols,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: sinkStreams, MaxReadFrameSize: 16 << 10,
			// No less: clients send as much before they have heard of another limit
			// (RFC 9113, section 6.9.2).
			MaxReceiveBufferPerConnection: 64 << 10, MaxReceiveBufferPerStream: 64 << 10,
		},
		// OPTIONS * is asked of the site, which is blocked.
		DisableGeneralOptionsHandler: true,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, sinkKey{}, sinkConnOf(c))
		},
		ConnState: func(c net.Conn, state http.ConnState) { k.places.Watch(sinkConnOf(c).place, state) },
	}
	return k, nil
}

// Sinkhole is where the warning for blocked names is served, over HTTP and over
// TLS; nil when that is off.
func (s *Server) Sinkhole() (clear, secure net.Addr) {
	if s.sink == nil {
		return nil, nil
	}
	return s.sink.clear.Addr(), s.sink.secure.Addr()
}

// serve answers until the listeners are closed, and returns the cause if that is
// not drain.
func (k *sinkhole) serve() error {
	failed := make(chan error, 3)
	var serving sync.WaitGroup
	serving.Go(func() { failed <- k.http.Serve(sinkListener{k.clear, k}) })
	serving.Go(func() { failed <- k.http.Serve(k.greeted) })
	serving.Go(func() { failed <- k.greet(sinkListener{k.secure, k}) })
	err := <-failed
	_ = k.clear.Close()
	_ = k.secure.Close()
	_ = k.greeted.Close()
	serving.Wait()
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return fmt.Errorf("serve the sinkhole on %s: %w", k.clear.Addr(), err)
}

// greet has each connection of l complete its handshake.
func (k *sinkhole) greet(l net.Listener) error {
	for {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil: // such as for want of descriptors
			time.Sleep(20 * time.Millisecond)
			continue
		}
		c := conn.(*sinkConn)
		if !k.enter(c) {
			_ = c.Close()
			continue
		}
		k.greeting.Go(func() {
			defer k.leave(c)
			defer k.server.contain(c, func() {})
			k.handshake(c)
		})
	}
}

// enter keeps account of a connection whose handshake is to come, so that a drain
// ends it. It reports false after one.
func (k *sinkhole) enter(c *sinkConn) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.ended {
		k.pending[c] = struct{}{}
	}
	return !k.ended
}

func (k *sinkhole) leave(c *sinkConn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.pending, c)
}

// drain lets requests finish until ctx ends, and ends everything else.
func (k *sinkhole) drain(ctx context.Context) {
	_ = k.clear.Close()
	_ = k.secure.Close()
	k.mu.Lock()
	k.ended = true
	for c := range k.pending {
		_ = c.bare.Close()
	}
	k.mu.Unlock()
	if k.http.Shutdown(ctx) != nil {
		_ = k.http.Close()
	}
	_ = k.greeted.Close()
	k.greeting.Wait()
}

// sinkKey is the context key of a request's *sinkConn.
type sinkKey struct{}

// sinkConn is a client's connection to the sinkhole, below TLS if there is any.
type sinkConn struct {
	net.Conn
	bare   net.Conn // the client's own
	client netip.Addr
	host   hostname.Name // the name that the leaf is for; zero without TLS
	judge  func(*tls.ClientHelloInfo) (*tls.Config, error)
	places *places.Places
	place  *places.Place
}

// sinkConnOf is the connection that is, or is below, c.
func sinkConnOf(c net.Conn) *sinkConn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	return c.(*sinkConn)
}

// Close implements [net.Conn].
func (c *sinkConn) Close() error {
	defer c.places.Release(c.place)
	return c.Conn.Close()
}

// CloseWrite lets the server wait for the client before it closes, so that no
// reset overtakes what it said.
func (c *sinkConn) CloseWrite() error { return netconn.CloseWrite(c.Conn) }

// sinkListener yields the connections of those who may use sekisho, within the
// bounds; others hear nothing.
type sinkListener struct {
	net.Listener
	sinkhole *sinkhole
}

// Accept implements [net.Listener].
func (l sinkListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		k := l.sinkhole
		conn := &sinkConn{Conn: c, bare: c, client: clientAddr(c.RemoteAddr()), places: k.places}
		conn.place = places.NewPlace(c, conn.client)
		if allowed(k.server.settings.Load().Clients, conn.client) && k.places.Admit(conn.place) {
			return conn, nil
		}
		_ = c.Close()
	}
}
