package daemon

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"sekisho/certs"
	"sekisho/config"
)

// maxDeniedFile bounds the list of denied keys: some ten thousand of them.
const maxDeniedFile = 1 << 20

// DeniedKeys returns the file of keys that no site is trusted for, besides the
// built-in ones. It need not exist.
func (d Dir) DeniedKeys() string { return filepath.Join(string(d), "denied-keys.txt") }

// denied returns the built-in list of denied keys and those of the data folder's
// file. What cannot be read of it is noted and left out: a slip in a list must not
// keep people from browsing.
func (m *meaning) denied() *certs.DenyList {
	built := certs.BuiltinDenyList()
	dir, err := DataDir(m.config)
	if err != nil {
		return built
	}
	f, err := os.Open(dir.DeniedKeys())
	if errors.Is(err, fs.ErrNotExist) {
		return built
	}
	if err != nil {
		m.note("%s: %v", dir.DeniedKeys(), err)
		return built
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxDeniedFile+1))
	if err != nil || len(text) > maxDeniedFile {
		m.note("%s: cannot be read, or is larger than %s", dir.DeniedKeys(), config.Size(maxDeniedFile))
		return built
	}
	all, err := built.With(string(text))
	if err != nil {
		for _, problem := range unjoin(err) {
			m.note("%s: %v", dir.DeniedKeys(), problem)
		}
	}
	return all
}

// unjoin takes an error of errors.Join apart.
func unjoin(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}
