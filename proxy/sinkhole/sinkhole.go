package sinkhole

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/certs"
	"sekisho/hostname"
	"sekisho/proxy/framing"
	"sekisho/proxy/netconn"
	"sekisho/proxy/places"
	"sekisho/proxy/trust"
)

const (
	// headTime bounds a handshake, and a head, which are small; answerTime bounds an
	// answer, which waits until the disk has its event; idleTime is how long a
	// connection stays for another request.
	headTime   = 10 * time.Second
	answerTime = 15 * time.Second
	idleTime   = 15 * time.Second
	// maxStreams bounds the requests under way on one connection.
	maxStreams = 32
)

// House decides for a sinkhole, and answers there. It is called concurrently.
type House interface {
	// Serves reports whether client may use sekisho.
	Serves(client netip.Addr) bool
	// Blocks reports whether n is blocked at this moment, so that a leaf for it may
	// be given.
	Blocks(n hostname.Name) bool
	// Accepted and Refused are told what a client made of the leaf for n.
	Accepted(client netip.Addr, program trust.Fingerprint, n hostname.Name)
	Refused(client netip.Addr, program trust.Fingerprint, n hostname.Name)
	// Answer answers r, whose body it leaves unread but for a form of its own.
	Answer(w http.ResponseWriter, r *http.Request, v Visit)
	// Mark makes of a head that net/http's server answers with by itself one that
	// says whose it is.
	Mark(head []byte) []byte
}

// Visit is what a request asks for.
type Visit struct {
	Client netip.Addr
	// Scheme is "https" or "http".
	Scheme string
	// Site is the name that is asked for, at its scheme's own port; zero if that is
	// no name, or not the one that the leaf is for.
	Site hostname.Name
}

// Options is what a [Sinkhole] is built from; all of it is required.
type Options struct {
	// Clear and Secure are the host:port to bind, for HTTP and for TLS.
	Clear, Secure string
	// Head, if that is less than usual, bounds a handshake and a request's head.
	Head time.Duration
	// Room is how many connections may be open.
	Room      int
	Authority *certs.Authority
	House     House
	Log       *zap.Logger
}

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

// Sinkhole serves the clients that are led to it. Make one with [Listen].
type Sinkhole struct {
	house         House
	log           *zap.Logger
	head          time.Duration
	clear, secure net.Listener
	http          *http.Server
	greeted       *netconn.Handoff // connections whose handshake is over
	tls           *tls.Config
	places        *places.Places

	greeting sync.WaitGroup
	mu       sync.Mutex
	ended    bool
	pending  map[*conn]struct{} // whose handshake is not
}

// Listen binds what o asks for; nothing is served before [Sinkhole.Serve]. The error of
// a taken address is a [*ListenError].
func Listen(o Options) (*Sinkhole, error) {
	k := &Sinkhole{
		house: o.House, log: o.Log, head: min(headTime, o.Head), tls: config(o.Authority),
		places: places.New(o.Room), pending: map[*conn]struct{}{},
	}
	var err error
	if k.clear, err = net.Listen("tcp", o.Clear); err != nil {
		return nil, &ListenError{Path: "listen.sinkhole", Addr: o.Clear, Err: err}
	}
	if k.secure, err = net.Listen("tcp", o.Secure); err != nil {
		return nil, errors.Join(&ListenError{Path: "listen.sinkhole_tls", Addr: o.Secure, Err: err}, k.clear.Close())
	}
	k.greeted = netconn.NewHandoff(k.secure.Addr())
	k.http = k.server()
	return k, nil
}

// server is for connections in the clear, and those whose handshake is over.
func (k *Sinkhole) server() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	return &http.Server{
		Handler:           http.HandlerFunc(k.serveHTTP),
		ReadHeaderTimeout: k.head,
		ReadTimeout:       k.head,
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    framing.MaxHead,            // a site may have left many cookies
		ErrorLog:          log.New(io.Discard, "", 0), // it quotes bytes of the network
		Protocols:         protocols,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: maxStreams, MaxReadFrameSize: 16 << 10,
			// No less: clients send as much before they have heard of another limit
			// (RFC 9113, section 6.9.2).
			MaxReceiveBufferPerConnection: 64 << 10, MaxReceiveBufferPerStream: 64 << 10,
		},
		// OPTIONS * is asked of the site, which is blocked.
		DisableGeneralOptionsHandler: true,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, connOf(c))
		},
		ConnState: func(c net.Conn, state http.ConnState) {
			below := connOf(c)
			k.places.Watch(below.place, state)
			if state == http.StateIdle {
				below.handled = false
			}
		},
	}
}

// Addrs are where it is served over HTTP, and over TLS.
func (k *Sinkhole) Addrs() (clear, secure net.Addr) { return k.clear.Addr(), k.secure.Addr() }

// Serve answers until [Sinkhole.Drain], when it returns nil, or until a listener fails.
func (k *Sinkhole) Serve() error {
	failed := make(chan error, 3)
	var serving sync.WaitGroup
	serving.Go(func() { failed <- k.http.Serve(listener{k.clear, k}) })
	serving.Go(func() { failed <- k.http.Serve(k.greeted) })
	serving.Go(func() { failed <- k.greet(listener{k.secure, k}) })
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

// Drain lets requests finish until ctx ends, and ends everything else.
func (k *Sinkhole) Drain(ctx context.Context) {
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
