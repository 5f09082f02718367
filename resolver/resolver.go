package resolver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"sekisho/descriptors"
	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/metrics"
	"sekisho/presence"
	"sekisho/resolver/datagram"
	"sekisho/resolver/turns"
	"sekisho/resolver/upstream"
	"sekisho/rules"
)

// Options says where a [Server] listens, whom it serves, whom it asks and what
// judges the names.
type Options struct {
	// Listen is the host:port for UDP and TCP, the host an address or empty
	// for all. Port 0 picks a port that is free for both. With an empty Listen
	// there are no sockets and [Server.Lookup] alone works.
	Listen string
	// ListenDoT and ListenDoH are the host:port for DNS over TLS (RFC 7858) and
	// over HTTPS (RFC 8484); empty, or without TLS, there is none.
	ListenDoT, ListenDoH string
	// TLS has the certificates for both, by the address that the client
	// connected to: that is what it knows of this resolver. ALPN is set here.
	TLS *tls.Config
	// Policy is asked for the policy in force, once per question.
	Policy func() *rules.Policy
	// Upstreams are the URLs to ask, the preferred first. Without any the
	// servers that the system uses are taken, and read again time and again.
	Upstreams []string
	// Forward maps suffixes to the URLs that alone are asked for the suffix
	// and the names below it, and may give private addresses.
	Forward map[string][]string
	// Clients are served, others are refused; none means loopback addresses.
	Clients []netip.Prefix
	// AllowPrivate are the private addresses that any name may have.
	AllowPrivate []netip.Prefix
	// Roots verifies tls:// and https:// upstreams; nil means the system's.
	Roots *x509.CertPool
	// Journal gets the events; nil is for callers that keep none.
	Journal *journal.Journal
	// Observe reports whether blocked names are recorded but answered; nil
	// means that they are not answered.
	Observe func() bool
	// Called is what events call a host, which a page may have made up of what was
	// typed into it. It is asked once for each event, may take its time within ctx,
	// which an answer to a blocked name waits for, and has to tell at once when ctx
	// is over; nil means by its name.
	Called func(ctx context.Context, client netip.Addr, host hostname.Name) hostname.Name
	// Sinkhole returns where the warning page of blocked names is served to a
	// client: an address, the unspecified one for that which the client asks at,
	// or the zero Addr for a client that is not known to trust the authority which
	// the page's certificate is from; for that one blocked names do not exist. It
	// is asked for each answer, so that a client whose trust turns out to be gone
	// is led there no more, and must not block; nil means nobody.
	Sinkhole func(client netip.Addr) netip.Addr
	// Witness is told of each client of DoT and DoH that is given a certificate
	// of TLS, and returns what is called if it completes its handshake with it; it
	// may be nil.
	Witness func(*tls.ClientHelloInfo) (completed func())
	// Presence is told of each client that is served; it may be nil, as may Log and
	// Metrics.
	Presence *presence.Table
	Log      *zap.Logger
	Metrics  *metrics.Registry

	// system reads the system's servers; nil means upstream.System.
	system func() ([]string, error)
	round  func() (end func()) // see upstream.Options
}

// drainTime is how long answers under way may take once Serve is to end.
const drainTime = 2 * time.Second

// A Server answers DNS questions on its sockets, and the proxy's through
// [Server.Lookup]. It is safe for concurrent use.
type Server struct {
	// udp and more share an address; what is said late is said from udp.
	udp     *net.UDPConn
	more    []*net.UDPConn
	tcp     *net.TCPListener
	secured secured
	// elsewhere is where another server of this process answers DNS over HTTPS, if
	// one does.
	elsewhere netip.AddrPort
	log       *zap.Logger

	settings atomic.Pointer[settings]
	// reloading admits one change of options and settings at a time.
	reloading sync.Mutex
	options   Options
	cache     *cache
	verdicts  *verdicts
	late      *latecomers
	patient   *patient
	buckets   *buckets
	flights   flights
	families  *families
	recorder  *recorder
	// turns bounds the answers that wait for their event; saidFull is for saying that
	// there were too many.
	turns    *turns.Queue
	lookout  lookout
	saidFull eachSecond
	streams  streams
	crowd    *crowd
	probes   probes
	counts   *counts
	presence *presence.Table
	outbox   datagram.Outbox

	// base ends the flights, tasks are waited for when Serve ends.
	base   context.Context
	cancel context.CancelFunc
	tasks  tasks
}

