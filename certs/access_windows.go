package certs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// openFlags has nothing to add on Windows: readFile looks before it opens.
const openFlags = 0

// crowds are the groups that hold people other than the owner. The owner, SYSTEM
// and Administrators can take any file, so their access is not a problem.
var crowds = []windows.WELL_KNOWN_SID_TYPE{
	windows.WinWorldSid,
	windows.WinAuthenticatedUserSid,
	windows.WinBuiltinUsersSid,
	windows.WinBuiltinGuestsSid,
	windows.WinInteractiveSid,
	windows.WinNetworkSid,
	windows.WinAnonymousSid,
}

// checkSecret refuses a key file whose access list lets one of crowds read it.
func checkSecret(path string, _ fs.FileInfo) error {
	const rights = windows.FILE_READ_DATA | windows.FILE_WRITE_DATA | windows.GENERIC_READ | windows.GENERIC_WRITE |
		windows.GENERIC_ALL | windows.WRITE_DAC | windows.WRITE_OWNER
	return checkList(path, rights, "reach its private key")
}

// checkFolder refuses a folder whose access list lets one of crowds swap files.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return failed(dir, "looked at", remedyRead, err)
	case !info.IsDir():
		return notFolder(dir)
	}
	const rights = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | windows.GENERIC_WRITE | windows.GENERIC_ALL |
		windows.WRITE_DAC | windows.WRITE_OWNER
	return checkList(dir, rights, "swap its files")
}

func checkList(path string, rights windows.ACCESS_MASK, harm string) error {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return failed(path, "looked at", remedyRead, err)
	}
	list, _, err := sd.DACL()
	if err != nil && !errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND) {
		return failed(path, "looked at", remedyRead, err)
	}
	if err == nil && list != nil && !allowsCrowd(list, rights) {
		return nil
	}
	return &FileError{
		Path:    path,
		Problem: "has an access list that lets other users of this machine " + harm,
		Remedy: fmt.Sprintf(`run: icacls "%s" /inheritance:r /grant:r "%%USERNAME%%:F" "*S-1-5-18:F" "*S-1-5-32-544:F"; `+
			"if somebody else may have read it, run `sekisho ca rotate` as well", path),
	}
}

// allowsCrowd reports whether an entry of list that applies to the object itself
// grants one of crowds any of rights. An entry that cannot be read counts as one
// that does.
func allowsCrowd(list *windows.ACL, rights windows.ACCESS_MASK) bool {
	for i := range uint32(list.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &ace); err != nil {
			return true
		}
		if ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE || ace.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 ||
			ace.Mask&rights == 0 {
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

// protectFolder gives a folder an access list of its own, inherited by what is made
// in it: this user, SYSTEM and Administrators.
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
