package systemdns

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sekisho/private"
)

// record is what was there, and what was put in its place.
type record struct {
	Way    string         `json:"way"`
	Server netip.AddrPort `json:"server"`
	Time   time.Time      `json:"time"`
	// Done says that every change was made; until then any may be half made.
	Done     bool      `json:"done"`
	Files    []file    `json:"files,omitempty"`
	Services []service `json:"services,omitempty"`
}

// file is a file that is changed. Before is nil if it was not there.
type file struct {
	Name   string  `json:"name"`
	Before *string `json:"before"`
	After  string  `json:"after"`
	// NoFolder says that its folder was not there either.
	NoFolder bool `json:"no_folder,omitempty"`
}

// service is a network service or an adapter. No servers means those that the
// network says.
type service struct {
	Name   string   `json:"name"`
	Before []string `json:"before"`

	title string // for people; "" for Name
	// off says that it is switched off: it is not changed, and put back all the same
	// if it was on when it was.
	off bool
}

const (
	recordName = "system-dns.json"
	maxRecord  = 1 << 20
)

// folder is where the record is: writable by the administrator alone.
func (s *System) folder() string {
	switch s.goos {
	case "darwin":
		return s.file("/Library/Application Support/sekisho")
	case "windows":
		return filepath.Join(os.Getenv("ProgramData"), "sekisho")
	}
	return s.file("/var/lib/sekisho")
}

// Changed reports whether [System.Use] changed the setting and [System.Restore]
// did not put it back yet. Everybody may ask.
func (s *System) Changed() bool {
	_, err := os.Lstat(filepath.Join(s.folder(), recordName))
	return err == nil
}

// recall reads the record. A file that another user could have written is refused:
// it says what an administrator is to write where.
func (s *System) recall() (record, error) {
	path := filepath.Join(s.folder(), recordName)
	text, err := private.Read(path, maxRecord)
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, ErrUnchanged
	}
	if err != nil {
		return record{}, fmt.Errorf("read what the setting was: %w", err)
	}
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return record{}, fmt.Errorf("read what the setting was from %q: %w", path, err)
	}
	return r, nil
}

func (s *System) remember(r record) error {
	dir := s.folder()
	if err := os.MkdirAll(dir, 0o755); err != nil { // everybody may see that there is a record
		return fmt.Errorf("keep what the setting was: %w", err)
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = private.Write(dir, recordName, text)
	}
	if err != nil {
		return fmt.Errorf("keep what the setting was: %w", err)
	}
	return nil
}

// forget removes the record, and the folder when nothing else is in it.
func (s *System) forget() error {
	if err := os.Remove(filepath.Join(s.folder(), recordName)); err != nil {
		return fmt.Errorf("forget what the setting was: %w", err)
	}
	_ = os.Remove(s.folder()) // fails when something else is in it
	return nil
}

// wayOf returns the kind of setting that r is of.
func (s *System) wayOf(r record) (way, error) {
	i := slices.IndexFunc(ways, func(w way) bool { return w.name == r.Way && w.goos == s.goos })
	if i < 0 {
		return way{}, fmt.Errorf("the record is of %q, which this system does not have", r.Way)
	}
	return ways[i], nil
}
