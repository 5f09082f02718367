package resolver

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
	"sekisho/rules"
)

var (
	// ErrNotFound is for names that do not exist or have no address.
	ErrNotFound = errors.New("no such name")
	// ErrFailed is for names about which nothing could be learnt.
	ErrFailed = errors.New("name look-up failed")
)

// A BlockedError is for names that lead to a blocked one.
type BlockedError struct {
	rules.Verdict
	// Name is the blocked name that the one looked up leads to.
	Name hostname.Name
	// Addrs are the addresses that were found all the same, for callers that
	// only observe.
	Addrs []netip.Addr
}

// Error names the blocked name.
func (e *BlockedError) Error() string { return fmt.Sprintf("leads to the blocked name %q", e.Name) }

// A WithheldError is for names all of whose addresses are ones that a public
// name must not have, or that are an alias of a name of this network.
type WithheldError struct {
	Addrs []netip.Addr
	// Alias is that name; zero without one.
	Alias hostname.Name
}

// Error names the alias or the first address.
func (e *WithheldError) Error() string {
	if !e.Alias.IsZero() {
		return fmt.Sprintf("public name with the local alias %q", e.Alias)
	}
	return fmt.Sprintf("public name with the private address %s", e.Addrs[0])
}

// secondFamily is how much longer one family of addresses is waited for once
// the other is there (RFC 8305, section 3, has 50 ms for connections that fail
// cheaply; through a proxy they do not).
const secondFamily = 250 * time.Millisecond

// Lookup returns the addresses of n that this machine can use, IPv4 before IPv6, from the same cache and
// upstreams that questions are answered from. An IP address is returned as it
// is. Special names are not found, save localhost. n itself is not judged: the
// caller has done that. Errors wrap [ErrNotFound] or [ErrFailed], or are a
// [*BlockedError], a [*WithheldError], or that of ctx.
func (s *Server) Lookup(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
	if addr, ok := n.Addr(); ok {
		return []netip.Addr{addr}, nil
	}
	wire, err := wireName(n.String())
	if err != nil || len(wire) == 1 {
		return nil, fmt.Errorf("look up %q: %w", n, ErrNotFound)
	}
	set := s.settings.Load()
	g, forwarded := set.groupOf(wire)
	if !forwarded {
		switch local, _ := specialOf(wire); local {
		case 0:
		case loopback:
			return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}, nil
		default:
			return nil, fmt.Errorf("look up %q: %w", n, ErrNotFound)
		}
	}
	addrs, err := s.find(ctx, wire, set, g)
	if err != nil {
		return addrs, fmt.Errorf("look up %q: %w", n, err)
	}
	return addrs, nil
}

// find asks for A and AAAA, or for A alone where an address of IPv6 would be of
// no use and there is one of IPv4.
func (s *Server) find(ctx context.Context, wire []byte, set *settings, g *group) ([]netip.Addr, error) {
	if !s.families.hasIPv6(time.Now()) {
		sum := addresses{server: s, about: lookup{wire: string(wire), qtype: dns.TypeA, group: g, settings: set}}
		select {
		case l := <-s.family(wire, dns.TypeA, set, g):
			sum.v4 = sum.take(l)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if len(sum.v4) > 0 || sum.blocked != nil {
			return sum.result()
		}
	}
	return s.bothFamilies(ctx, wire, set, g)
}

// bothFamilies asks for A and AAAA at once and puts the answers together.
func (s *Server) bothFamilies(ctx context.Context, wire []byte, set *settings, g *group) ([]netip.Addr, error) {
	v4, v6 := s.family(wire, dns.TypeA, set, g), s.family(wire, dns.TypeAAAA, set, g)
	var (
		first, second landing
		sum           = addresses{server: s, about: lookup{wire: string(wire), qtype: dns.TypeA, group: g, settings: set}}
		patience      <-chan time.Time
	)
	for got4, got6 := false, false; !got4 || !got6; {
		select {
		case first = <-v4:
			got4, v4 = true, nil
			sum.v4 = sum.take(first)
		case second = <-v6:
			got6, v6 = true, nil
			sum.v6 = sum.take(second)
		case <-patience:
			got4, got6 = true, true
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if patience == nil && len(sum.v4)+len(sum.v6) > 0 {
			timer := time.NewTimer(secondFamily)
			defer timer.Stop()
			patience = timer.C
		}
	}
	return sum.result()
}

// family starts or joins the question for one type of address.
func (s *Server) family(wire []byte, qtype uint16, set *settings, g *group) <-chan landing {
	c := make(chan landing, 1)
	key := appendKey(append([]byte(nil), wire...), qtype, false, false)
	now := time.Now()
	want := lookup{wire: string(wire), qtype: qtype, group: g, settings: set}
	e := s.cache.get(key, now).entry
	if e != nil && e.fresh(now) && (s.judge(want, e, now).Action == rules.Block || !e.short.Load()) {
		c <- landing{entry: e}
		return c
	}
	s.fetch(now, key, e, want, waiter{told: func(l landing) { c <- l }})
	return c
}

// addresses is the sum of two landings.
type addresses struct {
	server   *Server
	about    lookup
	v4, v6   []netip.Addr
	withheld []netip.Addr
	inward   hostname.Name
	blocked  *BlockedError
	failed   error
}

// take returns the addresses of l and notes what stands in their way.
func (a *addresses) take(l landing) []netip.Addr {
	if l.entry == nil {
		a.failed = fmt.Errorf("%w: %s: %w", ErrFailed, l.remark.text, l.err)
		return nil
	}
	a.withheld = append(a.withheld, l.entry.withheld...)
	if l.entry.inward {
		a.inward = l.entry.hops[len(l.entry.hops)-1]
	}
	j := a.server.judge(a.about, l.entry, time.Now())
	if !j.via.IsZero() {
		a.blocked = &BlockedError{Verdict: j.Verdict, Name: j.via}
	}
	if j.endless {
		return nil
	}
	return l.entry.addrs
}

func (a *addresses) result() ([]netip.Addr, error) {
	addrs := append(append([]netip.Addr(nil), a.v4...), a.v6...)
	switch {
	case a.blocked != nil:
		a.blocked.Addrs = addrs
		return nil, a.blocked
	case len(addrs) > 0:
		return addrs, nil
	case len(a.withheld) > 0 || !a.inward.IsZero():
		return nil, &WithheldError{Addrs: a.withheld, Alias: a.inward}
	case a.failed != nil:
		return nil, a.failed
	}
	return nil, ErrNotFound
}
