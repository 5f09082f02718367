package console

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"sekisho/journal"
)

// many writes n events behind those of the journal of s, as they are stored.
func many(t *testing.T, s *Server, n int) {
	t.Helper()
	e := journal.Event{Door: journal.DoorDNS, Client: "192.0.2.7", Host: "many.example", Action: journal.ActionBlock, Severity: journal.SeverityAmber}
	if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: s.options.JournalFile}).EscapedPath()+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), `WITH RECURSIVE more(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM more WHERE k < ?)
		INSERT INTO events (id, time, class, client, host)
		SELECT e.id + k, e.time, e.class, e.client, e.host FROM more, (SELECT * FROM events ORDER BY id DESC LIMIT 1) e`, n); err != nil {
		t.Fatal(err)
	}
}

// TestExportHasAll: an export has every event that matches, in order, however many
// they are and however long its reader takes over them.
func TestExportHasAll(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	const n = 200_100
	many(t, s, n)
	cookie := signedIn(t, s, "viewer")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const short = 300 * time.Millisecond
	h := &http.Server{Handler: s.plain.Handler, ReadTimeout: short, WriteTimeout: short, ReadHeaderTimeout: short, ErrorLog: debugLog(s.log)}
	done := make(chan error, 1)
	go func() { done <- h.Serve(l) }()
	t.Cleanup(func() {
		_ = h.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+l.Addr().String()+"/events.jsonl?limit=5&client=192.0.2.7", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", cookie)
	tr := &http.Transport{DisableKeepAlives: true}
	defer tr.CloseIdleConnections()
	res, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	time.Sleep(3 * short) // while the writer waits
	lines := bufio.NewReader(res.Body)
	count, last := 0, int64(0)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		var e struct {
			ID   int64
			Host string
		}
		if err == nil {
			err = json.Unmarshal(line, &e)
		}
		if err != nil || e.Host != "many.example" || count > 0 && e.ID != last+1 {
			t.Fatalf("line %d: %v, %q after id %d", count, err, line, last)
		}
		count, last = count+1, e.ID
	}
	if count != n+1 {
		t.Errorf("%d events; want all %d", count, n+1)
	}
}

// TestExportEndsWithSession: an export does not outlive the session it was asked in.
func TestExportEndsWithSession(t *testing.T) {
	t.Parallel()
	held := true
	o := &outgoing{w: io.Discard, rc: http.NewResponseController(broken{}), holds: func() bool { return held }}
	if _, err := o.Write([]byte("x")); err != nil || time.Since(o.looked) > exportStill {
		t.Errorf("while it holds: %v", err)
	}
	held, o.looked = false, time.Now().Add(-exportStill)
	if _, err := o.Write([]byte("x")); !errors.Is(err, errOver) {
		t.Errorf("after its end: %v", err)
	}
}
