package private

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// openFlags has nothing to add on Windows: Open looks before it opens.
const openFlags = 0

// crowds are the groups that hold people other than the owner. SYSTEM and
// Administrators can take any file, so their access is no problem.
var crowds = []windows.WELL_KNOWN_SID_TYPE{
	windows.WinWorldSid, windows.WinAuthenticatedUserSid, windows.WinBuiltinUsersSid, windows.WinBuiltinGuestsSid,
	windows.WinInteractiveSid, windows.WinNetworkSid, windows.WinAnonymousSid,
}

// Rights that a crowd must not have.
const (
	change windows.ACCESS_MASK = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.GENERIC_WRITE |
		windows.GENERIC_ALL | windows.WRITE_DAC | windows.WRITE_OWNER
	reach = change | windows.FILE_READ_DATA | windows.GENERIC_READ
)

func check(path string, _ fs.FileInfo, denied windows.ACCESS_MASK) error {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("look at who can reach %q: %w", path, err)
	}
	list, _, err := sd.DACL()
	if err != nil && !errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND) {
		return fmt.Errorf("look at who can reach %q: %w", path, err)
	}
	if err == nil && list != nil && !grants(list, denied) {
		return nil
	}
	harm := "reach it"
	if denied == change {
		harm = "swap its files"
	}
	return &AccessError{
		Path:    path,
		Problem: "has an access list that lets other users of this machine " + harm,
		Remedy: fmt.Sprintf("run `icacls \"%s\" /inheritance:r /grant:r "+
			"\"%%USERNAME%%:F\" \"*S-1-5-18:F\" \"*S-1-5-32-544:F\"`", path),
		Exposed: true,
	}
}

// grants reports whether an entry of list that applies to the object itself gives one
// of crowds any of rights. An entry that cannot be read counts as one that does.
func grants(list *windows.ACL, rights windows.ACCESS_MASK) bool {
	for i := range uint32(list.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &ace); err != nil {
			return true
		}
		if ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE ||
			ace.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 || ace.Mask&rights == 0 {
			continue
		}
		sid := (*windows.SID)(unsafe.Pointer(&ace.SidStart))
		for _, crowd := range crowds {
			if sid.IsWellKnown(crowd) {
				return true
			}
		}
	}
	return false
}

// protectFolder gives a folder an access list of its own, inherited by what is
// made in it: this user, SYSTEM and Administrators.
func protectFolder(dir string) error {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	sd, err := windows.SecurityDescriptorFromString(
		"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" + user.User.Sid.String() + ")")
	if err != nil {
		return err
	}
	list, _, err := sd.DACL()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil)
}

// syncFolder has no counterpart: NTFS journals a rename with the folder's data.
func syncFolder(string) error { return nil }

func tryLock(f *os.File) error {
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrLocked
	}
	return err
}
