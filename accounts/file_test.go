package accounts

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/private"
)

// Two stores on one folder are what two processes have.
func TestChangesOfAnotherProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir() + "/accounts"
		running, command := opened(t, dir), opened(t, dir)
		if !running.Empty() {
			t.Fatal("a new folder is not empty")
		}
		add(t, command, sellerID, "shop", secret)
		time.Sleep(lookEvery)
		if m := check(t, running, octets(sellerID), octets(secret)); !m.Password {
			t.Error("an account that was added is not seen")
		}
		add(t, command, sellerID, "store", other)
		if m := check(t, running, nil, octets(other)); m.Password {
			t.Error("the file is looked at with each use")
		}
		time.Sleep(lookEvery)
		if m := check(t, running, nil, octets(other)); m.Label != "store" {
			t.Errorf("after rotation: %+v", m)
		}
		// What is damaged is not taken up, and said.
		path := filepath.Join(dir, accountsFile)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, path, []byte("{"))
		time.Sleep(lookEvery)
		if _, ok := running.Knows([]byte(sellerID)); !ok || running.Problem() == nil {
			t.Errorf("with a damaged file: known %v, problem %v", ok, running.Problem())
		}
		overwrite(t, path, good)
		time.Sleep(lookEvery)
		if running.Empty() || running.Problem() != nil {
			t.Errorf("mended: problem %v", running.Problem())
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		time.Sleep(lookEvery)
		if !running.Empty() {
			t.Error("a file that was deleted protects")
		}
	})
}

func overwrite(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := private.Write(filepath.Dir(path), filepath.Base(path), data); err != nil {
		t.Fatal(err)
	}
}

func TestFilesAreForTheirOwner(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has access lists where others have modes")
	}
	dir := t.TempDir() + "/accounts"
	add(t, opened(t, dir), sellerID, "", secret)
	for name, want := range map[string]fs.FileMode{"": 0o700, accountsFile: 0o600, keyFile: 0o600, lockFile: 0o600} {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%q has mode %#o; want %#o", name, got, want)
		}
		if name == lockFile || name == "" {
			continue
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, cheap); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("%q that a group can read: %v", name, err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, dir).Add("a@b.example", "", []byte(other)); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("a folder that others can enter: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(dir string) error{
		"no key":     func(dir string) error { return os.Remove(filepath.Join(dir, keyFile)) },
		"short key":  func(dir string) error { return os.WriteFile(filepath.Join(dir, keyFile), []byte("abcd\n"), 0o600) },
		"huge key":   func(dir string) error { return os.WriteFile(filepath.Join(dir, keyFile), make([]byte, 1<<20), 0o600) },
		"empty file": func(dir string) error { return os.WriteFile(filepath.Join(dir, accountsFile), nil, 0o600) },
		"huge file": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, accountsFile), make([]byte, 1<<20), 0o600)
		},
		"a link":       func(dir string) error { return relink(filepath.Join(dir, accountsFile)) },
		"a folder":     func(dir string) error { return refolder(filepath.Join(dir, accountsFile)) },
		"a key's link": func(dir string) error { return relink(filepath.Join(dir, keyFile)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir() + "/accounts"
			add(t, opened(t, dir), sellerID, "", secret)
			if err := spoil(dir); err != nil {
				t.Fatal(err)
			}
			_, err := Open(dir, cheap)
			if err == nil || !strings.Contains(err.Error(), dir) {
				t.Errorf("error %v; want one that names the file", err)
			}
		})
	}
}

func relink(path string) error {
	return errors.Join(os.Rename(path, path+".1"), os.Symlink(path+".1", path))
}

func refolder(path string) error {
	return errors.Join(os.Remove(path), os.Mkdir(path, 0o700))
}

