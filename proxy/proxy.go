package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/certs"
	"sekisho/descriptors"
	"sekisho/dossier"
	"sekisho/journal"
	"sekisho/presence"
	"sekisho/proxy/budget"
	"sekisho/proxy/netconn"
	"sekisho/proxy/ruling"
	"sekisho/proxy/sinkhole"
	"sekisho/proxy/trust"
)

// Server is the proxy. Make one with [New]; its methods may be called concurrently.
type Server struct {
	bounds    bounds
	listener  net.Listener
	settings  atomic.Pointer[Settings]
	ca        *certs.Authority
	lookup    LookupFunc
	journal   *journal.Journal
	dossier   *dossier.Book
	accounts  *accounts.Store
	rehearsal *dossier.Book // of exercises
	log       *zap.Logger
	version   string
	resolver  net.Addr
	own       []netip.AddrPort

	front      *http.Server
	inner      *http.Server
	innerConns *netconn.Handoff
	// streams is inner for HTTP/2.
	streams     *http.Server
	streamConns *netconn.Handoff
	dispatch    *dispatcher
	origins     *origins
	forwarder   http.Handler
	site        http.Handler
	leafTLS     leafConfigs
	limits      *limiter
	streaming   *limiter // requests of HTTP/2 under way
	refusals    refusals
	tunnels     *tunnels
	crew        *crew
	incidents   *ruling.Incidents
	leaves      *ruling.Leaves
	trust       *trust.Ledger
	believers   *trust.Believers
	presence    *presence.Table    // nil when nobody asks
	sinkhole    *sinkhole.Sinkhole // nil when off
	owed        *owed
	handed      *handed
	spelled     *spelled
	heldBytes   *budget.Budget
	drilled     *drilled
	counts      *counts
	unresolved  *unresolved
	beside      chan struct{} // a place for each attempt to connect beside another
	today       *today

	// working counts connections that were hijacked from the front server
	// and are not yet closed.
	working sync.WaitGroup
	// over ends, by end, when nothing is waited for any more, and with it whatever is
	// begun then.
	over context.Context
	end  context.CancelFunc
}

// New binds the listener and prepares everything; nothing is served before
// [Server.Serve]. The error of a taken address wraps the system's.
func New(o Options) (*Server, error) { return newServer(o, defaultBounds.within(descriptors.Own())) }

