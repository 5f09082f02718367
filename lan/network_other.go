//go:build !linux

package lan

import (
	"context"
	"errors"
	"net"
)

// askNetwork is for systems whose networks cannot be asked from here.
func askNetwork(context.Context, []net.Interface) ([]Offer, error) {
	return nil, errors.ErrUnsupported
}
