package resolver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"sekisho/resolver/datagram"
)

const (
	// pairAttempts is how often port 0 is tried until UDP and TCP agree.
	pairAttempts = 16
	// maxReaders bounds the goroutines that read datagrams.
	maxReaders = 4
	// udpBuffer is what the kernel is asked to hold while they are busy.
	udpBuffer = 1 << 20
)

// readers is how many goroutines read datagrams.
func readers() int { return min(maxReaders, max(2, runtime.GOMAXPROCS(0))) }

// listen binds UDP and TCP to one port.
func listen(address string) (*net.UDPConn, *net.TCPListener, error) {
	at, err := resolveListen("listen.dns", address)
	if err != nil {
		return nil, nil, err
	}
	for attempt := 1; ; attempt++ {
		udp, tcp, err := listenPair(at)
		switch {
		case err == nil:
			return udp, tcp, nil
		case at.Port() != 0 || attempt == pairAttempts:
			return nil, nil, fmt.Errorf("listen.dns: listen on %s: %w%s", address, err, advice(err))
		}
	}
}

// resolveListen parses the address of path without asking anybody for a name.
func resolveListen(path, address string) (netip.AddrPort, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%s: %w", path, err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%s: %q has no port within 0 to 65535", path, address)
	}
	switch host {
	case "": // every address, of whichever families there are
		return netip.AddrPortFrom(netip.Addr{}, uint16(n)), nil
	case "localhost":
		host = "127.0.0.1"
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%s: host of %q is no IP address", path, address)
	}
	return netip.AddrPortFrom(addr, uint16(n)), nil
}

func listenPair(at netip.AddrPort) (*net.UDPConn, *net.TCPListener, error) {
	udp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, nil, err
	}
	at = netip.AddrPortFrom(at.Addr(), udp.LocalAddr().(*net.UDPAddr).AddrPort().Port())
	tcp, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return nil, nil, errors.Join(err, udp.Close())
	}
	return udp, tcp, nil
}

// advice says what to do about a bind error.
func advice(err error) string {
	const wsaeAddrInUse, wsaeAccess = syscall.Errno(10048), syscall.Errno(10013)
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return ""
	}
	switch errno {
	case syscall.EADDRINUSE, wsaeAddrInUse:
		return "; another DNS server has this port: stop it, or choose another port"
	case syscall.EACCES, wsaeAccess:
		return "; ports below 1024 need privileges: grant them (CAP_NET_BIND_SERVICE on Linux), or choose a higher port"
	case syscall.EADDRNOTAVAIL:
		return "; no interface of this machine has this address"
	}
	return ""
}

// serveSockets answers on all sockets until ctx ends or one of them fails.
func (s *Server) serveSockets(ctx context.Context) error {
	sockets := s.sockets()
	batches := make([]*datagram.Batch, max(readers(), len(sockets)))
	for i := range batches {
		conn := sockets[i%len(sockets)]
		var err error
		if batches[i], err = datagram.NewBatch(conn); err != nil {
			return fmt.Errorf("read queries: %w", err)
		}
	}
	work, ctx := errgroup.WithContext(ctx)
	for _, b := range batches {
		work.Go(func() error { return s.serveUDP(ctx, b) })
	}
	work.Go(func() error { return s.serveStreams(ctx, s.tcp, nil) })
	if s.secured.dot != nil {
		work.Go(func() error { return s.serveStreams(ctx, s.secured.dot, s.tlsFor(alpnDoT)) })
	}
	if s.secured.doh != nil {
		work.Go(func() error { return s.serveDoH(ctx) })
	}
	work.Go(func() error {
		<-ctx.Done()
		// Replies still leave by the first UDP socket, so it is not closed yet.
		err := ignoreClosed(s.tcp.Close())
		if s.secured.dot != nil {
			err = errors.Join(err, ignoreClosed(s.secured.dot.Close()))
		}
		for _, conn := range sockets {
			err = errors.Join(err, conn.SetReadDeadline(time.Unix(1, 0)))
		}
		return err
	})
	err := work.Wait()
	s.streams.drain()
	return err
}

// serveUDP answers datagrams.
func (s *Server) serveUDP(ctx context.Context, b *datagram.Batch) error {
	var e datagram.Ends
	var sum tallies
	own := s.own().Addr()
	later := func(awaiting) sender { return s.senderTo(e) }
	again := func(i int, reply []byte) { s.sendNow(reply, b.Ends(i)) }
	for failures := 0; ; {
		n, err := b.Receive()
		switch {
		case err == nil:
			failures = 0
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("read queries: %w", err)
		default:
			// Windows reports here that an earlier reply could not be
			// delivered. Whatever does not pass must not eat the processor.
			if failures++; failures > 100 {
				failures = 0
				s.log.Warn("read queries", zap.Error(err))
				pause(ctx, 100*time.Millisecond)
			}
			continue
		}
		s.counts.queries[overUDP].Add(n)
		for i := range n {
			packet := b.Packet(i)
			if packet == nil {
				continue
			}
			e = b.Ends(i)
			if reply, _ := s.handle(packet, e.From.Addr(), arrival{at: e.Asked(own), sum: &sum}, b.Room(i), later); reply != nil {
				b.Reply(i, e, reply)
			}
		}
		sum.addTo(s.counts.answers)
		b.Flush(again)
	}
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
