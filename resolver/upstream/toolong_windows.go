package upstream

import (
	"errors"

	"golang.org/x/sys/windows"
)

// tooLong reports whether err says that a datagram did not fit the buffer.
// The buffer holds the datagram's beginning.
func tooLong(err error) bool { return errors.Is(err, windows.WSAEMSGSIZE) }
