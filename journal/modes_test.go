package journal

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

const onWindows = runtime.GOOS == "windows"

// looseModes returns the files of the journal at path, and its directory, that
// others than the owner may use.
func looseModes(t *testing.T, path string) []string {
	t.Helper()
	var loose []string
	names, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names, filepath.Dir(path)) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 || info.Mode().Perm()&0o600 != 0o600 {
			loose = append(loose, name+" "+info.Mode().String())
		}
	}
	return loose
}
