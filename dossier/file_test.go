package dossier

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// openAt returns a book kept at path, and what it logs.
func openAt(t *testing.T, path string) (office, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zap.InfoLevel)
	b, err := Open(Options{Path: path, Log: zap.New(core)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return office{t, b}, logs
}

func TestRestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dossier.json")
	o, _ := openAt(t, path)
	o.visit("seen.example")
	seen := o.submit("seen.example", anySignIn, none).FirstSeen
	o.page("copy.example", copied)
	o.page("relay.example", relayed)
	o.submit("fields.example", ownSignIn, none)
	o.Passed(name(t, "passed.example"))
	o.submit("reuse.example", anySignIn, passOnly)
	o.Accepted(name(t, "reuse.example"), ProtectedPassword)
	o.page("pardoned.example", copied)
	o.pardon("pardoned.example")
	for i := range uint64(guessMany) {
		o.submit("guess.example", anySignIn, o.other(i+1))
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatalf("closed twice: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %o; want 600", info.Mode().Perm())
	}

	o, logs := openAt(t, path)
	if logs.Len() != 0 {
		t.Errorf("reading its own file, the book logs %v", logs.All())
	}
	for _, test := range []struct {
		name string
		got  Judgement
		want string
	}{
		{"copy", o.navigate("copy.example"), "hold red sign-in-copy"},
		{"relay", o.navigate("relay.example"), "hold red sign-in-relay"},
		{"fields", o.navigate("fields.example"), "hold red sign-in-copy"},
		{"guess", o.navigate("guess.example"), "hold red guess-oracle"},
		{"passed", o.submit("passed.example", anySignIn, none), "pass"},
		{"reuse", o.submit("reuse.example", anySignIn, passOnly), "pass"},
		{"pardoned, of which the file says nothing", o.navigate("pardoned.example"), "hold red sign-in-copy"},
		{"seen", o.submit("seen.example", anySignIn, none), "ask amber unfamiliar-sign-in"},
	} {
		if got := verdict(test.got); got != test.want {
			t.Errorf("%s, after a restart: %q; want %q", test.name, got, test.want)
		}
	}
	if got := o.submit("seen.example", anySignIn, none).FirstSeen; !got.Equal(seen.Truncate(time.Second)) {
		t.Errorf("first seen %v; want %v", got, seen)
	}
	if j := o.navigate("copy.example"); strings.Join(j.Signs, " ") != strings.Join(copied.Signs, " ") {
		t.Errorf("signs after a restart: %q; want %q", j.Signs, copied.Signs)
	}
}

// TestNothingPrivate looks for what must not be in the file.
func TestNothingPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dossier.json")
	o, _ := openAt(t, path)
	a := young()
	a.Referer, a.SecFetchSite = "https://mail.google.com/canary-path?canary-query", "cross-site"
	o.visitAs("x.example", a)
	r := copied
	r.Signs = append([]string{"canary sign of no table", "Canary-Upper"}, copied.Signs...)
	r.Purposes = map[string]string{"canary-field": "current-password"}
	o.page("x.example", r)
	f := anySignIn
	f.Fields = []string{"canary-field"}
	m := both
	m.Label = "canary-label"
	o.submit("x.example", f, m)
	o.submit("x.example", anyID, m)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"anary", "mail.google.com", pc1.String(), "password"} {
		if bytes.Contains(text, []byte(private)) {
			t.Errorf("%q is in the file:\n%s", private, text)
		}
	}
	if !bytes.Contains(text, []byte(`"site":"x.example"`)) || !bytes.Contains(text, []byte(copied.Signs[0])) {
		t.Errorf("the file does not tell of the site:\n%s", text)
	}
}

