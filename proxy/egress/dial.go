package egress

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// stagger is how long one address gets before the next is tried beside it (RFC 8305,
// section 5: Connection Attempt Delay).
const stagger = 250 * time.Millisecond

// Dial tries addrs in order, a stagger apart, and returns the first connection; later
// ones are closed. A failed attempt starts the next at once, and with none left the error
// is the first. control has the last word on each address, when it is dialled
// ([net.Dialer]).
func Dial(ctx context.Context, addrs []netip.AddrPort, control func(network, address string, _ syscall.RawConn) error) (net.Conn, error) {
	d := net.Dialer{Control: control, KeepAlive: 30 * time.Second}
	if len(addrs) == 1 { // nothing to choose from
		return d.DialContext(ctx, "tcp", addrs[0].String())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		conn net.Conn
		err  error
	}
	results := make(chan result, len(addrs))
	attempt := func(ap netip.AddrPort) {
		c, err := d.DialContext(ctx, "tcp", ap.String())
		results <- result{c, err}
	}
	var first error
	started, pending := 0, 0
	timer := time.NewTimer(0)
	defer timer.Stop()
	for started < len(addrs) || pending > 0 {
		var next <-chan time.Time
		if started < len(addrs) {
			next = timer.C
		}
		select {
		case <-next:
			go attempt(addrs[started])
			started, pending = started+1, pending+1
			timer.Reset(stagger)
		case r := <-results:
			pending--
			if r.err == nil {
				go func(left int) { // close whoever else still connects
					for range left {
						if late := <-results; late.conn != nil {
							_ = late.conn.Close()
						}
					}
				}(pending)
				return r.conn, nil
			}
			if first == nil {
				first = r.err
			}
			timer.Reset(0)
		}
	}
	return nil, first
}
