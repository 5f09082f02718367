package daemon

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// lockOffset lies behind what the file holds, because a lock on Windows also
// keeps others from reading.
const lockOffset = 1 << 20

// tryLock locks f for this process without waiting and reports whether it could.
func tryLock(f *os.File) (bool, error) {
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
		&windows.Overlapped{Offset: lockOffset})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// checkDir checks that the data folder is one. Who may write to it follows from
// the user's profile, which is private by inheritance.
func checkDir(dir Dir) error {
	info, err := os.Stat(string(dir))
	if err != nil {
		return fmt.Errorf("check the data folder: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("check the data folder: %q is not a folder", string(dir))
	}
	return nil
}

// stillActive is the exit code of a process that has none yet.
const stillActive = 259

// alive reports whether a process exists.
func alive(pid int) bool {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return errors.Is(err, windows.ERROR_ACCESS_DENIED)
	}
	defer func() { _ = windows.CloseHandle(h) }()
	var code uint32
	return windows.GetExitCodeProcess(h, &code) == nil && code == stillActive
}

// Causes of a bind error that have something to say to a person.
func isTaken(err error) bool     { return errors.Is(err, windows.WSAEADDRINUSE) }
func isForeign(err error) bool   { return errors.Is(err, windows.WSAEADDRNOTAVAIL) }
func isForbidden(err error) bool { return errors.Is(err, windows.WSAEACCES) }

// noRoom reports whether a file system is full, over quota, read-only or failing.
func noRoom(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) || errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED) ||
		errors.Is(err, windows.ERROR_WRITE_PROTECT) || errors.Is(err, windows.ERROR_IO_DEVICE)
}
