package resolver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/miekg/dns"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"sekisho/journal"
)

// TestClosedJournal neither tells that a name is blocked nor lets it pass when nothing
// can be recorded.
func TestClosedJournal(t *testing.T) {
	t.Parallel()
	j, _ := openJournal(t)
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "")).url}, Journal: j, Policy: policy([]string{"blocked.example"}, nil)})
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	isUnwritable(t, ask(t, s, newQuery("blocked.example.", dns.TypeA, edns)))
}

// isUnwritable wants r to be the failure for want of a journal.
func isUnwritable(t *testing.T, r *dns.Msg) {
	t.Helper()
	if e, ok := remarkOf(r); r.Rcode != dns.RcodeServerFailure || len(r.Answer)+len(r.Ns) != 0 || !ok || e.InfoCode != dns.ExtendedErrorCodeNotReady || e.ExtraText != errUnwritable.Error() {
		t.Errorf("reply %v; want SERVFAIL with EDE 14, %q", r, errUnwritable)
	}
}

// isBlocked wants r to be the answer of a blocked name.
func isBlocked(t *testing.T, r *dns.Msg) {
	t.Helper()
	if r.Rcode != dns.RcodeNameError || len(r.Ns) != 1 || len(r.Answer) != 0 {
		t.Errorf("reply %v; want it blocked", r)
	}
}

// doors returns how s, which startSecured has made, is asked at each of its doors.
func doors(t *testing.T, o Options) (s *Server, ask map[string]func(q *dns.Msg) *dns.Msg) {
	t.Helper()
	s, config := startSecured(t, o)
	dot, tcp, client := dialDoT(t, s, config), dial(t, "tcp", s), dohClient(t, config)
	over := func(conn io.ReadWriter) func([]byte) []byte {
		return func(wire []byte) []byte {
			if _, err := conn.Write(framed(wire)); err != nil {
				t.Fatal(err)
			}
			return readFrame(t, conn)
		}
	}
	exchanges := map[string]func(wire []byte) []byte{
		"udp": func(wire []byte) []byte { return exchange(t, s, wire) }, "tcp": over(tcp), "dot": over(dot),
		"doh": func(wire []byte) []byte {
			r, err := client.Post("https://"+s.DoH().String()+"/dns-query", "application/dns-message", bytes.NewReader(wire))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Body.Close() }()
			body, err := io.ReadAll(r.Body)
			if err != nil || r.StatusCode != http.StatusOK {
				t.Fatalf("%s, %v", r.Status, err)
			}
			return body
		},
	}
	ask = map[string]func(q *dns.Msg) *dns.Msg{}
	for door, exchange := range exchanges {
		ask[door] = func(q *dns.Msg) *dns.Msg {
			wire, err := q.Pack()
			if err != nil {
				t.Fatal(err)
			}
			return unpack(t, wire, exchange(wire))
		}
	}
	return s, ask
}

// TestFailingJournal has the journal's directory replaced by a file, so that nothing can
// be written. Blocked names, by themselves and by where a name in the cache leads, are
// neither told blocked nor let pass then, at any door, and are told blocked again when
// the events are written, each once.
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
	records := zone(t, "led.shop-one.example. 60 IN CNAME a.blocked.example.\na.blocked.example. 60 IN A 192.0.2.1\ngood.shop-one.example. 60 IN A 192.0.2.2")
	core, logs := observer.New(zap.DebugLevel)
	s, doors := doors(t, Options{Upstreams: []string{newOrigin(t, records).url}, Journal: j, Policy: policy([]string{"blocked.example"}, nil), Log: zap.New(core)})
	query := func(name string) *dns.Msg { return newQuery(name, dns.TypeA, edns) }
	isBlocked(t, ask(t, s, query("a.blocked.example.")))
	if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	isBlocked(t, ask(t, s, query("a.blocked.example."))) // which is recorded
	var names []string
	for door, ask := range doors {
		name := fmt.Sprintf("%s.blocked.example.", door)
		names = append(names, name)
		isUnwritable(t, ask(query(name)))
		isUnwritable(t, ask(query(name)))
		if r := ask(query("good.shop-one.example.")); len(r.Answer) != 1 {
			t.Errorf("%s: reply %v; want the answer of what is not blocked", door, r)
		}
	}
	const led = "led.shop-one.example."
	names = append(names, led)
	for range 2 { // from the upstream, and from the cache
		isUnwritable(t, ask(t, s, query(led)))
	}
	if n := j.Waiting(); n != len(names) {
		t.Errorf("%d events wait for the disk; want %d", n, len(names))
	}
	if n := logs.FilterMessageSnippet("not recorded").Len(); n != 0 {
		t.Errorf("%d events that wait for the disk are logged as not recorded", n)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	within(t, "written again", func() bool { return j.Waiting() == 0 })
	for _, name := range names {
		for _, ask := range doors {
			isBlocked(t, ask(query(name)))
		}
	}
	for i, e := range waitEvents(t, path, len(names)) {
		if want := names[i]; e.Host+"." != want || e.Action != journal.ActionBlock {
			t.Errorf("event %+v; want %s", e, want)
		}
	}
	if n := j.Lost(); n != 0 {
		t.Errorf("%d events lost", n)
	}
}

// TestLostEvents has more events than the journal keeps in memory while it cannot be
// written. A name whose event is one of those given up is told blocked again only with
// another event, however many later ones were written.
func TestLostEvents(t *testing.T) {
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
	if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	isUnwritable(t, ask(t, s, newQuery("lost.blocked.example.", dns.TypeA, edns)))
	filler := journal.Event{Door: journal.DoorSystem, Severity: journal.SeverityInfo}
	for j.Lost() == 0 {
		if e, err := j.Record(t.Context(), filler); err == nil || e.ID == 0 {
			t.Fatalf("event %d recorded, %v; want it kept in memory", e.ID, err)
		}
	}
	isUnwritable(t, ask(t, s, newQuery("kept.blocked.example.", dns.TypeA, edns)))
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	within(t, "written again", func() bool { return j.Waiting() == 0 })
	for _, name := range []string{"kept.blocked.example.", "lost.blocked.example."} {
		isBlocked(t, ask(t, s, newQuery(name, dns.TypeA, edns)))
		isBlocked(t, ask(t, s, newQuery(name, dns.TypeAAAA, edns)))
	}
	found := map[string]int{}
	for _, e := range events(t, path) {
		found[e.Host]++
	}
	for _, host := range []string{"kept.blocked.example", "lost.blocked.example"} {
		if found[host] != 1 {
			t.Errorf("%d events of %s; want one", found[host], host)
		}
	}
}
