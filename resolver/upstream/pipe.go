package upstream

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

// writeTime is how long a server may take nothing of what it is sent before the
// connection is given up.
const writeTime = 2 * time.Second

// errFull is why a question is not asked that a pipe has no room for.
var errFull = errors.New("connection is full")

// A pipe is a connection that carries length-prefixed messages, many questions at a
// time (RFC 7766, section 6.2.1.1; RFC 7858, section 3.4): answers come in any order
// and are told apart by their ids.
type pipe struct {
	conn    net.Conn
	pack    func(*dns.Msg, uint16) ([]byte, error)
	changed func(link)
	out     chan []byte // framed
	last    atomic.Int64
	done    chan struct{} // closed once err is set

	mu    sync.Mutex
	asked map[uint16]*asked
	// lost is how many of asked nobody waits for any more. Their ids are not free
	// until the answer is there.
	lost int
	err  error
}

// An asked is a question under way.
type asked struct {
	wire  []byte
	reply chan []byte // of one
	lost  bool
}

func newPipe(conn net.Conn, pack func(*dns.Msg, uint16) ([]byte, error), changed func(link)) *pipe {
	p := &pipe{
		conn: conn, pack: pack, changed: changed, out: make(chan []byte, linkRoom),
		done: make(chan struct{}), asked: make(map[uint16]*asked),
	}
	go p.write()
	go p.read()
	return p
}

func (p *pipe) heard() int64 { return p.last.Load() }

// room is less by what was never answered, and none once that is half of it: the
// server may have lost the thread.
func (p *pipe) room() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil || p.lost > linkRoom/2 {
		return 0
	}
	return linkRoom - p.lost
}

func (p *pipe) ask(q *dns.Msg) (exchange, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, a, err := p.register(q)
	if err != nil {
		return nil, err
	}
	framed := append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(a.wire)), uint16(len(a.wire))), a.wire...)
	select {
	case p.out <- framed:
	default:
		delete(p.asked, id)
		return nil, errFull
	}
	return func(ctx context.Context) (*dns.Msg, error) { return p.wait(ctx, q, id, a) }, nil
}

func (p *pipe) wait(ctx context.Context, q *dns.Msg, id uint16, a *asked) (*dns.Msg, error) {
	select {
	case raw := <-a.reply:
		return unpack(raw, q)
	case <-p.done:
	case <-ctx.Done():
		p.lose(id, a)
		return nil, ctx.Err()
	}
	select {
	case raw := <-a.reply: // which came before the end
		return unpack(raw, q)
	default:
		return nil, p.err
	}
}

// register packs q under an id that no question under way has. p.mu is held.
func (p *pipe) register(q *dns.Msg) (uint16, *asked, error) {
	if p.err != nil {
		return 0, nil, p.err
	}
	id := randomID()
	for p.asked[id] != nil {
		id = randomID()
	}
	wire, err := p.pack(q, id)
	if err != nil {
		return 0, nil, err
	}
	a := &asked{wire: wire, reply: make(chan []byte, 1)}
	p.asked[id] = a
	return id, a, nil
}

// lose notes that nobody waits for a any more.
func (p *pipe) lose(id uint16, a *asked) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked[id] == a {
		a.lost = true
		p.lost++
	}
}

// write sends what there is, together.
func (p *pipe) write() {
	var buf []byte
	for {
		select {
		case framed := <-p.out:
			buf = append(buf[:0], framed...)
		case <-p.done:
			return
		}
		for more := true; more; {
			select {
			case framed := <-p.out:
				buf = append(buf, framed...)
			default:
				more = false
			}
		}
		_ = p.conn.SetWriteDeadline(time.Now().Add(writeTime))
		if _, err := p.conn.Write(buf); err != nil {
			p.fail(fmt.Errorf("write query: %w", err))
			return
		}
	}
}

func (p *pipe) read() {
	in := bufio.NewReaderSize(p.conn, 4<<10)
	for {
		raw, err := readMessage(in)
		if err == nil {
			err = p.take(raw)
		}
		if err != nil {
			p.fail(err)
			return
		}
	}
}

// readMessage returns the next message with its length before it.
func readMessage(in io.Reader) ([]byte, error) {
	var size [2]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return nil, fmt.Errorf("read reply: %w", err)
	}
	raw := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(in, raw); err != nil {
		return nil, fmt.Errorf("read reply: %w", err)
	}
	return raw, nil
}

// take gives a reply to whose it is. One that does not fit ends the connection:
// nobody but the server can have sent it, and what else it says is no better.
func (p *pipe) take(raw []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(raw) < headerLen {
		return errMismatch
	}
	id := binary.BigEndian.Uint16(raw)
	a := p.asked[id]
	if a == nil || match(raw, a.wire) == foreign {
		return errMismatch
	}
	p.last.Store(time.Now().UnixNano())
	delete(p.asked, id)
	if a.lost {
		p.lost--
	}
	a.reply <- raw
	return nil
}

func (p *pipe) close() { p.fail(errClosed) }

// fail ends the connection because of err.
func (p *pipe) fail(err error) {
	p.mu.Lock()
	if p.err != nil {
		p.mu.Unlock()
		return
	}
	p.err = err
	p.mu.Unlock()
	close(p.done)
	_ = p.conn.Close()
	p.changed(p)
}
