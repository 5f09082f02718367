package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func init() { children["limit"] = childLimit }

// tmpfs mounts a small file system, or skips the test where that is not
// permitted.
func tmpfs(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no file system to fill: mount tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill writes to path until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4096, 1} {
		for {
			if _, err := f.Write(make([]byte, size)); errors.Is(err, unix.ENOSPC) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestDiskFull fills the disk below a journal and makes room again: nothing is
// lost that fits the backlog, and pages can still be shown meanwhile.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "4m")
	path := filepath.Join(dir, "data", "journal.db")
	log, logs := observed()
	j := open(t, path, Options{Log: log})
	want := []Event{record(t, j, numbered(0))}
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	failed := 0
	for i := 0; failed < 500; i++ { // the log may have room for a few
		e, err := j.Record(t.Context(), numbered(i))
		if err != nil {
			failed++
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "full") {
				t.Fatalf("Record = %v; want the path and that the disk is full", err)
			}
		}
		want = append(want, e)
	}
	waiting := full
	waiting.Incident = "WAITING"
	e, err := j.Record(t.Context(), waiting)
	if err == nil {
		t.Fatal("Record = nil on a full disk")
	}
	want = append(want, e)
	if got, err := j.Incident(t.Context(), "WAITING"); err != nil || len(got) != 1 || got[0].ID != e.ID {
		t.Errorf("Incident = %v, %v; want event %d", got, err, e.ID)
	}
	if n := logs.FilterMessageSnippet("cannot be written").Len(); n != 1 {
		t.Errorf("the failure was logged %d times; want once", n)
	}
	if n := j.Waiting(); n == 0 {
		t.Error("Waiting() = 0 on a full disk")
	}
	// What a person asks for is refused, and can be asked for again.
	exception := Exception{Host: "a.example", Kind: ExceptionBlock}
	for name, err := range map[string]error{
		"Audit":        j.Audit(t.Context(), "hana", "sign-in", ""),
		"PutException": j.PutException(t.Context(), exception),
		"Appeal":       j.Appeal(t.Context(), "WAITING", "why"),
	} {
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s = %v on a full disk; want an error with the path", name, err)
		}
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	await(t, path, func(got Event) bool { return got.ID == e.ID })
	want = append(want, record(t, j, full))
	if err := errors.Join(j.PutException(t.Context(), exception), j.Appeal(t.Context(), "WAITING", "why")); err != nil {
		t.Errorf("with room again: %v", err)
	}
	consistent(t, path)
	if got, want := ids(stored(t, path)), ids(want); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("ids = %v; want %v", got, want)
	}
	if n := j.Lost(); n != 0 {
		t.Errorf("Lost() = %d; want 0", n)
	}
}

// TestOpenOnFullDisk starts on a full disk and goes on once there is room.
func TestOpenOnFullDisk(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "1m")
	path := filepath.Join(dir, "data", "journal.db")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	j := open(t, path, Options{})
	e, err := j.Record(t.Context(), full)
	if err == nil {
		t.Fatal("Record = nil on a full disk")
	}
	if got, err := j.Incident(t.Context(), full.Incident); err != nil || len(got) != 1 {
		t.Errorf("Incident = %v, %v; want the event that waits", got, err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	await(t, path, func(got Event) bool { return got.ID == e.ID })
	record(t, j, full)
	if got := stored(t, path); got[0].ID != e.ID || j.Lost() != 0 {
		t.Errorf("the first event has id %d and %d are lost; want id %d and none", got[0].ID, j.Lost(), e.ID)
	}
}

// TestWriteError has another process's writes fail with an error that is not
// a full disk: a limit on the size of its files.
func TestWriteError(t *testing.T) {
	t.Parallel()
	path := place(t)
	_, out := spawn(t, "limit", path)
	for out.Scan() {
		switch line := out.Text(); {
		case line == "done":
			if reports := own(stored(t, path)); len(reports) > 0 {
				t.Errorf("losses are reported: %+v", reports)
			}
			if n := len(stored(t, path)); n != 52 {
				t.Errorf("%d events; want all 52", n)
			}
			return
		default:
			t.Error(line)
		}
	}
	t.Fatal("the other process ended early")
}

// childLimit records, has its writes fail for 50 events, and records again.
func childLimit(path string) error {
	signal.Ignore(unix.SIGXFSZ)
	j, err := Open(path, Options{})
	if err != nil {
		return err
	}
	if _, err := j.Record(context.Background(), numbered(0)); err != nil {
		return err
	}
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	// Room for the lock file's line, which is overwritten in place.
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 1024, Max: old.Max}); err != nil {
		return err
	}
	for i := range 50 {
		if _, err := j.Record(context.Background(), numbered(i)); err == nil {
			fmt.Println("Record = nil although writing fails")
		} else if code(err) == 0 && !errors.Is(err, errNotOpen) {
			fmt.Println("Record =", err)
		}
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if err := j.Close(); err != nil {
		fmt.Println("Close =", err)
	}
	if j.MovedAside() != "" || j.Lost() != 0 {
		fmt.Println("moved aside or lost:", j.MovedAside(), j.Lost())
	}
	if j, err = Open(path, Options{}); err != nil {
		return err
	}
	if _, err := j.Record(context.Background(), full); err != nil {
		return err
	}
	fmt.Println("done")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, j.Close())
}
