package upstream

import (
	"context"
	"net"

	"github.com/miekg/dns"
)

// A stream asks over pipes to a server.
type stream struct {
	target
	where *locator
	// secure makes a connection one that is encrypted; nil leaves it as it is.
	secure func(context.Context, net.Conn) (net.Conn, error)
	pack   func(*dns.Msg, uint16) ([]byte, error)
	pool   *pool
}

func newStream(t target, o Options) *stream {
	s := &stream{target: t, where: newLocator(t, o), pack: pack}
	s.pool = newPool(s.open)
	s.pool.inOrder = true
	return s
}

func (s *stream) open(ctx context.Context, changed func(link)) (link, error) {
	conn, err := s.where.dial(ctx)
	if err != nil {
		return nil, err
	}
	if s.secure != nil {
		secured, err := s.secure(ctx, conn)
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
		conn = secured
	}
	return newPipe(conn, s.pack, changed), nil
}

func (s *stream) Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	return s.pool.exchange(ctx, q)
}

// Close leaves connections with questions under way to these: they are asked nothing
// more.
func (s *stream) Close() error {
	s.where.close()
	s.pool.close()
	return nil
}
