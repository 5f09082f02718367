package trust

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"

	"sekisho/private"
)

// readKept fills v from the file at path, of most octets at most. Without one v stays as
// it is.
func readKept(path string, most int64, v any) error {
	data, err := private.Read(path, most)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// writeKept replaces the file at path by v, whole or not at all.
func writeKept(path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return private.Write(filepath.Dir(path), filepath.Base(path), data)
}
