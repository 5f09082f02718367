package staff

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sekisho/private"
)

// written returns a file with a user and a token of each role.
func written(t testing.TB) []byte {
	t.Helper()
	dir := t.TempDir() + "/console"
	s := opened(t, dir)
	for _, r := range []Role{Viewer, Reviewer, Owner} {
		added(t, s, "user-"+r.String(), r, secret)
		if _, err := s.AddToken("token-"+r.String(), r, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	good := string(written(t))
	if _, err := parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"nothing":            "",
		"another version":    strings.Replace(good, `"version": 1`, `"version": 2`, 1),
		"unknown key":        strings.Replace(good, `"version"`, `"admin": true, "version"`, 1),
		"two objects":        good + "{}",
		"no UTF-8":           strings.Replace(good, "user-owner", "user-\xff", 1),
		"unknown role":       strings.Replace(good, `"owner"`, `"root"`, 1),
		"no role":            strings.Replace(good, `"owner"`, `""`, 1),
		"a role of a number": strings.Replace(good, `"owner"`, `3`, 1),
		"a name twice":       strings.Replace(good, "user-owner", "user-viewer", 1),
		"capitals":           strings.Replace(good, "user-owner", "User-owner", 1),
		"out of order":       strings.Replace(good, "user-owner", "zz", 1),
		"expensive":          strings.Replace(good, `"time": 1`, `"time": 9`, 1),
		"all memory":         strings.Replace(good, `"memory": 8`, `"memory": 4294967295`, 1),
		"no passes":          strings.Replace(good, `"time": 1`, `"time": 0`, 1),
		"empty salt":         strings.Replace(good, `"salt": "`, `"salt": "", "was": "`, 1),
		"short hash":         strings.Replace(good, `"sha256": "`, `"sha256": "AAAA`, 1),
		"a hash twice":       sameHash(good),
		"large":              good + strings.Repeat(" ", maxFile),
	} {
		if bad == good {
			t.Errorf("%s: the file was not changed", name)
		}
		if _, err := parse([]byte(bad)); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "user-") {
			t.Errorf("%s: %v quotes the file", name, err)
		}
	}
}

// sameHash gives all tokens the hash of the first.
func sameHash(text string) string {
	hash := regexp.MustCompile(`"sha256": "[^"]*"`)
	return hash.ReplaceAllString(text, hash.FindString(text))
}

// Whatever a file holds, what is accepted is bounded and unambiguous, and survives
// being written again.
func FuzzParse(f *testing.F) {
	f.Add(written(f))
	f.Add([]byte(`{"version":1,"users":null}`))
	f.Add([]byte(`{"version":1,"users":[],"tokens":[{"name":"a","role":"owner","added":"2026-01-01T00:00:00Z","sha256":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parse(data)
		if err != nil {
			return
		}
		s := newSet(c, private.Stamp{})
		if len(s.users) != len(c.Users) || len(s.tokens) != len(c.Tokens) || len(c.Users) > maxUsers || len(c.Tokens) > maxTokens {
			t.Fatalf("%d users and %d tokens of %d and %d", len(s.users), len(s.tokens), len(c.Users), len(c.Tokens))
		}
		for i := range c.Users {
			if at, ok := c.findUser(c.Users[i].Name); !ok || at != i || c.Users[i].Role == None {
				t.Errorf("users[%d] is not found by its name, or has no role", i)
			}
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if len(again) <= maxFile {
			if _, err := parse(again); err != nil {
				t.Errorf("written again: %v", err)
			}
		}
	})
}

// A name that is accepted is its own form, short, and fit for a terminal.
func FuzzName(f *testing.F) {
	for _, s := range []string{"mika", "ＭＩＫＡ", "田中", "a b", "\u202eabc", "ß", "ǅ", "İ", "e\u0301", "\xff", strings.Repeat("é", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Name(s)
		if err != nil {
			return
		}
		if again, err := Name(n); err != nil || again != n {
			t.Errorf("Name(%q) = %q, whose name is %q, %v", s, n, again, err)
		}
		if len(n) > maxName || !utf8.ValidString(n) || strings.ContainsFunc(n, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			t.Errorf("Name(%q) = %q", s, n)
		}
	})
}

// A password that is accepted is prepared alike every time, without touching it.
func FuzzPrepare(f *testing.F) {
	for _, s := range []string{secret, "カ\u3099ラスの靴を8足", "a\u00a0b\u3000cdefgh", "\xff\xff\xff\xff\xff\xff\xff\xff", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		before := bytes.Clone(p)
		one, err := prepare(p)
		if !bytes.Equal(p, before) {
			t.Fatal("the password was changed")
		}
		if err != nil {
			return
		}
		clear(one)
		if !bytes.Equal(p, before) {
			t.Fatal("what was prepared shares the password's memory")
		}
		if len(p) > maxPassword || utf8.RuneCount(p) < minPassword {
			t.Errorf("%d octets were accepted", len(p))
		}
	})
}

func BenchmarkSignIn(b *testing.B) {
	s, err := Open(b.TempDir()+"/console", Options{})
	if err != nil {
		b.Fatal(err)
	}
	added(b, s, "mika", Owner, secret)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.SignIn(b.Context(), "mika", []byte(secret)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBearer(b *testing.B) {
	s := opened(b, b.TempDir()+"/console")
	token, err := s.AddToken("bot", Viewer, time.Time{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := s.Bearer(token); !ok {
			b.Fatal("refused")
		}
	}
}
