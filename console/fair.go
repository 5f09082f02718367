package console

import (
	"net"
	"net/netip"
	"sync"

	"go.uber.org/zap"

	"sekisho/hostname"
)

// fairListener closes the connections that one client opens beyond most, so that no
// machine keeps the others from the console. This machine is a client like others:
// what runs in front of the console as a proxy shares its places.
type fairListener struct {
	net.Listener
	most int
	log  *zap.Logger

	mu   sync.Mutex
	open map[netip.Addr]int // by network
}

func newFair(l net.Listener, most int, log *zap.Logger) *fairListener {
	return &fairListener{Listener: l, most: most, log: log, open: map[netip.Addr]int{}}
}

// Accept implements [net.Listener].
func (l *fairListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := clientNetwork(c)
		if l.enter(client) {
			return &fairConn{Conn: c, leave: sync.OnceFunc(func() { l.leave(client) })}, nil
		}
		_ = c.Close()
		l.log.Debug("too many connections of one client", zap.Stringer("client", client))
	}
}

// clientNetwork is on whose account c is.
func clientNetwork(c net.Conn) netip.Addr {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return hostname.Network(a.AddrPort().Addr())
	}
	return netip.Addr{}
}

func (l *fairListener) enter(client netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[client] >= l.most {
		return false
	}
	l.open[client]++
	return true
}

func (l *fairListener) leave(client netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[client]--; l.open[client] == 0 {
		delete(l.open, client)
	}
}

// fairConn gives its place back once it is closed.
type fairConn struct {
	net.Conn
	leave func()
}

// Close implements [net.Conn].
func (c *fairConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
