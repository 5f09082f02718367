package certs

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/private"
)

func sample(tb testing.TB, exclude ...string) (bundle, []byte) {
	tb.Helper()
	b, err := generate(exclude, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	data, err := b.encode()
	if err != nil {
		tb.Fatal(err)
	}
	return b, data
}

// FuzzParseBundle: no input makes the loader panic; what it takes encodes to what
// it reads again; what it refuses is refused as a FileError that quotes none of the
// key's text.
func FuzzParseBundle(f *testing.F) {
	_, good := sample(f, "amazon.co.jp")
	_, other := sample(f)
	f.Add(good)
	f.Add(other)
	f.Add(bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")))
	f.Add(good[:len(good)/2])
	f.Add(append(bytes.Clone(good), other...))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := parseBundle(bytes.Clone(data))
		if err == nil {
			err = b.verify([]string{"amazon.co.jp"}, time.Now())
		}
		if _, _, cerr := parseCertificates(data); cerr != nil && err == nil {
			t.Fatalf("parseCertificates refuses what parseBundle takes: %v", cerr)
		}
		if err != nil {
			if _, ok := errors.AsType[*FileError](err); !ok {
				t.Fatalf("error is %T: %v", err, err)
			}
			for line := range strings.Lines(string(data)) {
				if line = strings.TrimSpace(line); len(line) >= 40 && isBase64(line) && strings.Contains(err.Error(), line) {
					t.Fatalf("error quotes %q", line)
				}
			}
			return
		}
		again, err := b.encode()
		if err != nil {
			t.Fatal(err)
		}
		c, err := parseBundle(again)
		if err != nil || !c.root.Equal(b.root) || !c.issuer.Equal(b.issuer) || !c.key.Equal(b.key) {
			t.Fatalf("read again: %v", err)
		}
	})
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}

// TestCA06RootKeyIsWiped sees that wipe reaches the scalar itself.
func TestCA06RootKeyIsWiped(t *testing.T) {
	t.Parallel()
	b, _ := sample(t)
	//lint:ignore SA1019 there is no other way to reach the words.
	words := b.key.D.Bits()
	wipe(b.key)
	for _, w := range words {
		if w != 0 {
			t.Fatal("a word of the key is left")
		}
	}
}

// TestUncriticalConstraintsAreRefused: a verifier may ignore them.
func TestUncriticalConstraintsAreRefused(t *testing.T) {
	t.Parallel()
	b, _ := sample(t, "amazon.co.jp")
	if err := b.verify([]string{"amazon.co.jp"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	issuer := *b.issuer
	issuer.PermittedDNSDomainsCritical = false
	b.issuer = &issuer
	if err := b.verify([]string{"amazon.co.jp"}, time.Now()); err == nil {
		t.Error("constraints that are not critical were taken")
	}
}

// TestLockIsHeldOnce: the second wait ends, with a way out, and the lock can be had
// again once it was given back.
func TestLockIsHeldOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(path, private.LockWait)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(path, 0); !errors.Is(err, private.ErrLocked) || !strings.Contains(err.Error(), "end the other sekisho") {
		t.Errorf("second lock = %v; want private.ErrLocked", err)
	}
	unlock()
	if unlock, err = lock(path, 0); err != nil {
		t.Fatalf("lock after unlock = %v", err)
	}
	unlock()
}

// TestWriteFailureLeavesNothing writes to a folder that is not there, and over a
// folder that stands in the way.
func TestWriteFailureLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		writeFile(filepath.Join(dir, "absent"), "x", []byte("secret")),
		writeFile(dir, "taken", []byte("secret")),
	} {
		if fe, ok := errors.AsType[*FileError](err); !ok || fe.Remedy == "" {
			t.Errorf("writeFile = %v; want a FileError", err)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