// New binds the sockets and reads the upstreams' URLs; it asks nobody. Errors
// about URLs and suffixes are joined and led by their path in the
// configuration. The sockets are closed when Serve ends.
func New(o Options) (*Server, error) {
	log := o.Log
	if log == nil {
		log = zap.NewNop()
	}
	log = log.Named("resolver")
	if o.system == nil {
		o.system = upstream.System
	}
	s := &Server{
		log:      log,
		options:  o,
		cache:    newCache(cacheBytes),
		verdicts: newVerdicts(),
		late:     newLatecomers(),
		buckets:  newBuckets(),
		flights:  newFlights(),
		families: newFamilies(),
		recorder: newRecorder(o.Journal, o.Called, log),
		turns:    turns.New(),
		streams:  newStreams(min(maxStreams, descriptors.Own().Resolver)),
		crowd:    newCrowd(),
		counts:   newCounts(o.Metrics),
		presence: o.Presence,
	}
	s.expose(o.Metrics)
	s.options.round = s.outbox.Round
	if o.Listen != "" {
		var err error
		if s.udp, s.tcp, err = listen(o.Listen); err != nil {
			return nil, err
		}
		s.more = datagram.Beside(s.udp, readers()-1)
		for _, conn := range s.sockets() {
			_ = conn.SetReadBuffer(udpBuffer) // the kernel may give less; that is no reason not to serve
		}
		s.outbox.Open(s.udp, s.sendNow)
		if s.secured, err = listenSecured(o); err != nil {
			return nil, errors.Join(err, s.closeSockets())
		}
	}
	set, err := newSettings(s.options, s.own(), log)
	if err != nil {
		return nil, errors.Join(err, s.closeSockets())
	}
	s.counts.number(set)
	s.attend(set)
	s.settings.Store(set)
	s.base, s.cancel = context.WithCancel(context.Background())
	s.patient = newPatient(s.base)
	return s, nil
}

// sockets are the UDP sockets, of which there is one at the least.
func (s *Server) sockets() []*net.UDPConn { return append([]*net.UDPConn{s.udp}, s.more...) }

// Addr is the address of the UDP socket, whose port is that of the TCP one as
// well; nil without sockets.
func (s *Server) Addr() net.Addr {
	if s.udp == nil {
		return nil
	}
	return s.udp.LocalAddr()
}

// own is Addr for comparing; invalid without sockets.
func (s *Server) own() netip.AddrPort {
	if s.udp == nil {
		return netip.AddrPort{}
	}
	return s.udp.LocalAddr().(*net.UDPAddr).AddrPort()
}

// Serve answers until ctx ends, then lets answers under way finish for two
// seconds at most. It returns nil after that, or why it had to stop. It may be
// called once; when it has returned, Lookup fails.
func (s *Server) Serve(ctx context.Context) error {
	defer s.cancel()
	s.probe()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	s.tasks.start(func() { s.watch(watching) })
	var err error
	if s.udp == nil {
		<-ctx.Done()
	} else {
		s.log.Info("listening", zap.Stringer("addr", s.Addr()))
		err = s.serveSockets(ctx)
	}
	stop()
	s.drain()
	return errors.Join(err, s.settings.Load().close())
}

// drain waits for tasks, and ends them when the time is up.
func (s *Server) drain() {
	s.tasks.close()
	s.patient.cancel()
	late := time.AfterFunc(drainTime, s.cancel)
	s.tasks.running.Wait()
	late.Stop()
	late = time.AfterFunc(writeTime, s.streams.closeAll)
	s.streams.running.Wait()
	late.Stop()
	s.outbox.Close()
	if err := s.closeSockets(); err != nil {
		s.log.Warn("close sockets", zap.Error(err))
	}
}

func (s *Server) closeSockets() error {
	if s.udp == nil {
		return nil
	}
	err := errors.Join(ignoreClosed(s.tcp.Close()), s.secured.close())
	for _, conn := range s.sockets() {
		err = errors.Join(err, ignoreClosed(conn.Close()))
	}
	return err
}
