//go:build !unix

package proxy

import "syscall"

const canPeek = false

// arrived reports true, which means: look. There is no portable way to look
// into a socket's buffer without taking from it.
func arrived(syscall.RawConn) bool { return true }

// awaitReadable does not wait: the read that follows does, with its buffer.
func awaitReadable(syscall.RawConn) error { return nil }
