package sink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"sekisho/config"
	"sekisho/journal"
)

// file appends lines to a file. When it grows over a size it becomes path.1, that
// one path.2, and so on. When somebody else has put it away (logrotate), or
// deleted it, the next batch begins a new one.
type file struct {
	path   string
	max    int64
	keep   int
	sync   bool
	format func([]byte, *journal.Event) []byte

	f    *os.File // nil until needed
	info fs.FileInfo
	size int64
	buf  []byte
}

func newFile(c config.Sink, _ string, o *Options) (receiver, error) {
	w := &file{path: string(c.To), max: int64(c.MaxSize), keep: c.Keep, sync: c.Sync == "batch", format: appendJSON}
	if c.Format == "cef" {
		text := cef{version: o.Version}
		w.format = func(b []byte, e *journal.Event) []byte { return append(text.append(b, e), '\n') }
	}
	return w, nil
}

// checkFile reports what keeps a file at path from being written.
func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%q is not a regular file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %q", filepath.Dir(path))
	}
	return nil
}

func (w *file) send(_ context.Context, events []journal.Event) (int, error) {
	if err := w.ready(); err != nil {
		return 0, err
	}
	w.buf = w.buf[:0]
	n := 0
	for i := range events { // to the size, at which the file is put aside
		w.buf = w.format(w.buf, &events[i])
		n++
		if w.size+int64(len(w.buf)) >= w.max {
			break
		}
	}
	if err := w.write(); err != nil {
		return 0, err
	}
	if w.size >= w.max {
		return n, w.rotate()
	}
	return n, nil
}

// write appends buf, or takes back what a full disk took of it.
func (w *file) write() error {
	_, err := w.f.Write(w.buf)
	if err == nil && w.sync {
		err = w.f.Sync()
	}
	if err != nil {
		_ = w.f.Truncate(w.size) // where that fails as well, open ends the line
		_ = w.close()            // what went wrong with it is known
		return err
	}
	w.size += int64(len(w.buf))
	return nil
}

// ready makes sure that what is open is what has the name.
func (w *file) ready() error {
	if w.f != nil {
		info, err := os.Stat(w.path)
		if err == nil && os.SameFile(info, w.info) && info.Size() >= w.size {
			w.size = info.Size()
			return nil
		}
		_ = w.close() // it is whole
	}
	return w.open()
}

func (w *file) open() (err error) {
	if err := checkFile(w.path); err != nil { // opening a pipe would wait for a reader
		return err
	}
	f, err := os.OpenFile(w.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		w.f, w.info, w.size = f, info, info.Size()
		err = w.endLine()
	}
	if err != nil {
		w.f = nil
		return errors.Join(err, f.Close())
	}
	return nil
}

// endLine ends a line that was left when power or a disk failed.
func (w *file) endLine() error {
	if w.size == 0 {
		return nil
	}
	var last [1]byte
	if _, err := w.f.ReadAt(last[:], w.size-1); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if last[0] == '\n' {
		return nil
	}
	n, err := w.f.WriteString("\n")
	w.size += int64(n)
	return err
}

// rotate puts the file aside, and deletes the oldest.
func (w *file) rotate() error {
	if err := w.close(); err != nil {
		return err
	}
	aside := func(n int) string {
		if n == 0 {
			return w.path
		}
		return w.path + "." + strconv.Itoa(n)
	}
	if w.keep == 0 {
		return os.Remove(w.path)
	}
	for n := w.keep; n > 0; n-- {
		if err := os.Rename(aside(n-1), aside(n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (w *file) close() error {
	if w.f == nil {
		return nil
	}
	err := w.f.Close()
	w.f = nil
	return err
}
