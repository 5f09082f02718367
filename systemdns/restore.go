package systemdns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// restoreFile puts a file back. It reports whether it was left because it leads
// elsewhere by now, and whether it was changed. One that its kind of setting does not
// write is refused.
func (s *System) restoreFile(w way, r record, f file) (left, changed bool, err error) {
	if !slices.ContainsFunc(w.files(s, r.Server), func(known file) bool { return known.Name == f.Name }) {
		return false, false, fmt.Errorf("the record names %q, which sekisho does not write", f.Name)
	}
	now, err := s.read(f.Name)
	switch {
	case err != nil:
		return false, false, err
	case now == nil: // never made, or somebody took it away
		return f.Before != nil, false, nil
	case f.Before != nil && *now == *f.Before:
		return false, false, nil
	case f.halfMade(*now) && f.Before != nil:
		return false, true, s.write(f.Name, *f.Before)
	case f.halfMade(*now):
		return false, true, s.remove(f)
	case !strings.Contains(*now, r.Server.Addr().String()):
		return true, false, nil
	}
	back := f.without(*now)
	if strings.TrimSpace(back) == "" && f.Before == nil {
		return false, true, s.remove(f)
	}
	return false, true, s.write(f.Name, back)
}

// halfMade reports whether now is what was written, or as much of it, or of what is
// put back, as was written when the power failed.
func (f *file) halfMade(now string) bool {
	return strings.HasPrefix(f.After, now) || f.Before != nil && strings.HasPrefix(*f.Before, now)
}

// without is what was there before with the lines that somebody else added to what
// was written.
func (f *file) without(now string) string {
	ours := map[string]bool{}
	for line := range strings.Lines(f.After) {
		// A section's head stays: what was added may need it.
		ours[strings.TrimSpace(line)] = !strings.HasPrefix(line, "[")
	}
	back := ""
	if f.Before != nil {
		back = *f.Before
	}
	for line := range strings.Lines(now) {
		if text := strings.TrimSpace(line); text == "" || ours[text] {
			continue
		}
		if back != "" && !strings.HasSuffix(back, "\n") {
			back += "\n"
		}
		back += line
	}
	if f.Before == nil && onlyHeads(back) {
		return ""
	}
	return back
}

// onlyHeads reports whether text has no line but the heads of sections.
func onlyHeads(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "[") {
			return false
		}
	}
	return true
}

// remove takes away a file that was not there, where a link leads, and its folder if
// that was not there either.
func (s *System) remove(f file) error {
	path, err := filepath.EvalSymlinks(s.file(f.Name))
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if f.NoFolder {
		_ = os.Remove(filepath.Dir(s.file(f.Name))) // fails when something else is in it by now
	}
	return nil
}
