package lan

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
)

// asks are the ways in which a network tells of servers. Each runs until ctx ends
// and hands every answer to heard.
var asks = []func(ctx context.Context, on net.Interface, heard func(Offer)) error{askDHCP, askDHCPv6, askRouters}

// askNetwork asks on every interface in every way at once.
func askNetwork(ctx context.Context, on []net.Interface) ([]Offer, error) {
	var mu sync.Mutex
	var offers []Offer
	var wrong error
	heard := func(o Offer) {
		mu.Lock()
		defer mu.Unlock()
		known := slices.ContainsFunc(offers, func(k Offer) bool {
			return k.Source == o.Source && k.Interface == o.Interface && k.From == o.From
		})
		if !known && len(offers) < maxOffers && len(o.Servers) > 0 {
			offers = append(offers, o)
		}
	}
	var asking sync.WaitGroup
	for _, i := range on {
		for _, ask := range asks {
			asking.Go(func() {
				if err := ask(ctx, i, heard); err != nil && !isOver(err) {
					mu.Lock()
					defer mu.Unlock()
					wrong = errors.Join(wrong, err)
				}
			})
		}
	}
	asking.Wait()
	return offers, wrong
}

// isOver reports whether err says that the time is up, or that an interface has
// no IPv6.
func isOver(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.Is(err, errNoLinkLocal)
}

// errNoLinkLocal means that an interface does not take part in IPv6.
var errNoLinkLocal = errors.New("no link-local address")

// linkLocal returns the IPv6 link-local address of an interface, with its zone.
func linkLocal(i net.Interface) (netip.Addr, error) {
	list, err := i.Addrs()
	if err != nil {
		return netip.Addr{}, err
	}
	for _, a := range list {
		p, err := netip.ParsePrefix(a.String())
		if err == nil && p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() {
			return p.Addr().WithZone(i.Name), nil
		}
	}
	return netip.Addr{}, errNoLinkLocal
}

// listen calls read until ctx ends or read fails. stop has read return at once.
func listen(ctx context.Context, stop, read func() error) error {
	release := context.AfterFunc(ctx, func() { _ = stop() })
	defer release()
	for ctx.Err() == nil {
		if err := read(); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	return nil
}
