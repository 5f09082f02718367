package certs

import (
	"errors"
	"os"
	"time"
)

const (
	// lockWait is how long another process may take to make an authority, which
	// needs milliseconds, before it counts as stuck.
	lockWait = 10 * time.Second
	lockPoll = 10 * time.Millisecond
)

// errLocked is what tryLock returns while another holds the lock.
var errLocked = errors.New("locked by another process")

// lock takes the lock kept on the file at path, which it makes and leaves there,
// and waits for it that long. The system drops the lock of a process that dies.
func lock(path string, wait time.Duration) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|openFlags, 0o600)
	if err != nil {
		return nil, failed(path, "opened", remedyWrite(err), err)
	}
	for end := time.Now().Add(wait); ; time.Sleep(lockPoll) {
		err = tryLock(f)
		if err == nil {
			return func() { _ = f.Close() }, nil // closing unlocks
		}
		if !errors.Is(err, errLocked) || time.Now().After(end) {
			break
		}
	}
	_ = f.Close()
	return nil, failed(path, "locked", "end the other sekisho process that is changing the authority, and try again", err)
}
