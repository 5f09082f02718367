//go:build unix

package certs_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"sekisho/certs"
)

func TestCA03Modes(t *testing.T) {
	t.Parallel()
	_, dir := fresh(t)
	want := map[string]fs.FileMode{
		filepath.Dir(dir):        fs.ModeDir | 0o700,
		dir:                      fs.ModeDir | 0o700,
		dir + ".lock":            0o600,
		filepath.Join(dir, file): 0o600,
	}
	for path, mode := range want {
		info, err := os.Lstat(path)
		if err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, mode)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("folder holds %v, %v; want the authority alone", left, err)
	}
}

func TestCA03RefusesReadableKey(t *testing.T) {
	t.Parallel()
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o644, 0o660, 0o602, 0o610} {
		a, dir := fresh(t)
		path := filepath.Join(dir, file)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, _, err := certs.Open(dir, certs.Options{})
		wantFileError(t, err, path, fmt.Sprintf("%#o", mode), fmt.Sprintf("chmod 600 %q", path))
		if got, err := certs.Read(dir); err != nil || !got.Root.Equal(a.Root()) {
			t.Errorf("Read at mode %v = %v; want the root", mode, err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		open(t, dir, certs.Options{}) // the remedy works
	}
	a, dir := fresh(t)
	if err := os.Chmod(filepath.Join(dir, file), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := certs.Rotate(dir, certs.Options{}) // and so does the other
	if err != nil || len(b.Retired()) != 1 || !b.Retired()[0].Equal(a.Root()) {
		t.Errorf("Rotate of a readable key = %v", err)
	}
}

func TestCA03RefusesWritableFolder(t *testing.T) {
	t.Parallel()
	for _, mode := range []fs.FileMode{0o770, 0o707, 0o777} {
		_, dir := fresh(t)
		empty := filepath.Join(t.TempDir(), "ca")
		if err := os.Mkdir(empty, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, d := range []string{dir, empty} {
			if err := os.Chmod(d, mode); err != nil {
				t.Fatal(err)
			}
			_, _, err := certs.Open(d, certs.Options{})
			wantFileError(t, err, d, fmt.Sprintf("%#o", mode), "chmod 700")
			_, err = certs.Rotate(d, certs.Options{})
			wantFileError(t, err, d, fmt.Sprintf("%#o", mode), "chmod 700")
		}
	}
}

func TestCA03RefusesForeignOwner(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("not running as root: ownership cannot be given away, the refusal was not tried")
	}
	for _, what := range []string{"", file} {
		_, dir := fresh(t)
		path := filepath.Join(dir, what)
		if err := os.Chown(path, 12345, 12345); err != nil {
			t.Fatal(err)
		}
		_, _, err := certs.Open(dir, certs.Options{})
		wantFileError(t, err, path, "belongs to user 12345", "run sekisho as user 12345")
	}
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("running as root, who can read everything: the unreadable file was not tried")
	}
	_, dir := fresh(t)
	path := filepath.Join(dir, file)
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	_, _, err := certs.Open(dir, certs.Options{})
	wantFileError(t, err, path, "cannot be read (permission denied)", "user who owns the file")
	_, err = certs.Rotate(dir, certs.Options{}) // would lose a root that browsers may trust
	wantFileError(t, err, path, "cannot be read (permission denied)", "user who owns the file")
}

// TestOddFiles puts what is no regular file in the place of the authority. A pipe
// must not keep Open waiting for a writer.
func TestOddFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		problem string
		make    func(path string) error
	}{
		"link to a good file": {"is a symbolic link", func(path string) error {
			if err := os.Rename(path, path+".real"); err != nil {
				return err
			}
			return os.Symlink(path+".real", path)
		}},
		"dangling link": {"is a symbolic link", func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.Symlink("nowhere", path)
		}},
		"pipe": {"is not a regular file", func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return syscall.Mkfifo(path, 0o600)
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, dir := fresh(t)
			path := filepath.Join(dir, file)
			if err := tt.make(path); err != nil {
				t.Fatal(err)
			}
			_, _, err := certs.Open(dir, certs.Options{})
			wantFileError(t, err, path, tt.problem, "move it away")
			_, err = certs.Read(dir)
			wantFileError(t, err, path, tt.problem, "move it away")
			if _, err := certs.Rotate(dir, certs.Options{}); err != nil {
				t.Errorf("Rotate over it: %v", err)
			}
			open(t, dir, certs.Options{})
		})
	}
}
