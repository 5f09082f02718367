//go:build unix

package proxy

import "golang.org/x/sys/unix"

// openFiles is how many file descriptors this process may open.
func openFiles() uint64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 1024 // what systems grant at the least
	}
	return uint64(limit.Cur)
}
