package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	// stagger is the head start an address has over the next one
	// (RFC 8305, section 8).
	stagger = 250 * time.Millisecond
	// locateTime bounds one look-up of a server's addresses, locateAgain is how long
	// after one that failed the next may begin while there are older addresses.
	locateTime  = 2 * time.Second
	locateAgain = 5 * time.Second
)

// A locator knows where a target is: by its literal, or by asking plain
// resolvers for its name. Addresses that were learnt once are used for as long as
// no newer ones can be had, without a wait.
type locator struct {
	target
	servers []Exchanger
	err     error

	mu    sync.Mutex
	addrs []netip.Addr
	until time.Time // they are looked up again after that
	// asking is the look-up under way, or nil.
	asking *locating
}

// A locating is one look-up, for all who wait for it.
type locating struct {
	cancel context.CancelFunc
	done   chan struct{} // closed once the rest is set
	addrs  []netip.Addr
	err    error
}

func newLocator(t target, o Options) *locator {
	l := &locator{target: t}
	if t.addr.IsValid() {
		l.addrs = []netip.Addr{t.addr}
		return l
	}
	for _, raw := range o.Bootstrap {
		b, err := parseTarget(raw)
		if err != nil || !b.addr.IsValid() || protocols[b.scheme].named {
			l.err = errors.Join(l.err, fmt.Errorf("bootstrap %q is no udp:// or tcp:// URL with an address", redact(raw)))
			continue
		}
		e, err := New(raw, Options{MixCase: o.MixCase && !b.addr.IsLoopback()})
		if err != nil {
			l.err = errors.Join(l.err, err)
			continue
		}
		l.servers = append(l.servers, e)
	}
	return l
}

// addresses returns where the target is. It waits for a look-up only if nothing is
// known.
func (l *locator) addresses(ctx context.Context) ([]netip.Addr, error) {
	if l.target.addr.IsValid() {
		return l.addrs, nil
	}
	l.mu.Lock()
	addrs, asking := l.addrs, l.asking
	if asking == nil && (len(addrs) == 0 || time.Now().After(l.until)) {
		asking = l.start()
	}
	l.mu.Unlock()
	if len(addrs) > 0 {
		return addrs, nil
	}
	select {
	case <-asking.done:
		return asking.addrs, asking.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// start begins a look-up. l.mu is held.
func (l *locator) start() *locating {
	ctx, cancel := context.WithCancel(context.Background())
	a := &locating{cancel: cancel, done: make(chan struct{})}
	l.asking = a
	go func() {
		defer cancel()
		addrs, life, err := l.ask(ctx)
		if err != nil {
			err = fmt.Errorf("find address of %q: %w", l.host, err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		a.addrs, a.err = addrs, err
		close(a.done)
		if l.asking != a {
			return
		}
		l.asking = nil
		if err == nil {
			l.addrs, l.until = addrs, time.Now().Add(life)
		} else {
			l.until = time.Now().Add(locateAgain)
		}
	}()
	return a
}

// close ends a look-up under way, which was about another network maybe.
func (l *locator) close() {
	l.mu.Lock()
	if l.asking != nil {
		l.asking.cancel()
		l.asking = nil
	}
	l.mu.Unlock()
	for _, server := range l.servers {
		_ = server.Close()
	}
}

// dial connects to the first address that answers, giving each a head start
// over the next.
func (l *locator) dial(ctx context.Context) (net.Conn, error) {
	addrs, err := l.addresses(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	type result struct {
		conn net.Conn
		err  error
	}
	results := make(chan result)
	var dialing sync.WaitGroup
	defer dialing.Wait()
	defer cancel()
	start := func(addr netip.Addr) {
		dialing.Go(func() {
			var d net.Dialer
			conn, err := d.DialContext(ctx, "tcp", netip.AddrPortFrom(addr, l.port).String())
			select {
			case results <- result{conn, err}:
			case <-ctx.Done():
				if conn != nil {
					_ = conn.Close()
				}
			}
		})
	}
	var errs []error
	next := time.NewTimer(0)
	defer next.Stop()
	for started := 0; len(errs) < len(addrs); {
		select {
		case <-next.C:
			if started < len(addrs) {
				start(addrs[started])
				started++
				next.Reset(stagger)
			}
		case r := <-results:
			if r.err == nil {
				return r.conn, nil
			}
			errs = append(errs, r.err)
			next.Reset(0)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return nil, errors.Join(errs...)
}
