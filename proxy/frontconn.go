package proxy

import (
	"net"
	"net/netip"

	"sekisho/interstitial"
	"sekisho/proxy/netconn"
)

// frontConn is a client's connection as long as the front server has it.
type frontConn struct {
	net.Conn
	client netip.Addr
	bond   bond
	coded  framed
	ending ending
	progress
}

// Read implements [net.Conn].
func (c *frontConn) Read(p []byte) (int, error) {
	c.busy.Add(1)
	n, err := c.Conn.Read(p)
	c.coded.look(p, n)
	c.moved(n)
	return n, c.ending.keep(len(p), err, &c.progress)
}

// Write implements [net.Conn].
func (c *frontConn) Write(p []byte) (int, error) {
	c.busy.Add(1)
	n, err := writeMarked(c.Conn, p, &c.coded)
	c.moved(n)
	return n, err
}

// letGo ends the connection and what is asked on it.
func (c *frontConn) letGo() {
	c.abandon()
	_ = c.Conn.Close()
}

// Close implements [net.Conn].
func (c *frontConn) Close() error {
	c.abandon()
	c.bond.close()
	c.coded.parting.end(c.Conn)
	c.ending.close()
	return c.Conn.Close()
}

// CloseWrite lets the server end its direction and wait for the client, so that
// no reset overtakes what it said.
func (c *frontConn) CloseWrite() error {
	c.coded.parting.unread.Store(true)
	return netconn.CloseWrite(c.Conn)
}

// frontListener yields frontConns, which the server's limits have counted. Others are
// told that there is no room for them.
type frontListener struct {
	net.Listener
	server *Server
}

// Accept implements [net.Listener].
func (l frontListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		front := &frontConn{Conn: c, client: netconn.Client(c)}
		front.attach(c)
		if l.server.takes(front) {
			return front, nil
		}
		l.server.counts.failure(interstitial.CodeLimit)
		l.server.refusals.answer(c)
	}
}

// takes counts c, unless there is no room for it.
func (s *Server) takes(c *frontConn) bool {
	return (c.raw == nil || s.bounds.room(c.raw) == nil) && s.limits.enter(c, c.client)
}
