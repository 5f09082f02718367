//go:build unix

package descriptors

import "golang.org/x/sys/unix"

// limit is how many file descriptors this process may open.
func limit() uint64 {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return 1024 // what systems grant at the least
	}
	return uint64(l.Cur)
}
