package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

const (
	// datagramSize holds what servers may send to our advertised 1,232 bytes
	// with plenty to spare; what fills it is fetched over TCP.
	datagramSize = 8 << 10
	// suspicion is how many datagrams that do not fit a query are put down to
	// chance. More look like someone guessing, whom TCP shuts out.
	suspicion = 64
	// caseless is after how many replies in a row with the wrong letter case
	// a server is taken for one that does not keep it.
	caseless = 3
	// secondChance is how long a reply that fits and cannot be read may be followed
	// by one that can. After it TCP is asked, for tcpChance at most.
	secondChance = 200 * time.Millisecond
	tcpChance    = time.Second
	// resendAfter is when a query is sent again, and half as long again each
	// further time: datagrams get lost.
	resendAfter = time.Second
	// memory is for how long a server's shortcoming is remembered.
	memory = 10 * time.Minute
)

var datagrams = sync.Pool{New: func() any { b := make([]byte, datagramSize); return &b }}

func init() { register("udp", protocol{port: 53, open: openUDP}) }

// udp sends each query from a socket of its own, whose random port a forged
// reply must guess besides the id, and listens until the answer or the
// deadline comes: junk that arrives first must not win (CVE-2023-29483). Prompts
// have sockets in turn.
type udp struct {
	target
	addr    netip.AddrPort
	mixCase bool
	tcp     *stream
	pollers pollers
	round   func() (end func())
	// recased counts replies in a row that had the wrong case; plainUntil is
	// the Unix time in nanoseconds until which case is not mixed.
	recased    atomic.Int32
	plainUntil atomic.Int64
}

func openUDP(t target, o Options) (Exchanger, error) {
	u := &udp{target: t, addr: netip.AddrPortFrom(t.addr, t.port), mixCase: o.MixCase, round: o.Round}
	u.tcp = newStream(t, o)
	return &ednsFallback{Exchanger: u}, nil
}

func (u *udp) Close() error {
	u.pollers.close()
	return u.tcp.Close()
}

// A datagram outcome tells what to do besides returning the reply.
type outcome uint8

const (
	whole    outcome = iota // nothing
	partial                 // fetch it over TCP
	oversize                // better fetched over TCP, but usable
	suspect                 // somebody tampers; ask over TCP
	miscased                // as suspect, or the server does not keep case
	unread                  // all that fitted was malformed; ask over TCP
)

func (u *udp) Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	mix := u.mixes()
	reply, how, err := u.ask(ctx, q, mix)
	if err != nil || how == whole {
		return reply, err
	}
	if how == unread {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, tcpChance)
		defer done()
	}
	streamed, err := u.tcp.Exchange(ctx, q)
	switch {
	case err == nil:
		return streamed, nil
	case how == unread:
		return nil, fmt.Errorf("%w; retry over tcp: %w", ErrMalformed, err)
	case how == oversize:
		return reply, nil
	case how == miscased:
		// No TCP there. Without mixed case the exchange is as safe as most.
		reply, how, err = u.ask(ctx, q, false)
		if err == nil && how != whole && how != oversize {
			err = errMismatch
		}
		return reply, err
	}
	return nil, fmt.Errorf("retry over tcp: %w", err)
}

// ask performs one exchange over one socket.
func (u *udp) ask(ctx context.Context, q *dns.Msg, mix bool) (*dns.Msg, outcome, error) {
	wire, err := pack(q, randomID())
	if err != nil {
		return nil, whole, err
	}
	if mix {
		mixCase(wire)
	}
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(u.addr))
	if err != nil {
		return nil, whole, err
	}
	defer func() { _ = conn.Close() }()
	defer bind(ctx, conn)()
	defer resend(conn, wire)()
	if _, err := conn.Write(wire); err != nil {
		return nil, whole, cause(ctx, err)
	}
	buf := datagrams.Get().(*[]byte)
	defer datagrams.Put(buf)
	reply, how, err := u.listen(ctx, conn, *buf, wire, q, mix)
	if mix {
		u.remember(how)
	}
	return reply, how, err
}

// remember keeps count of whether the server keeps the case of names.
func (u *udp) remember(how outcome) {
	switch {
	case how != miscased:
		u.recased.Store(0)
	case u.recased.Add(1) >= caseless:
		u.plainUntil.Store(time.Now().Add(memory).UnixNano())
	}
}

// resend writes wire to conn time and again until stop is called. If that
// fails, reading will tell.
func resend(conn net.Conn, wire []byte) (stop func()) {
	var (
		mu    sync.Mutex
		pause = resendAfter
		timer *time.Timer
		over  bool
	)
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(pause, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			_, _ = conn.Write(wire)
			pause += pause / 2
			timer.Reset(pause)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		timer.Stop()
	}
}

// listen waits for a reply to wire. That its name is in another letter case matters
// if that was mixed: else it protects nothing, and there are servers that answer in
// the case that they first heard, in upper case, or in any.
func (u *udp) listen(ctx context.Context, conn net.Conn, buf, wire []byte, q *dns.Msg, mixed bool) (*dns.Msg, outcome, error) {
	spoilt := false
	for range suspicion {
		n, err := conn.Read(buf)
		switch {
		case err == nil || tooLong(err):
		case spoilt && ctx.Err() == nil:
			return nil, unread, nil
		default:
			return nil, whole, cause(ctx, err)
		}
		switch fit := match(buf[:n], wire); {
		case fit == foreign:
			continue
		case fit == recased && mixed:
			return nil, miscased, nil
		}
		const truncated = 0x02
		if err != nil || n == len(buf) || buf[2]&truncated != 0 {
			return nil, partial, nil
		}
		reply, err := unpack(buf[:n], q)
		if err != nil {
			if !spoilt {
				spoilt = true
				notifyMalformed(ctx)
				_ = conn.SetReadDeadline(time.Now().Add(secondChance))
			}
			continue
		}
		if n > advertised(q) {
			return reply, oversize, nil
		}
		return reply, whole, nil
	}
	return nil, suspect, nil
}

// advertised is the largest datagram that q permits.
func advertised(q *dns.Msg) int {
	if opt := q.IsEdns0(); opt != nil {
		return max(dns.MinMsgSize, int(opt.UDPSize()))
	}
	return dns.MinMsgSize
}

// bind makes the deadline and the end of ctx those of conn until the function
// it returns is called.
func bind(ctx context.Context, conn net.Conn) (release func()) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	return func() { stop() }
}

// cause prefers the reason why ctx ended to the time-out it made of conn.
func cause(ctx context.Context, err error) error {
	var timeout net.Error
	if ctx.Err() != nil || errors.As(err, &timeout) && timeout.Timeout() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return context.DeadlineExceeded
	}
	return err
}
