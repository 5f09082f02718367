package sink

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sekisho/config"
	"sekisho/journal"
)

// lines returns the ids of a file of JSON lines, which must be whole.
func lines(t testing.TB, path string) (ids []int64) {
	t.Helper()
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var e journal.Event
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v: %q", path, err, in.Text())
		}
		ids = append(ids, e.ID)
	}
	return ids
}

func TestFile(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{})
	s := l.sink("to: events.jsonl")
	path := string(s.To)
	l.record(1200, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "1200 lines", func() bool { return len(lines(t, path)) == 1200 })
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}

	// logrotate puts it away; the next event begins another.
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	l.record(1, journal.Event{})
	until(t, "a new file", func() bool { return slices.Equal(lines(t, path), []int64{1201}) })

	// Power failed in the middle of a line.
	l.stop()
	if err := os.WriteFile(path, []byte(`{"id":1201}`+"\n"+`{"id":12`), 0o600); err != nil {
		t.Fatal(err)
	}
	l.record(1, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "the line after the broken one", func() bool {
		data, err := os.ReadFile(path)
		return err == nil && strings.HasPrefix(string(data), `{"id":1201}`+"\n"+`{"id":12`+"\n"+`{"id":1202,`) && data[len(data)-1] == '\n'
	})
}

func TestFileRotates(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{})
	s := l.sink("to: events.jsonl, keep: 2, max_size: 1MiB, sync: off")
	s.MaxSize = 100 << 10
	path := string(s.To)
	l.record(2000, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "everything delivered", func() bool { return l.set.Status()[0].Behind == 0 })
	l.stop()
	kept := slices.Concat(lines(t, path+".2"), lines(t, path+".1"), lines(t, path))
	if want := run(2000-int64(len(kept))+1, 2000); !slices.Equal(kept, want) || len(kept) < 400 {
		t.Errorf("kept %d events, %d to %d; want the last ones without a gap", len(kept), kept[0], kept[len(kept)-1])
	}
	if all, _ := filepath.Glob(path + "*"); len(all) > 3 {
		t.Errorf("files: %q; want two beside the one being written", all)
	}
	for _, name := range []string{path + ".1", path + ".2"} {
		if info, err := os.Stat(name); err != nil || info.Size() < 100<<10 || info.Size() > 120<<10 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// TestFileInTheWay shows that what cannot be written holds up itself alone, says
// so once, and goes on.
func TestFileInTheWay(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{})
	s := l.sink("to: folder/events.jsonl, format: cef")
	if key, err := Check(s); key != "to" || err == nil {
		t.Errorf("Check: %q, %v; want that the folder is missing", key, err)
	}
	l.start(Options{Sinks: []config.Sink{s}})
	l.record(3, journal.Event{})
	until(t, "several failures", func() bool { return l.set.pumps[0].counts.failed.Get() > 3 })
	if st := l.set.Status()[0]; st.Failing == "" || st.Behind != 3 {
		t.Errorf("status: %+v", st)
	}
	if err := os.Mkdir(filepath.Join(l.dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if key, err := Check(s); err != nil {
		t.Errorf("Check: %q, %v", key, err)
	}
	until(t, "it works again", func() bool { return l.count("sink works again") == 1 })
	if n := l.count("sink failed; its events wait in the journal"); n != 1 {
		t.Errorf("%d lines about the failure; want 1", n)
	}
	data, err := os.ReadFile(string(s.To))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if _, ext, err := parseCEF(line); err != nil || ext["externalId"] != string(rune('1'+i)) {
			t.Errorf("line %d: %v %v", i, ext, err)
		}
	}
}

func TestFilePipe(t *testing.T) {
	t.Parallel()
	l := newLab(t, journal.Options{})
	if key, err := Check(l.sink("to: .")); key != "to" || err == nil {
		t.Errorf("Check of a folder: %q, %v", key, err)
	}
}
