package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"sekisho/hostname"
	"sekisho/proxy"
	"sekisho/resolver"
)

// lookup lets the proxy ask the resolver, neither of which knows the other.
func lookup(r *resolver.Server) proxy.LookupFunc {
	return func(ctx context.Context, n hostname.Name) ([]netip.Addr, error) {
		addrs, err := r.Lookup(ctx, n)
		var blocked *resolver.BlockedError
		var withheld *resolver.WithheldError
		switch {
		case err == nil:
			return addrs, nil
		case errors.As(err, &blocked):
			return nil, &proxy.BlockedError{Verdict: blocked.Verdict, Name: blocked.Name, Addrs: blocked.Addrs}
		case errors.As(err, &withheld):
			return nil, &proxy.WithheldError{Addrs: withheld.Addrs, Alias: withheld.Alias}
		case errors.Is(err, resolver.ErrNotFound):
			return nil, fmt.Errorf("%w: %w", proxy.ErrNotFound, err)
		case errors.Is(err, resolver.ErrFailed):
			return nil, fmt.Errorf("%w: %w", proxy.ErrLookup, err)
		}
		return nil, err
	}
}
