package certs_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/certs"
)

func TestCA07Rotate(t *testing.T) {
	t.Parallel()
	first, dir := fresh(t)
	oldLeaf := leaf(t, first, "shop.example").Leaf
	o := certs.Options{Excluded: excluded, Now: func() time.Time { return time.Now().Add(time.Hour) }}
	second, err := certs.Rotate(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	third, err := certs.Rotate(dir, certs.Options{Excluded: excluded, Now: func() time.Time { return time.Now().Add(2 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	reopened := open(t, dir, certs.Options{Excluded: excluded})
	for _, a := range []*certs.Authority{third, reopened} {
		got := a.Retired()
		if len(got) != 2 || !got[0].Equal(first.Root()) || !got[1].Equal(second.Root()) {
			t.Fatalf("Retired = %d roots; want the first and the second, in order", len(got))
		}
		if a.Root().Equal(first.Root()) || a.Root().Equal(second.Root()) || !a.Root().Equal(third.Root()) {
			t.Error("Root is not the third")
		}
		for what, old := range map[string]*certs.Authority{"first": first, "second": second} {
			if !a.Owns(old.Root()) || !a.Owns(old.Issuer()) {
				t.Errorf("CV-09: certificates of the %s authority are not known as ours", what)
			}
		}
		if !a.Owns(oldLeaf) {
			t.Error("CV-09: a leaf of the first authority is not known as ours")
		}
	}
	read, err := certs.Read(dir)
	if err != nil || len(read.Retired) != 2 || !read.Root.Equal(third.Root()) {
		t.Errorf("Read = %d retired, %v", len(read.Retired), err)
	}
}

// TestRotateKeepsNoKey sees that of the old authority only certificates are left.
func TestRotateKeepsNoKey(t *testing.T) {
	t.Parallel()
	_, dir := fresh(t)
	if _, err := certs.Rotate(dir, certs.Options{Excluded: excluded}); err != nil {
		t.Fatal(err)
	}
	old, err := filepath.Glob(filepath.Join(dir, "retired", "*"))
	if err != nil || len(old) != 1 {
		t.Fatalf("retired holds %v, %v; want one file", old, err)
	}
	data, err := os.ReadFile(old[0])
	if err != nil || strings.Contains(string(data), "PRIVATE") || strings.Count(string(data), "BEGIN CERTIFICATE") != 2 {
		t.Errorf("retired file, %v:\n%s", err, data)
	}
}

func TestRotateWithoutAuthority(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "ca")
	a, err := certs.Rotate(dir, certs.Options{Excluded: excluded})
	if err != nil || len(a.Retired()) != 0 {
		t.Fatalf("Rotate = %d retired, %v; want none, nil", len(a.Retired()), err)
	}
}

// TestInterruptedRotation stands for a crash after the old certificates were kept
// and before the new file was put in place: the old authority goes on.
func TestInterruptedRotation(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	path := filepath.Join(dir, file)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := certs.Rotate(dir, certs.Options{Excluded: excluded}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	orphan := path + ".123.tmp"
	if err := os.WriteFile(orphan, before[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, dir, certs.Options{Excluded: excluded})
	if !b.Root().Equal(a.Root()) || len(b.Retired()) != 0 {
		t.Errorf("opened another root, or %d retired; want the old authority, none", len(b.Retired()))
	}
	if got, err := certs.Read(dir); err != nil || len(got.Retired) != 0 {
		t.Errorf("Read = %d retired, %v; want none", len(got.Retired), err)
	}
	if _, err := certs.Rotate(dir, certs.Options{Excluded: excluded}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(orphan); err == nil {
		t.Error("half a file with a key was left behind")
	}
}

// TestForeignRootIsNotRetired keeps a certificate that sekisho did not make from
// becoming one of "ours", which origins would then be refused for.
func TestForeignRootIsNotRetired(t *testing.T) {
	t.Parallel()
	_, dir := fresh(t)
	path := filepath.Join(dir, file)
	foreign := renamed(t, dir)
	if err := os.WriteFile(path, pemOf(foreign), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := certs.Rotate(dir, certs.Options{Excluded: excluded})
	if err != nil || len(a.Retired()) != 0 || a.Owns(foreign) {
		t.Errorf("Rotate = %v, %d retired; want none", err, len(a.Retired()))
	}
}

func TestDamagedRetired(t *testing.T) {
	t.Parallel()
	a, dir := fresh(t)
	folder := filepath.Join(dir, "retired")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	good := pemOf(a.Root())
	tests := map[string][]byte{
		"empty":      nil,
		"not PEM":    []byte("x"),
		"cut":        good[:100],
		"foreign":    pemOf(renamed(t, dir)),
		"a leaf":     pemOf(leaf(t, a, "shop.example").Leaf),
		"too many":   append(append(append([]byte{}, good...), good...), good...),
		"with a key": append(append([]byte{}, good...), joined(blocks(t, dir)[2])...),
		"huge":       make([]byte, 1<<20),
	}
	path := filepath.Join(folder, "old.crt")
	for name, data := range tests {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := certs.Open(dir, certs.Options{Excluded: excluded})
		wantFileError(t, err, path, "", "remove the file")
		_, err = certs.Read(dir)
		wantFileError(t, err, path, "", "remove the file")
		if _, err = certs.Rotate(dir, certs.Options{Excluded: excluded}); err == nil {
			t.Errorf("%s: Rotate made an authority that cannot be opened", name)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	open(t, dir, certs.Options{Excluded: excluded})
}

// TestLostAuthority: with the file gone, a new one is made and the old roots stay known.
func TestLostAuthority(t *testing.T) {
	t.Parallel()
	first, dir := fresh(t)
	if _, err := certs.Rotate(dir, certs.Options{Excluded: excluded}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, file)); err != nil {
		t.Fatal(err)
	}
	read, err := certs.Read(dir)
	if !errors.Is(err, certs.ErrNoAuthority) || len(read.Retired) != 1 {
		t.Errorf("Read = %d retired, %v; want one, ErrNoAuthority", len(read.Retired), err)
	}
	a, created, err := certs.Open(dir, certs.Options{Excluded: excluded})
	if err != nil || !created || len(a.Retired()) != 1 || !a.Owns(first.Root()) {
		t.Errorf("Open = created %v, %v; want a new authority that knows the first", created, err)
	}
}
