package sink

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/config"
	"sekisho/journal"
)

// TestState is what another process reads of a sink that fails, and of one that
// works again.
func TestState(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{})
	dir := filepath.Join(l.dir, "sinks")
	if _, err := Read(dir, "one"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before the start: %v", err)
	}
	s := l.sink("to: events.jsonl")
	folder := string(s.To)
	if err := os.Mkdir(folder, 0o700); err != nil { // in the way of the file
		t.Fatal(err)
	}
	l.start(Options{Sinks: []config.Sink{s}})
	l.record(3, journal.Event{})
	until(t, "the failure to be written down", func() bool {
		st, err := Read(dir, "one")
		return err == nil && st.Failing != "" && !st.Since.IsZero() && st.ID == 0
	})
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	until(t, "its end to be written down", func() bool {
		st, err := Read(dir, "one")
		return err == nil && st == State{ID: 3}
	})
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	l.record(1, journal.Event{})
	until(t, "the next failure", func() bool { st, _ := Read(dir, "one"); return st.Failing != "" })
	l.stop()
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "a start to forget it", func() bool { st, _ := Read(dir, "one"); return st.Failing == "" })
}

// TestTry tries receivers that are there and ones that are not, and sends nothing.
func TestTry(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name string, mode fs.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secure := httptest.NewTLSServer(nil)
	defer secure.Close()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	here := plain.Addr().String()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	known := x509.NewCertPool()
	known.AddCert(secure.Certificate())
	for _, tt := range []struct {
		to    string
		roots *x509.CertPool
		want  string
	}{
		{file("there.jsonl", 0o600), nil, ""},
		{filepath.Join(dir, "new.jsonl"), nil, ""},
		{filepath.Join(dir, "nowhere", "new.jsonl"), nil, "there is no folder"},
		{dir, nil, "is not a regular file"},
		{"udp://127.0.0.1:514", nil, ""},
		{"tcp://" + here, nil, ""},
		{"tcp://" + gone.Addr().String(), nil, "refused"},
		{secure.URL + "/s3cret?k=s3cret", known, ""},
		{secure.URL + "/s3cret?k=s3cret", x509.NewCertPool(), "unknown authority"},
		{"https://" + gone.Addr().String() + "/s3cret", known, "refused"},
		{strings.Replace(secure.URL, "https:", "tls:", 1), known, ""},
		{"tls://" + here, known, "deadline"}, // takes connections, and is silent
	} {
		err := Try(t.Context(), config.Sink{To: config.SinkTarget(tt.to)}, tt.roots)
		if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%s: %v; want %q", tt.to, err, tt.want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new.jsonl")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was made: %v", err)
	}
	_ = plain.Close()
}
