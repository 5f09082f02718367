package systemdns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// maxSetting is far more than any of the files that are changed has.
const maxSetting = 64 << 10

// Use has this computer ask server and no other. It needs an administrator. On an
// error whatever was changed is put back, as far as that is possible; when it is
// not, [System.Restore] may try again. where names the kind of setting.
func (s *System) Use(ctx context.Context, server netip.AddrPort) (where string, err error) {
	w, err := s.find(ctx)
	if err != nil {
		return "", err
	}
	if server.Port() != 53 && (w.anyPort == nil || !w.anyPort(s)) {
		return w.name, fmt.Errorf("%s: %w", w.name, ErrPort)
	}
	if s.Changed() {
		return w.name, ErrChanged
	}
	r := record{Way: w.name, Server: server, Time: time.Now().UTC().Truncate(time.Second)}
	if r.Files, err = s.lookFiles(w.files(s, server)); err != nil {
		return w.name, err
	}
	if r.Services, err = w.services(ctx, s); err != nil {
		return w.name, err
	}
	r.Services = slices.DeleteFunc(r.Services, func(s service) bool { return s.off })
	if err := s.remember(r); err != nil {
		return w.name, err
	}
	if err := s.change(ctx, w, r); err != nil {
		_, back := s.Restore(context.WithoutCancel(ctx))
		if reload := (*ReloadError)(nil); errors.As(back, &reload) {
			back = nil // it did not take notice of the change either, and err says so
		}
		return w.name, errors.Join(err, back)
	}
	r.Done = true
	return w.name, s.remember(r)
}

// lookFiles adds what is in each file now.
func (s *System) lookFiles(files []file) ([]file, error) {
	for i := range files {
		before, err := s.read(files[i].Name)
		if err != nil {
			return nil, err
		}
		files[i].Before = before
		files[i].NoFolder = before == nil && !s.has(filepath.ToSlash(filepath.Dir(files[i].Name)))
	}
	return files, nil
}

// read returns what is in a file, or nil when it is not there.
func (s *System) read(name string) (*string, error) {
	info, err := os.Stat(s.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, s.leadsOnward(name)
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxSetting {
		return nil, fmt.Errorf("%q is not a file of at most %d bytes, so sekisho leaves it alone", s.file(name), maxSetting)
	}
	text, err := os.ReadFile(s.file(name))
	if err != nil {
		return nil, err
	}
	before := string(text)
	return &before, nil
}

// leadsOnward returns an error if name, which is not there, is a link into a folder
// that is not there either, so that it cannot be written.
func (s *System) leadsOnward(name string) error {
	to, err := os.Readlink(s.file(name))
	if err != nil {
		return nil
	}
	folder := filepath.Dir(to)
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(filepath.Dir(s.file(name)), folder)
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("%q is a link to %q, which is not there: start what makes that file, or remove the link", s.file(name), to)
}

func (s *System) change(ctx context.Context, w way, r record) error {
	for _, f := range r.Files {
		if err := s.write(f.Name, f.After); err != nil {
			return err
		}
	}
	for _, service := range r.Services {
		if err := w.set(ctx, s, service.Name, []string{r.Server.Addr().String()}); err != nil {
			return err
		}
	}
	if w.reload != nil {
		return w.reload(ctx, s)
	}
	return nil
}

// write writes in place: resolv.conf is a link on many systems and a mount in
// containers, and keeps the rights that it has.
func (s *System) write(name, text string) error {
	path := s.file(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// Restore puts back what was there before [System.Use], with what somebody else added
// since. What leads elsewhere by now, or is not there, is left, and named in left. It needs an
// administrator. Without anything to
// put back the error is [ErrUnchanged]; after another error it may be called again.
func (s *System) Restore(ctx context.Context) (left []string, err error) {
	r, err := s.recall()
	if err != nil {
		return nil, err
	}
	w, err := s.wayOf(r)
	if err != nil {
		return nil, err
	}
	again := false
	for _, f := range r.Files {
		kept, changed, ferr := s.restoreFile(w, r, f)
		if kept {
			left = append(left, s.file(f.Name))
		}
		again = again || changed
		err = errors.Join(err, ferr)
	}
	kept, serr := s.restoreServices(ctx, w, r)
	left = append(left, kept...)
	if err = errors.Join(err, serr); err != nil {
		return left, err
	}
	if err := s.forget(); err != nil || !again || w.reload == nil {
		return left, err
	}
	// All is back on the disk; there is nothing to try again here.
	if err := w.reload(ctx, s); err != nil {
		return left, &ReloadError{Way: w.name, Err: err}
	}
	return left, nil
}

// ReloadError says that a setting was put back and that the program that goes by it
// did not take notice. It does when it is restarted.
type ReloadError struct {
	Way string
	Err error
}

func (e *ReloadError) Error() string {
	return fmt.Sprintf("%s has its setting back and did not take notice: %v", e.Way, e.Err)
}

func (e *ReloadError) Unwrap() error { return e.Err }

// restoreServices puts back what each service asked, unless it asks others by now.
func (s *System) restoreServices(ctx context.Context, w way, r record) (left []string, err error) {
	if len(r.Services) == 0 {
		return nil, nil
	}
	now, err := w.services(ctx, s)
	if err != nil {
		return nil, err
	}
	ours := []string{r.Server.Addr().String()}
	for _, before := range r.Services {
		i := slices.IndexFunc(now, func(n service) bool { return n.Name == before.Name })
		switch {
		case i < 0: // unplugged, or gone for good
			left = append(left, before.Name)
			continue
		case slices.Equal(now[i].Before, before.Before):
			continue // never changed
		case r.Done && !slices.Equal(now[i].Before, ours):
			left = append(left, cmp.Or(now[i].title, before.Name))
			continue
		}
		err = errors.Join(err, w.set(ctx, s, before.Name, before.Before))
	}
	return left, err
}
