//go:build !windows

package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestModes looks at all files while a journal is open, whatever the umask. It
// changes the process's umask: not parallel.
func TestModes(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o177} {
		path := place(t)
		old := unix.Umask(mask)
		j, err := Open(path, Options{})
		unix.Umask(old)
		if err != nil {
			t.Fatalf("umask %o: %v", mask, err)
		}
		record(t, j, full)
		reader(t, path)
		if loose := looseModes(t, path); len(loose) > 0 {
			t.Errorf("umask %o: wrong modes %v", mask, loose)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestModesAreMended(t *testing.T) {
	t.Parallel()
	path := place(t)
	made(t, path, 1)
	for _, name := range []string{path, path + ".lock"} {
		if err := os.Chmod(name, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	open(t, path, Options{})
	if loose := looseModes(t, path); len(loose) > 0 {
		t.Errorf("wrong modes %v", loose)
	}
}

func TestOpenOtherThings(t *testing.T) {
	t.Parallel()
	path := place(t)
	made(t, path, 1)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("Open of a pipe = %v; want it to be refused", err)
	}
	if _, err := OpenReader(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("OpenReader of a pipe = %v; want it to be refused", err)
	}
}

func init() { children["nobody"] = childNobody }

// nobody is an account without rights, by custom.
const nobody = 65534

// childNobody gives up its rights, opens the journal at path and tells how
// that went.
func childNobody(path string) error {
	if err := errors.Join(unix.Setgroups(nil), unix.Setgid(nobody), unix.Setuid(nobody)); err != nil {
		return err
	}
	j, err := Open(path, Options{})
	if err != nil {
		fmt.Println("error:", errors.Is(err, fs.ErrPermission), err)
		return nil
	}
	_, err = j.Record(context.Background(), full)
	fmt.Println("moved:", j.MovedAside(), err)
	return j.Close()
}

// TestOpenWithoutRights runs without the rights of root, which no file mode
// stops.
func TestOpenWithoutRights(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can become another user")
	}
	for _, tt := range []struct {
		name string
		mode os.FileMode // of the directory
		own  bool        // the directory is nobody's
		want string
	}{
		{"unreadable file", 0o700, true, "moved: %s.corrupt-"},
		{"directory of somebody else", 0o755, false, "error: true open journal %q: open %[1]s.lock: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			made(t, path, 1)
			temp := filepath.Dir(filepath.Dir(path))
			for dir, mode := range map[string]os.FileMode{filepath.Dir(path): tt.mode, temp: 0o755, filepath.Dir(temp): 0o755} {
				if err := os.Chmod(dir, mode); err != nil {
					t.Fatal(err)
				}
			}
			if tt.own {
				for _, name := range []string{filepath.Dir(path), path + ".lock"} {
					if err := os.Chown(name, nobody, nobody); err != nil {
						t.Fatal(err)
					}
				}
			}
			_, out := spawn(t, "nobody", path)
			out.Scan()
			if want := fmt.Sprintf(tt.want, path); !strings.HasPrefix(out.Text(), want) {
				t.Errorf("without rights: %q; want %q", out.Text(), want)
			}
		})
	}
}
