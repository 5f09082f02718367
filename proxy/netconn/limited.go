package netconn

import (
	"errors"
	"math"
	"net"
)

// ErrTooMuch ends a read that went past a limit.
var ErrTooMuch = errors.New("more bytes than allowed")

// Limited lets Left bytes be read, which bounds a peer that talks before
// it is known.
type Limited struct {
	net.Conn
	Left int
}

// Unlimited lifts the limit.
func (c *Limited) Unlimited() { c.Left = math.MaxInt }

// Read implements [net.Conn]. Past the limit the error is [ErrTooMuch].
func (c *Limited) Read(p []byte) (int, error) {
	if c.Left <= 0 {
		return 0, ErrTooMuch
	}
	n, err := c.Conn.Read(p[:min(len(p), c.Left)])
	c.Left -= n
	return n, err
}
