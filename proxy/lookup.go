package proxy

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/proxy/egress"
	"sekisho/proxy/ruling"
	"sekisho/rules"
)

// LookupFunc resolves a name for a connection to it. It returns at least one
// address or an error, honours ctx, and is called concurrently. Errors that
// wrap [ErrNotFound] or [ErrLookup], or are a [*BlockedError] or a
// [*WithheldError], are told apart on the page that the visitor gets.
type LookupFunc func(ctx context.Context, n hostname.Name) ([]netip.Addr, error)

// What a [LookupFunc] may say of a name.
var (
	// ErrNotFound is for names that do not exist or have no address.
	ErrNotFound = errors.New("no such name")
	// ErrLookup is for names about which nothing could be learnt.
	ErrLookup = errors.New("name look-up failed")
)

// BlockedError is for names that lead, by an alias, to a blocked one.
type BlockedError struct {
	Verdict rules.Verdict
	// Name is the blocked name that the one looked up leads to.
	Name hostname.Name
	// Addrs are the addresses all the same, for a proxy that only observes.
	Addrs []netip.Addr
}

// Error names the blocked name.
func (e *BlockedError) Error() string { return fmt.Sprintf("leads to the blocked name %q", e.Name) }

// WithheldError is for public names all of whose addresses are private ones, or
// that are an alias of a name of this network.
type WithheldError struct {
	Addrs []netip.Addr
	// Alias is that name; zero without one.
	Alias hostname.Name
}

// Error does not name the addresses, which are the network's own business.
func (e *WithheldError) Error() string {
	if !e.Alias.IsZero() {
		return fmt.Sprintf("public name with the local alias %q", e.Alias)
	}
	return "public name with private addresses only"
}

// addresses asks the resolver. It runs in goroutines of net/http's transport,
// where a panic would end the process.
func (s *Server) addresses(ctx context.Context, n hostname.Name) (addrs []netip.Addr, err error) {
	if a, ok := n.Addr(); ok {
		return []netip.Addr{a}, nil
	}
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic in a lookup", zap.String("type", typeName(p)), zap.Stack("stack"))
			err = &failure{code: interstitial.CodeInternal, detail: "an error in sekisho itself"}
		}
	}()
	if egress.Metadata(n) && !allowed(s.settings.Load().Allow, egress.MetadataAddr) {
		return nil, &failure{code: interstitial.CodeAddress, detail: n.String() + " is a cloud's metadata service"}
	}
	addrs, err = s.lookup(ctx, n)
	var blocked *BlockedError
	if !errors.As(err, &blocked) || !s.settings.Load().Observe {
		return addrs, err
	}
	if v := visitOf(ctx); v != nil {
		s.recordPassed(ctx, v, ruling.ByName(blocked.verdict()), false)
	}
	if len(blocked.Addrs) == 0 {
		return nil, ErrNotFound
	}
	return blocked.Addrs, nil
}

// verdict is the blocked name's, with the way to it as its detail.
func (e *BlockedError) verdict() rules.Verdict {
	v := e.Verdict
	v.Detail = "leads to " + e.Name.String()
	if e.Verdict.Detail != "" {
		v.Detail += " (" + e.Verdict.Detail + ")"
	}
	return v
}

func lookupReason(err error) (interstitial.Code, string) {
	var withheld *WithheldError
	var blocked *BlockedError
	switch {
	case errors.Is(err, ErrNotFound):
		return interstitial.CodeNoSuchName, "no such name in the DNS"
	case errors.Is(err, ErrLookup):
		return interstitial.CodeNameFailed, "no DNS server gave an answer"
	case errors.As(err, &withheld) && !withheld.Alias.IsZero():
		return interstitial.CodeAddress, "a public name that is an alias of " + withheld.Alias.String() + ", which is a name of this network"
	case errors.As(err, &withheld):
		return interstitial.CodeAddress, "a public name with private addresses only"
	case errors.As(err, &blocked):
		return interstitial.CodeNoSuchName, "the name leads to a blocked one"
	}
	return "", ""
}
