package proxy

import (
	"net"
	"syscall"

	"sekisho/proxy/h2"
	"sekisho/proxy/netconn"
	"sekisho/proxy/tlsflight"
)

// What a client or an origin is spoken to through lies in layers, each for one reason.
// These look below.

// bottom is what carries c's bytes.
func bottom(c net.Conn) net.Conn {
	for {
		switch below := c.(type) {
		case *innerConn:
			c = below.Conn
		case *originConn:
			c = below.Conn
		case interface{ NetConn() net.Conn }: // TLS, and what the client of a tunnel says first
			c = below.NetConn()
		default:
			if c = socketBelow(below); c == below {
				return c
			}
		}
	}
}

// socketBelow is the connection under the wrappers that know nothing of it.
func socketBelow(c net.Conn) net.Conn {
	for {
		switch below := c.(type) {
		case *netconn.Replay:
			c = below.Conn
		case *tlsflight.Alerts:
			c = below.Conn
		case *tlsflight.First:
			c = below.Conn
		case *adopted:
			c = below.Conn
		default:
			return c
		}
	}
}

// accounted is the connection that the tunnels keep account of, below c.
func accounted(c net.Conn) (n *innerConn) {
	for {
		switch below := c.(type) {
		case *innerConn:
			n, c = below, below.Conn
		case *netconn.Replay:
			c = below.Conn
		case *h2.Conn:
			c = below.Conn
		case interface{ NetConn() net.Conn }: // TLS, and what the client of a tunnel says first
			c = below.NetConn()
		default:
			return n
		}
	}
}

// rawOf is c for the system, or nil.
func rawOf(c net.Conn) syscall.RawConn {
	if s, ok := c.(syscall.Conn); ok {
		if raw, err := s.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}
