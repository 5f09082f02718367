//go:build !unix

package socket

import "syscall"

const CanPeek = false

// Arrived reports true, which means: look. There is no portable way to look
// into a socket's buffer without taking from it.
func Arrived(syscall.RawConn) bool { return true }

// AwaitReadable does not wait: the read that follows does, with its buffer.
func AwaitReadable(syscall.RawConn) error { return nil }

// Broken reports false: there is no portable way to see it without reading.
func Broken(syscall.RawConn) bool { return false }

// Number reports 0: there is no limit to what may be open.
func Number(syscall.RawConn) uint64 { return 0 }
