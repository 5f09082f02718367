package private

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

const openFlags = 0

// crowds are the groups that hold people other than the owner. SYSTEM and
// Administrators can take any file, so their access is no problem.
var crowds = []windows.WELL_KNOWN_SID_TYPE{
	windows.WinWorldSid, windows.WinAuthenticatedUserSid, windows.WinBuiltinUsersSid, windows.WinBuiltinGuestsSid,
	windows.WinInteractiveSid, windows.WinNetworkSid, windows.WinAnonymousSid,
}

// reach are the rights that would let a crowd read or change a file or folder.
const reach = windows.FILE_READ_DATA | windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.GENERIC_READ |
	windows.GENERIC_WRITE | windows.GENERIC_ALL | windows.WRITE_DAC | windows.WRITE_OWNER

// checkAccess refuses what one of crowds can read or change.
func checkAccess(path string, _ fs.FileInfo) error {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("look at who can read %q: %w", path, err)
	}
	list, _, err := sd.DACL()
	if err != nil && !errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND) {
		return fmt.Errorf("look at who can read %q: %w", path, err)
	}
	if err == nil && list != nil && !open(list) {
		return nil
	}
	return fmt.Errorf("%q can be reached by other users of this machine: run `icacls \"%s\" /inheritance:r /grant:r "+
		"\"%%USERNAME%%:F\" \"*S-1-5-18:F\" \"*S-1-5-32-544:F\"`", path, path)
}

// open reports whether list grants reach to one of crowds. An entry that cannot
// be read counts as one that does.
func open(list *windows.ACL) bool {
	for i := range uint32(list.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &ace); err != nil {
			return true
		}
		if ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE ||
			ace.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 || ace.Mask&reach == 0 {
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
		return errLocked
	}
	return err
}
