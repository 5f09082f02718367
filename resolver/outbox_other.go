//go:build !linux

package resolver

import "syscall"

// An outbox takes nothing here: each reply is sent by itself.
type outbox struct{}

func (*outbox) open(syscall.RawConn, func([]byte, datagram)) {}

func (*outbox) round() (end func()) { return func() {} }

func (*outbox) put([]byte, datagram) bool { return false }

func (*outbox) close() {}
