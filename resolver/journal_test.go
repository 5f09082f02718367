package resolver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/miekg/dns"

	"sekisho/journal"
)

// TestClosedJournal blocks although nothing can be recorded.
func TestClosedJournal(t *testing.T) {
	t.Parallel()
	j, _ := openJournal(t)
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "")).url}, Journal: j, Policy: policy([]string{"blocked.example"}, nil)})
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, s, newQuery("blocked.example.", dns.TypeA)); r.Rcode != dns.RcodeNameError || len(r.Ns) != 1 {
		t.Errorf("reply %v; want it blocked", r)
	}
}

// TestFailingJournal has the journal's directory replaced by a file, so that nothing can
// be written: names are blocked all the same, at once, as SERVFAIL would have a client
// ask the next server that it knows. The events are written once that works again.
func TestFailingJournal(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let an open database be removed")
	}
	dir := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(dir, "journal.db")
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "")).url}, Journal: j, Policy: policy([]string{"blocked.example"}, nil)})
	blocked := func(name string) {
		t.Helper()
		if r := ask(t, s, newQuery(name, dns.TypeA)); r.Rcode != dns.RcodeNameError || len(r.Ns) != 1 || len(r.Answer) != 0 {
			t.Errorf("reply %v; want it blocked", r)
		}
	}
	blocked("a.blocked.example.")
	if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	const names = 3
	for i := range names {
		blocked(fmt.Sprintf("n%d.blocked.example.", i))
		blocked(fmt.Sprintf("n%d.blocked.example.", i))
	}
	if n := j.Waiting(); n != names {
		t.Errorf("%d events wait for the disk; want %d", n, names)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	within(t, "written again", func() bool { return j.Waiting() == 0 })
	for i, e := range waitEvents(t, path, names) {
		if want := fmt.Sprintf("n%d.blocked.example", i); e.Host != want || e.Action != journal.ActionBlock {
			t.Errorf("event %+v; want %s", e, want)
		}
	}
	if n := j.Lost(); n != 0 {
		t.Errorf("%d events lost", n)
	}
}