func TestDamagedFile(t *testing.T) {
	t.Parallel()
	const first = `{"format":"sekisho-dossier","version":1}` + "\n"
	const good = `{"site":"copy.example","first":"2025-01-02T03:04:05Z","passed":"2025-01-02T03:04:05Z"}` + "\n"
	for _, test := range []struct {
		name, text string
		kept       bool // whether the good line counts
	}{
		{"empty", "", false},
		{"other format", `{"format":"other","version":1}` + "\n" + good, false},
		{"later version", `{"format":"sekisho-dossier","version":2}` + "\n" + good, false},
		{"cut off", first + good + `{"site":"b.exam`, true},
		{"binary", first + good + "\x00\xff\xfe\n", true},
		{"bad line before", first + "nonsense\n" + good, true},
		{"unknown key", first + good + `{"site":"b.example","path":"/x"}` + "\n", true},
		{"two values", first + good + `{"site":"b.example"}{"site":"c.example"}` + "\n", true},
		{"no site", first + good + `{"site":"login.b.example"}` + "\n", true},
		{"Amazon", first + good + `{"site":"amazon.co.jp","away":"2025-01-02T03:04:05Z","how":"sign-in-copy"}` + "\n", true},
		{"twice", first + good + good, true},
		{"future", first + good + `{"site":"b.example","away":"2999-01-02T03:04:05Z","how":"sign-in-copy"}` + "\n", true},
		{"unknown technique", first + good + `{"site":"b.example","away":"2025-01-02T03:04:05Z","how":"<b>"}` + "\n", true},
		{"sign that is none", first + good + `{"site":"b.example","signs":["<script>"]}` + "\n", true},
		{"long line", first + good + `{"site":"` + strings.Repeat("a", 2*maxLine) + `"}` + "\n", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "dossier.json")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			o, logs := openAt(t, path)
			if logs.FilterLevelExact(zap.ErrorLevel).Len() != 1 {
				t.Errorf("logged %v; want one error", logs.All())
			}
			if aside, err := os.ReadFile(path + ".damaged"); err != nil || string(aside) != test.text {
				t.Errorf("moved aside: %q, %v", aside, err)
			}
			if _, err := os.Stat(path); !os.IsNotExist(err) {
				t.Errorf("the damaged file is still there: %v", err)
			}
			want := "ask amber unfamiliar-sign-in"
			if test.kept {
				want = "pass"
			}
			if got := verdict(o.submit("copy.example", anySignIn, none)); got != want {
				t.Errorf("after the damage: %q; want %q", got, want)
			}
			if got := verdict(o.submit("b.example", anySignIn, none)); got != "ask amber unfamiliar-sign-in" {
				t.Errorf("the bad line counts: %q", got)
			}
		})
	}
}

func TestOpenNeedsAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Open(Options{Path: filepath.Join(dir, "none", "dossier.json")}); err == nil {
		t.Error("opened in a folder that is not there")
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Path: filepath.Join(file, "dossier.json")}); err == nil {
		t.Error("opened in a file")
	}
}

// FuzzFile: whatever the file holds, reading ends, and what was taken is
// written and read back as the same.
func FuzzFile(f *testing.F) {
	const first = `{"format":"sekisho-dossier","version":1}` + "\n"
	f.Add([]byte(first + `{"site":"a.example","away":"2025-01-02T03:04:05Z","how":"sign-in-copy","signs":["ap-email"]}` + "\n"))
	f.Add([]byte(first + `{"site":"1.2.3.4","passed":"2025-01-02T03:04:05.5+09:00"}` + "\n{}\n"))
	f.Add([]byte(first + `{"site":"amazon.co.jp"}`))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		one := open(t)
		taken, _, err := one.fill(bytes.NewReader(data))
		if err != nil && taken > 0 && !strings.Contains(err.Error(), "too long") {
			t.Fatalf("took %d lines and then: %v", taken, err)
		}
		if j := one.Navigate(name(t, "www.amazon.co.jp"), pc1); j.Do != Pass {
			t.Fatalf("a file makes Amazon %+v", j)
		}
		var a, b bytes.Buffer
		if err := one.writeTo(&a); err != nil {
			t.Fatal(err)
		}
		two := open(t)
		two.seed = one.seed
		if _, left, err := two.fill(bytes.NewReader(a.Bytes())); err != nil || left > 0 {
			t.Fatalf("its own lines are left out: %d, %v\n%s", left, err, a.Bytes())
		}
		if err := two.writeTo(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Fatalf("written\n%s\nread and written\n%s", a.Bytes(), b.Bytes())
		}
	})
}
