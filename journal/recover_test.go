package journal

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
)

// made writes a journal of n events to path and closes it.
func made(t *testing.T, path string, n int) []Event {
	t.Helper()
	j := open(t, path, Options{})
	events := recordMany(t, j, n, numbered)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return events
}

// noise returns n random bytes.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

// overwrite puts b into the file at path at offset.
func overwrite(t *testing.T, path string, b []byte, offset int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(b, offset); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// execSQL runs statements on the file at path as another program would.
func execSQL(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, "rwc"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func replace(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenDamaged(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, path string, size int64)
	}{
		{"random bytes", func(t *testing.T, path string, size int64) { replace(t, path, noise(int(size))) }},
		{"text", func(t *testing.T, path string, _ int64) {
			replace(t, path, []byte(strings.Repeat("hello, world\n", 1000)))
		}},
		{"one byte", func(t *testing.T, path string, _ int64) { replace(t, path, []byte("x")) }},
		{"cut to a half", func(t *testing.T, path string, size int64) {
			if err := os.Truncate(path, size/2); err != nil {
				t.Fatal(err)
			}
		}},
		{"cut inside the header", func(t *testing.T, path string, _ int64) {
			if err := os.Truncate(path, 50); err != nil {
				t.Fatal(err)
			}
		}},
		{"body bad", func(t *testing.T, path string, size int64) { overwrite(t, path, noise(int(size)-4096), 4096) }},
		{"schema bad", func(t *testing.T, path string, _ int64) { overwrite(t, path, noise(3900), 112) }},
		{"zeroes in the middle", func(t *testing.T, path string, size int64) {
			overwrite(t, path, make([]byte, size/2), size/4/4096*4096)
		}},
		{"another program's", func(t *testing.T, path string, _ int64) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			execSQL(t, path, "CREATE TABLE cookies (name TEXT)")
		}},
		{"no version", func(t *testing.T, path string, _ int64) { execSQL(t, path, "PRAGMA user_version = 0") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			made(t, path, 600)
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			tt.damage(t, path, info.Size())
			bad, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path + "-wal"); err == nil {
				t.Fatal("the log is still there")
			}
			replace(t, path+"-wal", []byte("stale"))

			log, logs := observed()
			j := open(t, path, Options{Log: log})
			aside := j.MovedAside()
			if !strings.HasPrefix(aside, path+".corrupt-20") {
				t.Fatalf("MovedAside() = %q; want %s.corrupt-…", aside, path)
			}
			if kept, err := os.ReadFile(aside); err != nil || !cmp.Equal(bad, kept) {
				t.Errorf("what was moved aside differs: %v", err)
			}
			if kept, err := os.ReadFile(aside + "-wal"); err != nil || string(kept) != "stale" {
				t.Errorf("the log was not moved along: %q, %v", kept, err)
			}
			if n := logs.FilterLevelExact(zap.ErrorLevel).FilterMessageSnippet("moved aside").Len(); n != 1 {
				t.Errorf("%d errors logged about it; want 1", n)
			}
			if e := record(t, j, full); e.ID <= 600 {
				t.Errorf("id = %d; want ids to go on after 600", e.ID)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			got := stored(t, path)
			if len(got) != 2 || got[0].Technique != TechniqueReplaced || got[0].Door != DoorSystem {
				t.Errorf("the fresh journal has %+v; want a report and one event", got)
			}
			j = open(t, path, Options{})
			if j.MovedAside() != "" {
				t.Error("the fresh journal was moved aside as well")
			}
		})
	}
}

func TestOpenEmptyAndStale(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		prepare func(t *testing.T, path string)
		reports int
	}{
		{"empty, never used", func(t *testing.T, path string) {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			replace(t, path, nil)
		}, 0},
		{"empty, used before", func(t *testing.T, path string) {
			made(t, path, 5)
			replace(t, path, nil)
		}, 1},
		{"deleted", func(t *testing.T, path string) {
			made(t, path, 5)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, 1},
		{"stale log", func(t *testing.T, path string) {
			made(t, path, 5)
			replace(t, path+"-wal", noise(100000))
			replace(t, path+"-shm", noise(32768))
		}, 0},
		{"lock file scribbled over", func(t *testing.T, path string) {
			made(t, path, 5)
			replace(t, path+".lock", []byte("sekisho pid -1 last 9223372036854775807\n"))
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			tt.prepare(t, path)
			j := open(t, path, Options{})
			if j.MovedAside() != "" {
				t.Errorf("moved aside to %s", j.MovedAside())
			}
			last := record(t, j, full)
			if last.ID > 100 {
				t.Errorf("id = %d; want a small one", last.ID)
			}
			if n := len(own(stored(t, path))); n != tt.reports {
				t.Errorf("%d reports; want %d", n, tt.reports)
			}
		})
	}
}

func TestOpenNewer(t *testing.T) {
	t.Parallel()
	path := place(t)
	made(t, path, 3)
	ours, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	execSQL(t, path, "PRAGMA user_version = 99")
	_, err = Open(path, Options{})
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), path) {
		t.Errorf("Open = %v; want ErrNewer and the path", err)
	}
	if _, err := OpenReader(path); !errors.Is(err, ErrNewer) {
		t.Errorf("OpenReader = %v; want ErrNewer", err)
	}
	replace(t, path, ours)
	if n := len(stored(t, path)); n != 3 {
		t.Errorf("%d events; want the 3 from before", n)
	}
}

func TestOpenDirectoryInPlace(t *testing.T) {
	t.Parallel()
	path := place(t)
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("Open = %v; want it to say that %s is a directory", err, path)
	}
	if _, err := OpenReader(path); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("OpenReader = %v; want it to say that it is a directory", err)
	}
	below := filepath.Join(t.TempDir(), "file")
	replace(t, below, nil)
	if _, err := Open(filepath.Join(below, "journal.db"), Options{}); err == nil || !strings.Contains(err.Error(), below) {
		t.Errorf("Open below a file = %v; want the path", err)
	}
}
