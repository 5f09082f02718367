package egress

import (
	"context"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

const (
	// stagger is how long one address gets before the next is tried beside it (RFC 8305,
	// section 5: Connection Attempt Delay).
	stagger = 250 * time.Millisecond
	// alone is how long it gets where none may be tried beside it: two SYNs and some.
	alone = 1500 * time.Millisecond
)

// Dialer dials what a name was resolved to.
type Dialer struct {
	// Control has the last word on each address, when it is dialled ([net.Dialer]).
	Control func(network, address string, _ syscall.RawConn) error
	// Beside has a place for each socket that is opened while another of the same Dial
	// still connects: a zone decides how many addresses there are, and whether they
	// answer. Without a place addresses are tried one after another.
	Beside chan struct{}
}

// Dial tries addrs in order, a stagger apart, and returns the first connection; later
// ones are closed. A failed attempt starts the next at once, and with none left the error
// is the first.
func (d *Dialer) Dial(ctx context.Context, addrs []netip.AddrPort) (net.Conn, error) {
	if len(addrs) == 1 { // nothing to choose from
		return d.attempt(ctx, addrs[0])
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := race{Dialer: d, ctx: ctx, results: make(chan result, len(addrs))}
	var first error
	timer := time.NewTimer(0)
	defer timer.Stop()
	for len(addrs) > 0 || r.pending > 0 {
		var next <-chan time.Time
		if len(addrs) > 0 {
			next = timer.C
		}
		select {
		case <-next:
			if r.room() {
				r.start(addrs[0])
				addrs = addrs[1:]
			}
			timer.Reset(stagger)
		case got := <-r.results:
			r.ended()
			if got.err == nil {
				go r.finish()
				return got.conn, nil
			}
			if first == nil {
				first = got.err
			}
			timer.Reset(0)
		}
	}
	return nil, first
}

func (d *Dialer) attempt(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	dialer := net.Dialer{Control: d.Control, KeepAlive: 30 * time.Second}
	return dialer.DialContext(ctx, "tcp", to.String())
}

type result struct {
	conn net.Conn
	err  error
}

// race is one Dial's attempts. All but one of those under way have a place in Beside.
type race struct {
	*Dialer
	ctx     context.Context
	results chan result
	pending int
	// Of the attempt that was begun last.
	begun  time.Time
	giveUp context.CancelFunc
}

// room reports whether another attempt may begin. If not, the last one is given up in
// its favour once it had its time.
func (r *race) room() bool {
	if r.pending == 0 {
		return true
	}
	select {
	case r.Beside <- struct{}{}:
		return true
	default:
	}
	if time.Since(r.begun) >= alone {
		r.giveUp()
	}
	return false
}

func (r *race) start(to netip.AddrPort) {
	ctx, cancel := context.WithCancel(r.ctx)
	r.begun, r.giveUp = time.Now(), cancel
	r.pending++
	go func() {
		defer cancel()
		c, err := r.attempt(ctx, to)
		if err != nil && ctx.Err() != nil && r.ctx.Err() == nil {
			err = &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(to), Err: os.ErrDeadlineExceeded}
		}
		r.results <- result{c, err}
	}()
}

// ended takes note that a result has come.
func (r *race) ended() {
	if r.pending--; r.pending > 0 {
		<-r.Beside
	}
}

// finish closes whoever else still connects.
func (r *race) finish() {
	for r.pending > 0 {
		late := <-r.results
		r.ended()
		if late.conn != nil {
			_ = late.conn.Close()
		}
	}
}