func newServer(o Options, b bounds) (*Server, error) {
	if o.CA == nil || o.Lookup == nil || o.Journal == nil || o.Dossier == nil || o.Accounts == nil || o.Settings.Policy == nil {
		return nil, errors.New("proxy: CA, Lookup, Journal, Dossier, Accounts and Settings.Policy are required")
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	rehearsal, err := dossier.Open(dossier.Options{})
	if err != nil {
		return nil, fmt.Errorf("open the book of exercises: %w", err)
	}
	l, addr, err := listenFront(o.Listen)
	if err != nil {
		return nil, err
	}
	s := &Server{
		bounds:     b,
		listener:   l,
		ca:         o.CA,
		lookup:     o.Lookup,
		journal:    o.Journal,
		dossier:    o.Dossier,
		rehearsal:  rehearsal,
		accounts:   o.Accounts,
		log:        o.Log.Named("proxy"),
		version:    o.Version,
		resolver:   o.Resolver,
		own:        slices.Clone(o.Own),
		innerConns: netconn.NewHandoff(addr), streamConns: netconn.NewHandoff(addr),
		limits:    newLimiter(b.connections, b.perClient),
		streaming: newLimiter(b.streams, b.perClientStreams),
		refusals:  newRefusals(),
		tunnels:   newTunnels(b.tunnelIdle, b.bulk),
		crew:      newCrew(),
		incidents: ruling.NewIncidents(o.Journal.Stopped),
		leaves:    ruling.NewLeaves(),
		presence:  o.Presence,
		owed:      newOwed(),
		handed:    newHanded(o.Dossier.Trusted, o.Accounts.Since),
		spelled:   newSpelled(),
		drilled:   newDrilled(), unresolved: newUnresolved(),
		heldBytes: budget.New(b.held),
		counts:    newCounts(o.Metrics),
		beside:    make(chan struct{}, b.beside),
		today:     newToday(),
	}
	s.over, s.end = context.WithCancel(context.Background())
	s.expose(o.Metrics)
	if s.sinkhole, err = listenSinkhole(s, o); err != nil {
		return nil, errors.Join(err, closeFront(l))
	}
	s.own = append(s.own, s.listeners()...)
	s.settings.Store(&o.Settings)
	s.resumeLeaves()
	s.trust = trust.OpenLedger(o.StacksFile, certs.Fingerprint(s.ca.Root()), s.log)
	s.believers = trust.OpenBelievers(o.BelieversFile, certs.Fingerprint(s.ca.Root()), s.log)
	s.leafTLS = newLeafConfigs(s.ca)
	s.origins = newOrigins(s, o.Roots, o.PrivateRoots)
	s.forwarder = newForwarder(s)
	s.site = newSite(s)
	s.dispatch = newDispatcher(s)
	s.front = newFrontServer(s)
	s.inner, s.streams = newInnerServer(s), newStreamServer(s)
	return s, nil
}

// Addr is the address that the proxy listens on; nil when it is left out.
func (s *Server) Addr() net.Addr {
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

// listeners are the addresses of s itself.
func (s *Server) listeners() (own []netip.AddrPort) {
	clear, secure := s.Sinkhole()
	for _, a := range []net.Addr{s.Addr(), clear, secure} {
		if a == nil {
			continue
		}
		if ap, err := netip.ParseAddrPort(a.String()); err == nil {
			own = append(own, ap)
		}
	}
	return own
}

// Reload replaces the settings for everything that is decided from now on.
// Tunnels and streams to what is held from now on are cut.
func (s *Server) Reload(n Settings) {
	s.settings.Store(&n)
	s.origins.forgetVerified()
	s.origins.closeIdle()
	if n.Observe {
		return
	}
	now := time.Now()
	time.AfterFunc(reloadGrace, func() {
		s.tunnels.closeIf(now, func(v *visit) bool {
			_, held := s.held(v.client, v.target)
			return held
		})
	})
}

// reloadGrace lets answers that are nearly out reach their end before a reload
// cuts what it blocks.
const reloadGrace = 500 * time.Millisecond

// Serve accepts connections until ctx ends, then drains: requests under way
// are finished, idle tunnels are closed, and what is left after a grace of a
// few seconds is cut. It returns nil after a drain, and the cause when a listener failed.
func (s *Server) Serve(ctx context.Context) error {
	failed := make(chan error, 4)
	var serving sync.WaitGroup
	if s.listener != nil {
		serving.Go(func() { failed <- s.front.Serve(frontListener{s.listener, s}) })
	}
	if s.sinkhole != nil {
		serving.Go(func() { failed <- s.sinkhole.Serve() })
	}
	serving.Go(func() { failed <- s.inner.Serve(s.innerConns) })
	serving.Go(func() { failed <- s.streams.Serve(s.streamConns) })
	sweeping, stop := context.WithCancel(ctx)
	defer stop()
	serving.Go(func() { s.sweep(sweeping) })
	serving.Go(func() { s.believers.Keep(sweeping) })
	serving.Go(func() { s.trust.Keep(sweeping) })

	var cause error
	select {
	case <-ctx.Done():
	case cause = <-failed:
	}
	stop()
	s.drain()
	serving.Wait()
	s.log.Debug("drained")
	if cause != nil && !errors.Is(cause, http.ErrServerClosed) {
		return fmt.Errorf("serve the proxy on %v: %w", s.Addr(), cause)
	}
	return nil
}

// drain ends everything that Serve started, in at most the grace and a moment.
func (s *Server) drain() {
	grace, cancel := context.WithTimeout(context.Background(), s.bounds.grace)
	defer cancel()

	s.tunnels.drain()
	var parts sync.WaitGroup
	for _, server := range []*http.Server{s.front, s.inner, s.streams} {
		parts.Go(func() {
			if server.Shutdown(grace) != nil {
				_ = server.Close()
			}
		})
	}
	if s.sinkhole != nil {
		parts.Go(func() { s.sinkhole.Drain(grace) })
	}
	parts.Go(func() { s.tunnels.wait(grace) })
	parts.Go(s.refusals.end)
	parts.Wait()

	s.end()
	s.tunnels.closeAll()
	s.working.Wait()
	s.crew.dismiss()
	s.origins.close() // last: a relay that ends gives its connection back
}
