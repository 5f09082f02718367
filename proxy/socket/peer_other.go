//go:build !linux

package socket

import "syscall"

// PeerOf reports Unknown: there is no portable way to see an end behind bytes
// that nobody has read.
func PeerOf(syscall.RawConn) Peer { return Unknown }

// Unsent reports 0: there is no portable way to see it.
func Unsent(syscall.RawConn) int { return 0 }