// TestCanary looks for passwords in all that is written and said.
func TestCanary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/accounts"
	s := opened(t, dir)
	passwords := []string{secret, other, "パスワード/+&=?", "ninth-canary 9%"}
	var said strings.Builder
	for i, p := range passwords {
		add(t, s, sellerID, "shop", p)
		add(t, s, fmt.Sprintf("second-%d@shop.example", i), "", p)
		_, err := s.Check(t.Context(), Asker{}, octets(sellerID), octets(p, p+"654321", "x"+p))
		fmt.Fprintf(&said, "%v %+v\n", err, s.List())
		for _, bad := range []string{p + "\n" + p, strings.Repeat(p, 40)} {
			fmt.Fprintln(&said, s.Add(sellerID, "", []byte(bad)), s.Add(p, "", []byte(p)), s.Add(sellerID, p+"\x00", []byte(p)), s.Remove(p))
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("files %q, %v; want three", files, err)
	}
	written := []byte(said.String())
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, b...)
	}
	for _, p := range passwords {
		for _, form := range forms(p) {
			if bytes.Contains(written, []byte(form)) {
				t.Errorf("%q is in what was written or said", form)
			}
		}
	}
}

// forms are the ways in which p might be written by accident.
func forms(p string) []string {
	b := []byte(p)
	return []string{
		p, url.QueryEscape(p), url.PathEscape(p), hex.EncodeToString(b), strings.Trim(fmt.Sprintf("%q", p), `"`),
		base64.StdEncoding.EncodeToString(b), base64.RawURLEncoding.EncodeToString(b), fmt.Sprint(b),
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/accounts"
	s := opened(t, dir)
	add(t, s, sellerID, "shop", secret)
	add(t, s, sellerID, "shop", other)
	good, err := os.ReadFile(filepath.Join(dir, accountsFile))
	if err != nil {
		t.Fatal(err)
	}
	f, err := parse(good)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.current().file.Accounts[0].Old, f.Accounts[0].Old); diff != "" {
		t.Error(diff)
	}
	for name, edit := range map[string][2]string{
		"version":       {`"version": 1`, `"version": 2`},
		"unknown field": {`"version": 1`, `"version": 1, "x": 1`},
		"place":         {`"key": "file"`, `"key": "pocket"`},
		"store":         {`"store": "`, `"store": "x`},
		"memory":        {`"memory": 8`, `"memory": 4294967295`},
		"no memory":     {`"memory": 8`, `"memory": 0`},
		"time":          {`"time": 1`, `"time": 1000`},
		"salt":          {`"salt": "`, `"salt": "AAAA`},
		"tag":           {`"tag": "`, `"tag": "AAAA`},
		"ID":            {sellerID, "seller"},
		"blank in ID":   {`"` + sellerID, `" ` + sellerID},
		"label":         {`"label": "shop"`, `"label": "sh\u202eop"`},
		"trailing":      {"\n", "\n{}"},
	} {
		bad := strings.Replace(string(good), edit[0], edit[1], 1)
		if name == "trailing" {
			bad = string(good) + edit[1]
		}
		if bad == string(good) {
			t.Errorf("%s: nothing was spoilt", name)
		}
		if _, err := parse([]byte(bad)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Whatever a file holds, what is accepted is bounded and unambiguous.
func FuzzParse(f *testing.F) {
	dir := f.TempDir() + "/accounts"
	s := opened(f, dir)
	add(f, s, sellerID, "shop", secret)
	add(f, s, phoneID, "", other)
	good, err := os.ReadFile(filepath.Join(dir, accountsFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"version":1,"store":"00000000000000000000000000000000","key":"file","accounts":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parse(data)
		if err != nil {
			return
		}
		set := newSet(c, private.Stamp{}, nil)
		if len(set.byID) != len(c.Accounts) || len(c.Accounts) > maxAccounts {
			t.Fatalf("%d accounts, %d IDs", len(c.Accounts), len(set.byID))
		}
		for i, a := range c.Accounts {
			if c.index(a.Label) != i && c.index(a.ID) != i {
				t.Errorf("accounts[%d] answers neither to its label nor to its ID", i)
			}
		}
	})
}
