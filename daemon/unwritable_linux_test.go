package daemon

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	"golang.org/x/sys/unix"

	"sekisho/journal"
)

// TestRestartThatCannotWrite starts a second time where nothing can be written: names
// and pages are served, what is blocked is not told, and with room again all is well
// without another start.
func TestRestartThatCannotWrite(t *testing.T) {
	for name, how := range map[string]struct {
		shut, open func(t *testing.T, dir string)
	}{
		"a full disk":                         {fillUp, makeRoom},
		"a file system that became read-only": {freeze, thaw},
		"a folder without the right to write": {
			func(t *testing.T, dir string) { must(t, os.Chmod(filepath.Join(dir, "data"), 0o500)) },
			func(t *testing.T, dir string) { must(t, os.Chmod(filepath.Join(dir, "data"), 0o700)) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			switch root := os.Getuid() == 0; {
			case strings.HasPrefix(name, "a folder"):
				if root {
					t.Skip("root may write to every folder")
				}
			default:
				mountSmall(t, dir)
			}
			c := testConfig(t, "lists: {block: [blocked.example]}")
			c.DataDir = filepath.Join(dir, "data")
			_, at, stop := start(t, c)
			if code := ask(t, at.DNS, "blocked.example"); code != dns.RcodeNameError {
				t.Fatalf("blocked.example before: %s", dns.RcodeToString[code])
			}
			stop()
			how.shut(t, dir)
			t.Cleanup(func() { _ = os.Chmod(c.DataDir, 0o700) }) // for whoever removes it

			core, logs := observer.New(zapcore.ErrorLevel)
			_, at, stop = startWith(t, Options{Config: c, Version: "test", Log: zap.New(core)})
			if code := ask(t, at.DNS, "localhost"); code != dns.RcodeSuccess {
				t.Errorf("localhost: %s", dns.RcodeToString[code])
			}
			if code := ask(t, at.DNS, "blocked.example"); code != dns.RcodeServerFailure {
				t.Errorf("blocked.example while nothing can be recorded: %s; want SERVFAIL", dns.RcodeToString[code])
			}
			if _, err := ReadRunning(Dir(c.DataDir)); !errors.Is(err, ErrNotRunning) {
				t.Errorf("run.json: %v", err)
			}
			if status := health(t, at); status != http.StatusServiceUnavailable {
				t.Errorf("health: %d", status)
			}
			if n := logs.FilterMessageSnippet("the data folder cannot be written").Len(); n != 1 {
				t.Errorf("the log says %d times that the folder cannot be written; want once", n)
			}
			how.open(t, dir)
			for {
				if r, err := ReadRunning(Dir(c.DataDir)); err == nil && r == at && health(t, at) == http.StatusOK && ask(t, at.DNS, "blocked.example") == dns.RcodeNameError {
					break
				}
				time.Sleep(50 * time.Millisecond) // a test that hangs here shows it
			}
			stop()
			if _, err := ReadRunning(Dir(c.DataDir)); !errors.Is(err, ErrNotRunning) {
				t.Errorf("run.json after the stop: %v", err)
			}
		})
	}
}

// TestStopThatCannotWrite stops while what was blocked waits for a full disk: the stop
// went as asked for, the log says what is lost, and the next start records it.
func TestStopThatCannotWrite(t *testing.T) {
	dir := t.TempDir()
	mountSmall(t, dir)
	c := testConfig(t, "lists: {block: [blocked.example]}")
	c.DataDir = filepath.Join(dir, "data")
	core, logs := observer.New(zapcore.ErrorLevel)
	_, at, stop := startWith(t, Options{Config: c, Version: "test", Log: zap.New(core)})
	if code := ask(t, at.DNS, "blocked.example"); code != dns.RcodeNameError {
		t.Fatalf("blocked.example before: %s", dns.RcodeToString[code])
	}
	fillUp(t, dir)
	for i := 0; ask(t, at.DNS, fmt.Sprintf("n%d.blocked.example", i)) != dns.RcodeServerFailure; i++ {
		// until the room that the journal already has is full too
	}
	stop() // which holds that Run returns nil
	said := logs.FilterMessageSnippet("is lost").All()
	if len(said) != 1 || !strings.Contains(fmt.Sprint(said[0].ContextMap()["error"]), "could not be written") {
		t.Errorf("the log of the stop: %v; want once how many events are lost", said)
	}
	makeRoom(t, dir)
	_, _, stop = start(t, c)
	defer stop()
	for {
		r, err := journal.OpenReader(Dir(c.DataDir).Journal())
		must(t, err)
		p, err := r.Search(t.Context(), journal.Filter{Technique: journal.TechniqueLost, Limit: 10}, "")
		must(t, errors.Join(err, r.Close()))
		if len(p.Events) == 1 {
			return
		}
		time.Sleep(50 * time.Millisecond) // a test that hangs here shows it
	}
}

// TestFirstStartThatCannotWrite holds that a data folder in which nothing can be begun
// is an error with what to do.
func TestFirstStartThatCannotWrite(t *testing.T) {
	for name, tt := range map[string]struct {
		shut, open func(t *testing.T, dir string)
		cause      error
		remedy     string
	}{
		"a full disk":             {fillUp, makeRoom, unix.ENOSPC, "free some disk space"},
		"a read-only file system": {freeze, thaw, unix.EROFS, "choose another folder with --data"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			mountSmall(t, dir)
			tt.shut(t, dir)
			c := testConfig(t, "")
			c.DataDir = filepath.Join(dir, "data")
			_, err := New(Options{Config: c})
			if !errors.Is(err, tt.cause) || !strings.Contains(err.Error(), tt.remedy) || !strings.Contains(err.Error(), c.DataDir) {
				t.Errorf("New: %v; want %v, the folder, and %q", err, tt.cause, tt.remedy)
			}
			tt.open(t, dir)
			_, _, stop := start(t, c)
			stop()
		})
	}
}

func ask(t *testing.T, server, name string) (rcode int) {
	t.Helper()
	q := new(dns.Msg).SetQuestion(name+".", dns.TypeA)
	c := &dns.Client{Net: "tcp", Timeout: 20 * time.Second}
	a, _, err := c.Exchange(q, server)
	must(t, err)
	return a.Rcode
}

func health(t *testing.T, at Running) (status int) {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	status, _ = get(t, c, "http://"+at.Console+"/healthz")
	return status
}

// mountSmall mounts a small file system at dir, or skips the test where that is not
// permitted.
func mountSmall(t *testing.T, dir string) {
	t.Helper()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("no file system to fill: mount tmpfs: %v", err)
	}
	t.Cleanup(func() { must(t, unix.Unmount(dir, unix.MNT_DETACH)) })
}

func filler(dir string) string { return filepath.Join(dir, "filler") }

func makeRoom(t *testing.T, dir string) { must(t, os.Remove(filler(dir))) }

func freeze(t *testing.T, dir string) {
	must(t, unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""))
}

func thaw(t *testing.T, dir string) { must(t, unix.Mount("", dir, "", unix.MS_REMOUNT, "")) }

// fillUp writes until the disk at dir is full.
func fillUp(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Create(filler(dir))
	must(t, err)
	defer func() { _ = f.Close() }()
	for _, size := range []int{1 << 20, 4096, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
		if !errors.Is(err, unix.ENOSPC) {
			t.Fatal(err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
