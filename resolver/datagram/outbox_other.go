//go:build !linux

package datagram

import "net"

// An Outbox takes nothing here: each reply is sent by itself.
type Outbox struct{}

// Open does nothing.
func (*Outbox) Open(*net.UDPConn, func([]byte, Ends)) {}

// Round does nothing, nor does what it returns.
func (*Outbox) Round() (end func()) { return func() {} }

// Put returns false.
func (*Outbox) Put([]byte, Ends) bool { return false }

// Close does nothing.
func (*Outbox) Close() {}
