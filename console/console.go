package console

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/net/netutil"

	"sekisho/accounts"
	"sekisho/config"
	"sekisho/console/throttle"
	"sekisho/descriptors"
	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/presence"
	"sekisho/rules"
	"sekisho/staff"
)

const (
	// maxConnections bounds what the network can hold open here, where there are file
	// descriptors for as many (package descriptors).
	maxConnections = 512
	// clientShare is how much of that one client, or one network of IPv6 (/64), has, as
	// one part in so many: a dozen browsers with all that they open, live pages among
	// them. It is a browser's leastPerClient where that is more.
	clientShare    = 4
	leastPerClient = 8
	// maxHeader is far more than any browser sends to a host with one cookie.
	maxHeader = 16 << 10
	// maxBody bounds what a form or a call of the API may carry.
	maxBody = 256 << 10
	// exchangeTimeout bounds a request and its answer, which are small.
	exchangeTimeout = 20 * time.Second
	// idleTimeout keeps a connection for the next request but not for ever.
	idleTimeout = 60 * time.Second
	// drainTimeout leaves room within the five seconds a stop may take.
	drainTimeout = 2 * time.Second
)

// Options is what a [Server] is made from. All but Log, Language, Presence and Version must
// be set. Functions are called concurrently.
type Options struct {
	// Listen is the host:port to bind; port 0 picks a free one.
	Listen string
	// Proxy returns the address of the proxy's listener, nil when it is off.
	Proxy func() net.Addr
	// RootPEM returns the root certificate as PEM.
	RootPEM func() []byte
	// Leaf returns a certificate for a name or address of this computer. It is
	// called when Listen is not loopback alone.
	Leaf func(hostname.Name) (*tls.Certificate, error)
	// Health returns the state of each part, in the order to show.
	Health func() []Part
	// Staff is who may sign in or has a token.
	Staff *staff.Store
	// Journal is where sign-ins and decisions are noted.
	Journal *journal.Journal
	// JournalFile is the file of Journal, to be read.
	JournalFile string
	// Decide stores a decision and makes it count from now on. Its errors are those
	// of [journal.Journal.Decide].
	Decide func(context.Context, journal.Decision) error
	// Lift removes an exception for a host and makes that count from now on. Its
	// errors are those of [journal.Journal.RemoveException].
	Lift func(ctx context.Context, host, kind string) error
	// Change gives an exception for a host another reason and end, and makes that
	// count from now on. Its errors are those of [journal.Journal.ChangeException].
	Change func(ctx context.Context, host, kind, reason string, until *time.Time) error
	// Settings returns the configuration in force, in the order to show.
	Settings func() []config.Shown
	// Accounts returns the protected sign-ins; the list is the caller's.
	Accounts func() []accounts.Account
	// Presence is which devices were seen, beside what the journal has of them; it may
	// be nil.
	Presence *presence.Table
	// DNS returns the address of the resolver's listener, nil when it is off.
	DNS func() net.Addr
	// DNSQuery answers DNS over HTTPS, beside DNSName for those who were told that
	// name for this address (RFC 9462); nil when there is none.
	DNSQuery http.Handler
	DNSName  string
	// Witness is told of each client that is given a Leaf, and returns what is
	// called if it completes its handshake with it; it may be nil.
	Witness func(*tls.ClientHelloInfo) (completed func())
	// Policy returns what judges names at present.
	Policy func() *rules.Policy
	// Observing reports whether everything is let pass and only recorded.
	Observing func() bool
	// Language is what the configuration says: auto, ja or en.
	Language func() string
	// Flags is what a command needs to be about this sekisho: "", or with a leading
	// space, as in " --data /srv/sekisho". It is shown to those who have signed in.
	Flags string
	// Version is shown on pages.
	Version string
	// Log may be nil.
	Log *zap.Logger
}

// Part is the state of one part for the health check. State is "ok", "off" or a
// phrase that says what is wrong.
type Part struct {
	Name  string
	State string
	// Beside says that protection does not depend on the part: it may fail while
	// sekisho is healthy.
	Beside bool
}

// Server serves the console. Make one with [New].
type Server struct {
	listener  net.Listener
	plain     *http.Server
	secure    *http.Server // nil when everybody who can connect is on this computer
	options   Options
	log       *zap.Logger
	hosts     hosts
	sessions  sessions
	passwords *throttle.Guesses
	codes     *throttle.Guesses // one-time codes, after the password
	first     *firstOwner       // nil when there was an owner at the start
	reader    *reader
	hub       *hub
	exports   chan struct{} // one for each that is under way
}

// New binds the listener; nothing is answered before [Server.Serve]. The error of
// a taken address wraps the system's.
func New(o Options) (*Server, error) {
	if o.Proxy == nil || o.RootPEM == nil || o.Leaf == nil || o.Health == nil || o.Staff == nil ||
		o.Journal == nil || o.JournalFile == "" || o.Decide == nil || o.Lift == nil || o.Change == nil || o.Settings == nil || o.Accounts == nil || o.DNS == nil || o.Policy == nil || o.Observing == nil {
		return nil, errors.New("console: an option that is required is not set")
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Language == nil {
		o.Language = func() string { return "auto" }
	}
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for the console on %q: %w", o.Listen, err)
	}
	s := &Server{
		listener: l, options: o, log: o.Log.Named("console"),
		hosts: newHosts(o.Listen), sessions: newSessions(), passwords: throttle.New(maxPasswordWait), codes: throttle.New(maxCodeWait),
		reader: &reader{path: o.JournalFile}, exports: make(chan struct{}, maxExports),
	}
	s.hub = newHub(s.reader, s.log)
	if !o.Staff.HasOwner() {
		s.first = newFirstOwner()
	}
	handler := s.handler()
	s.plain = s.server(handler)
	if !onLoopback(l.Addr()) {
		s.secure = s.secureServer(handler)
	}
	return s, nil
}

func (s *Server) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: exchangeTimeout / 2,
		ReadTimeout:       exchangeTimeout,
		WriteTimeout:      exchangeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          debugLog(s.log),
	}
}

// Addr is the address that the console listens on.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve answers until ctx ends, then lets requests under way finish for a moment
// and returns nil. It closes the listener in any case; call it once.
func (s *Server) Serve(ctx context.Context) error {
	failed := make(chan error, 2)
	var serving sync.WaitGroup
	most := min(maxConnections, descriptors.Own().Console)
	limited := netutil.LimitListener(newFair(s.listener, max(most/clientShare, leastPerClient), s.log), most)
	if s.secure == nil {
		serving.Go(func() { failed <- s.plain.Serve(limited) })
	} else {
		both := newSplit(limited)
		serving.Go(both.run)
		serving.Go(func() { failed <- s.plain.Serve(both.plain) })
		serving.Go(func() { failed <- s.secure.ServeTLS(both.secure, "", "") })
	}
	var cause error
	select {
	case <-ctx.Done():
	case cause = <-failed:
	}
	s.hub.close() // what it serves has no end of its own
	grace, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	for _, h := range []*http.Server{s.plain, s.secure} {
		if h != nil && h.Shutdown(grace) != nil {
			_ = h.Close()
		}
	}
	_ = s.listener.Close() // when Serve had not taken it yet
	serving.Wait()
	s.reader.close()
	if cause != nil && !errors.Is(cause, http.ErrServerClosed) && !errors.Is(cause, net.ErrClosed) {
		return fmt.Errorf("serve the console on %s: %w", s.Addr(), cause)
	}
	return nil
}
