package sink

import (
	"context"
	"net"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

const (
	// maxDatagram is what every receiver should take (RFC 5426, section 3.2);
	// what is longer is sent shortened.
	maxDatagram = 2048
	dialTime    = 10 * time.Second
	writeTime   = 30 * time.Second
	// burst datagrams are sent at once, then there is a pause: a receiver that is
	// sent a backlog as fast as it goes loses most of it.
	burst = 50
	rest  = 5 * time.Millisecond
)

// datagram sends a message in each datagram (RFC 5426). Nobody says whether it
// arrived; what is told is that nobody listens.
type datagram struct {
	address string
	text    *syslog
	conn    net.Conn // nil until needed
	buf     []byte
}

func newDatagram(c config.Sink, _ string, o *Options) (receiver, error) {
	return &datagram{address: c.To.Address(), text: newSyslog(c, o)}, nil
}

func (d *datagram) send(ctx context.Context, events []journal.Event) (int, error) {
	if d.conn == nil {
		conn, err := (&net.Dialer{Timeout: dialTime}).DialContext(ctx, "udp", d.address)
		if err != nil {
			return 0, err
		}
		d.conn = conn
	}
	for i := range events {
		if d.buf = d.text.append(d.buf[:0], &events[i], false); len(d.buf) > maxDatagram {
			d.buf = d.text.append(d.buf[:0], &events[i], true)
		}
		_ = d.conn.SetWriteDeadline(time.Now().Add(writeTime)) // its error shows in the write
		if _, err := d.conn.Write(d.buf); err != nil {
			_ = d.close()
			return max(0, i-1), err // the error is often about the one before
		}
		if (i+1)%burst == 0 {
			if sleep(ctx, rest); ctx.Err() != nil {
				return i + 1, ctx.Err()
			}
		}
	}
	return len(events), nil
}

func (d *datagram) close() error {
	if d.conn == nil {
		return nil
	}
	err := d.conn.Close()
	d.conn = nil
	return err
}
