package dossier

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
)

// TestSaved waits for the write by itself, by the clock of the bubble.
func TestSaved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(dir, "dossier.json")
		o, _ := openAt(t, path)
		written := func() bool { _, err := os.Stat(path); return err == nil }
		o.visit("seen.example")
		time.Sleep(saveSeen - time.Minute)
		synctest.Wait()
		if written() {
			t.Error("written at once for a site that was merely seen")
		}
		o.page("copy.example", copied)
		time.Sleep(saveJudged / 2)
		synctest.Wait()
		if written() {
			t.Error("written before others could follow")
		}
		time.Sleep(saveJudged)
		synctest.Wait()
		if !written() {
			t.Error("not written after a judgement")
		}
		names, err := fs.Glob(os.DirFS(dir), "*")
		if err != nil || len(names) != 1 {
			t.Errorf("files %q, %v; want one", names, err)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestKept has what was judged outlive a crash that comes at once.
func TestKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(dir, "dossier.json")
		o, _ := openAt(t, path)
		kept := func(site string) bool {
			b, err := os.ReadFile(path)
			return err == nil && bytes.Contains(b, []byte(site))
		}
		o.visit("seen.example")
		o.Keep()
		if kept("seen.example") {
			t.Error("written at once for a site that was merely seen")
		}
		o.page("copy.example", copied)
		o.Keep()
		if !kept("copy.example") {
			t.Error("a copy is not written before somebody is told")
		}
		before := time.Now()
		o.page("copy2.example", copied)
		o.Keep()
		if !kept("copy2.example") {
			t.Error("another copy a moment later is not written before somebody is told")
		}
		if d := time.Since(before); d < keepEvery {
			t.Errorf("written again after %v; want once a second at most", d)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestWrittenWithoutTheFaded: what has ended is not written.
func TestWrittenWithoutTheFaded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := office{t, open(t)}
		o.page("copy.example", copied)
		var now, later bytes.Buffer
		if err := o.writeTo(&now); err != nil {
			t.Fatal(err)
		}
		time.Sleep(31 * 24 * time.Hour)
		if err := o.writeTo(&later); err != nil {
			t.Fatal(err)
		}
		if a, b := strings.Count(now.String(), "\n"), strings.Count(later.String(), "\n"); a != 2 || b != 1 {
			t.Errorf("%d lines and a month later %d; want 2 and the first alone:\n%s", a, b, later.String())
		}
	})
}

// TestSaveFails makes the folder vanish: the book says so and goes on.
func TestSaveFails(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		o, logs := openAt(t, filepath.Join(dir, "dossier.json"))
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		o.page("copy.example", copied)
		time.Sleep(2 * saveJudged)
		synctest.Wait()
		if logs.FilterLevelExact(zap.ErrorLevel).Len() != 1 {
			t.Errorf("logged %v; want one error", logs.All())
		}
		if got := verdict(o.navigate("copy.example")); got != "hold red sign-in-copy" {
			t.Errorf("judged %q without a file", got)
		}
		if err := o.Close(); err == nil {
			t.Error("closed without an error, and nothing is kept")
		}
	})
}
