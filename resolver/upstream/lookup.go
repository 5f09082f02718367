package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const (
	// addressLife bounds how long a server's addresses are kept, whatever
	// their TTL: below it every exchange would wait for a look-up, above it a
	// server that moved would be missed.
	minAddressLife = time.Minute
	maxAddressLife = time.Hour
)

// ask looks the name up at each server in turn until one knows it.
func (l *locator) ask(ctx context.Context) ([]netip.Addr, time.Duration, error) {
	if len(l.servers) == 0 {
		return nil, 0, errors.Join(errors.New("no udp:// or tcp:// upstream to ask; add one, or write the address with #NAME"), l.err)
	}
	var errs []error
	for _, server := range l.servers {
		ctx, cancel := context.WithTimeout(ctx, locateTime)
		addrs, life, err := lookup(ctx, server, dns.Fqdn(l.host))
		cancel()
		if err == nil {
			return addrs, life, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", server, err))
	}
	return nil, 0, errors.Join(errs...)
}

func lookup(ctx context.Context, server Exchanger, name string) ([]netip.Addr, time.Duration, error) {
	var (
		asking sync.WaitGroup
		types  = [2]uint16{dns.TypeA, dns.TypeAAAA}
		found  [2][]netip.Addr
		lives  [2]time.Duration
		errs   [2]error
	)
	for i, qtype := range types {
		asking.Go(func() { found[i], lives[i], errs[i] = lookupType(ctx, server, name, qtype) })
	}
	asking.Wait()
	addrs := append(found[0], found[1]...)
	if len(addrs) > 0 {
		return addrs, min(max(minAddressLife, min(lives[0], lives[1])), maxAddressLife), nil
	}
	if err := errors.Join(errs[:]...); err != nil {
		return nil, 0, err
	}
	return nil, 0, errors.New("no address")
}

func lookupType(ctx context.Context, server Exchanger, name string, qtype uint16) ([]netip.Addr, time.Duration, error) {
	q := new(dns.Msg).SetQuestion(name, qtype)
	reply, err := server.Exchange(ctx, q)
	if err != nil {
		return nil, maxAddressLife, err
	}
	if reply.Rcode != dns.RcodeSuccess {
		return nil, maxAddressLife, errors.New(dns.RcodeToString[reply.Rcode])
	}
	life := maxAddressLife
	var addrs []netip.Addr
	for _, rr := range reply.Answer {
		var ip net.IP
		switch rr := rr.(type) {
		case *dns.A:
			ip = rr.A
		case *dns.AAAA:
			ip = rr.AAAA
		}
		life = min(life, time.Duration(rr.Header().Ttl)*time.Second)
		if addr, ok := netip.AddrFromSlice(ip); ok {
			addrs = append(addrs, addr.Unmap())
		}
	}
	return addrs, life, nil
}
