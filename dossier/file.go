package dossier

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"
)

// load fills the book from the file at path, and moves a damaged one aside to
// path with ".damaged" behind it.
func (b *Book) load(path string) error {
	if info, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("folder of the dossiers: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("folder of the dossiers: %q is none", filepath.Dir(path))
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var taken, left int
	if err == nil {
		taken, left, err = b.fill(f)
		err = errors.Join(err, f.Close())
	}
	if err == nil && left == 0 {
		return nil
	}
	aside := path + ".damaged"
	b.log.Error("the file of dossiers is damaged; what could be read of it counts, and it was moved aside",
		zap.String("file", path), zap.String("aside", aside), zap.Int("taken", taken), zap.Int("left_out", left), zap.Error(err))
	if err := os.Rename(path, aside); err != nil {
		b.log.Error("the damaged file of dossiers could not be moved aside, and will be written over", zap.Error(err))
	}
	return nil
}

// fill takes the lines of r into the book, and counts those taken and those
// left out. The error says why reading ended early.
func (b *Book) fill(r io.Reader) (taken, left int, err error) {
	now := time.Now()
	lines := bufio.NewScanner(io.LimitReader(r, maxFile))
	lines.Buffer(nil, maxLine)
	if !lines.Scan() {
		return 0, 0, errors.Join(errors.New("no first line"), lines.Err())
	}
	if err := parseHeader(lines.Bytes()); err != nil {
		return 0, 0, fmt.Errorf("first line: %w", err)
	}
	for lines.Scan() {
		r, err := parseRecord(lines.Bytes(), now)
		if err != nil || !b.restore(r) {
			left++
			continue
		}
		taken++
	}
	return taken, left, lines.Err()
}

// restore makes a dossier of r, and reports whether there was none of its site.
func (b *Book) restore(r record) bool {
	s := b.shelfOf(r.Site)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.look(r.Site) != nil {
		return false
	}
	d := s.take(r.Site)
	d.restore(r)
	s.sort(d)
	b.clients.restore(r)
	return true
}

// save writes the file anew: another one, with mode 0600, in its place.
func (b *Book) save(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new") // mode 0600
	if err != nil {
		return err
	}
	err = b.writeTo(f)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// writeTo writes the lines, those of the sites longest away first, so that
// reading them back gives the same order.
func (b *Book) writeTo(w io.Writer) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	if err := lines.Encode(thisFormat); err != nil {
		return err
	}
	now := time.Now()
	for i := range b.shelves {
		// Copied under the lock, written without: the disk may be slow.
		for _, r := range b.shelves[i].records(now) {
			if err := lines.Encode(r); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// records returns what is to be kept of a shelf.
func (s *shelf) records(now time.Time) (all []record) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := range s.places {
		for at := s.places[i].Back(); at != nil; at = at.Prev() {
			if r, ok := at.Value.(*sheet).record(now); ok {
				all = append(all, r)
			}
		}
	}
	return all
}
