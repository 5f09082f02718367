package imitation_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"sekisho/hostname"
	"sekisho/imitation"
)

// fixture is a file below testdata: a site of one or more responses.
type fixture struct {
	name string
	head map[string][]string
	txtar.Archive
}

// one returns a field of the head, which has it at most once.
func (f *fixture) one(key, otherwise string) string {
	if v := f.head[key]; len(v) > 0 {
		return v[0]
	}
	return otherwise
}

func fixtures(tb testing.TB, folder string) []fixture {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(names) == 0 {
		tb.Fatalf("no fixtures in %q: %v", folder, err)
	}
	var all []fixture
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		f := fixture{name: strings.TrimSuffix(filepath.Base(name), ".txtar"), head: map[string][]string{}, Archive: *txtar.Parse(text)}
		for row := range strings.Lines(string(f.Comment)) {
			key, value, ok := strings.Cut(strings.TrimRight(row, "\n"), ":")
			if !ok {
				tb.Fatalf("%s: %q is no field", name, row)
			}
			f.head[key] = append(f.head[key], strings.TrimSpace(value))
		}
		if f.one("about", "") == "" || len(f.Files) == 0 {
			tb.Fatalf("%s: says not what it is about, or is empty", name)
		}
		all = append(all, f)
	}
	return all
}

var types = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json", ".css": "text/css",
	".svg": "image/svg+xml", ".xml": "text/xml", ".xhtml": "application/xhtml+xml", ".txt": "text/plain",
	".po": "text/x-gettext-translation", ".vtt": "text/vtt", ".yml": "text/yaml",
}

// dest returns what a file is asked for: what the head says, a script's own for texts
// that nothing else has.
func (f *fixture) dest(file string) string {
	for _, line := range f.head["dest"] {
		if name, dest, _ := strings.Cut(line, " "); name == file {
			return dest
		}
	}
	switch filepath.Ext(file) {
	case ".txt", ".po", ".yml":
		return "empty"
	case ".vtt":
		return "track"
	}
	return ""
}

// response returns the head and the body of one file, as they would come.
func (f *fixture) response(tb testing.TB, file txtar.File) (imitation.Response, []byte) {
	tb.Helper()
	host, err := hostname.Parse(f.one("host", "site.example"))
	if err != nil {
		tb.Fatal(err)
	}
	status, err := strconv.Atoi(f.one("status", "200"))
	if err != nil {
		tb.Fatal(err)
	}
	h := http.Header{}
	if t := f.one("type", types[filepath.Ext(file.Name)]); t != "" {
		h.Set("Content-Type", t)
	}
	for _, line := range f.head["header"] {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	body := encode(tb, f.one("charset", "utf-8"), file.Data)
	for _, coding := range strings.Split(f.one("encoding", "identity"), ", ") {
		body = compress(tb, coding, body)
		if coding != "identity" {
			h.Add("Content-Encoding", strings.TrimSuffix(coding, "-raw"))
		}
	}
	return imitation.Response{Host: host, Target: f.one("target", "/"), Status: status, Header: h, Dest: f.dest(file.Name)}, body
}

// scan reads a response in pieces of a size.
func scan(r imitation.Response, body []byte, piece int) imitation.Result {
	s := imitation.Watch(r)
	if s == nil {
		return imitation.Result{}
	}
	for len(body) > 0 {
		n := min(piece, len(body))
		_, _ = s.Write(body[:n]) // never fails
		body = body[n:]
	}
	return s.Close()
}

// site returns what is known of a fixture after all of its responses.
func (f *fixture) site(tb testing.TB) (imitation.Grade, int, []string, bool) {
	tb.Helper()
	var signs []string
	relay := false
	for _, file := range f.Files {
		r, body := f.response(tb, file)
		got := scan(r, body, 1000)
		signs = append(signs, got.Signs...)
		relay = relay || got.Relay
		if g, score := imitation.Grades(got.Signs); g != got.Grade || score != got.Score {
			tb.Errorf("%s: grade %v, %d; Grades says %v, %d", file.Name, got.Grade, got.Score, g, score)
		}
	}
	g, score := imitation.Grades(signs)
	return g, score, signs, relay
}

var grades = map[string]imitation.Grade{
	"none": imitation.None, "traces": imitation.Traces, "suspect": imitation.Suspect, "copy": imitation.Copy,
}

// TestImitations holds each to a copy, but for those whose file states that less
// is seen of them: a page that says no more than an honest one does.
func TestImitations(t *testing.T) {
	t.Parallel()
	all := fixtures(t, "imitations")
	if len(all) < 252 {
		t.Errorf("got %d imitations; want 252 at the least", len(all))
	}
	found := 0
	for _, f := range all {
		grade, score, signs, relay := f.site(t)
		if grade == imitation.Copy {
			found++
		}
		if want := f.one("grade", "copy"); grade.String() != want {
			t.Errorf("%s (%s): got %v, %d, %q", f.name, f.one("about", ""), grade, score, signs)
		}
		if want := f.one("relay", "false") == "true"; relay != want {
			t.Errorf("%s: relay = %v; want %v", f.name, relay, want)
		}
		if testing.Verbose() {
			t.Logf("%-24s %3d %s", f.name, score, strings.Join(signs, " "))
		}
	}
	t.Logf("found %d of %d imitations", found, len(all))
}

// TestBenign also holds each page to the grade that its file states, so that
// what is short of a copy does not creep up to it.
func TestBenign(t *testing.T) {
	t.Parallel()
	all := fixtures(t, "benign")
	if len(all) < 503 {
		t.Errorf("got %d benign pages; want 503 at the least", len(all))
	}
	alarms, suspects := 0, 0
	for _, f := range all {
		grade, score, signs, _ := f.site(t)
		switch grade {
		case imitation.Copy:
			alarms++
		case imitation.Suspect:
			suspects++
		}
		most, ok := grades[f.one("grade", "traces")]
		if !ok {
			t.Fatalf("%s: no grade %q", f.name, f.one("grade", ""))
		}
		if grade > most {
			t.Errorf("%s (%s): got %v, %d, %q; want %v at the most", f.name, f.one("about", ""), grade, score, signs, most)
		}
		if testing.Verbose() {
			t.Logf("%-24s %-8v %3d %s", f.name, grade, score, strings.Join(signs, " "))
		}
	}
	t.Logf("%d false alarms, %d suspects of %d benign pages", alarms, suspects, len(all))
}
