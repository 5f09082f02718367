package console

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sekisho/journal"
)

// many records n events, with as much in them as there may be.
func many(t *testing.T, s *Server, n int) {
	t.Helper()
	e := journal.Event{
		Door: journal.DoorDNS, Client: "192.0.2.7", Host: "many.example", Action: journal.ActionBlock, Severity: journal.SeverityAmber,
		Detail: strings.Repeat("many ", 200),
	}
	const writers = 256
	var all sync.WaitGroup
	for k := range writers {
		all.Go(func() {
			for i := k; i < n; i += writers {
				if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// TestExportFilter: what bounds a page of the list bounds no export.
func TestExportFilter(t *testing.T) {
	t.Parallel()
	f, err := exportFilter(person{}, url.Values{"limit": {"5"}, "client": {"192.0.2.7"}}, time.Now())
	if want := (journal.Filter{Client: "192.0.2.7"}); f != want || err != nil {
		t.Errorf("%+v, %v; want %+v", f, err, want)
	}
}

// TestExportHasAll: an export has every event that matches, in order, however many
// they are and however long its reader takes over them.
func TestExportHasAll(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	const n = 10_000 // more than the connection holds
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
	if count != n {
		t.Errorf("%d events; want all %d", count, n)
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

// TestExportBegins: whoever exports few of many events sees at once that it began, and
// the first event as soon as it is found, whatever is still looked for.
func TestExportBegins(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	begun, first := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // for an export that does not begin
	defer cancel()
	wait := func(c chan struct{}) error {
		select {
		case <-c:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	write := func(w io.Writer, events iter.Seq2[journal.Event, error]) error {
		if err := wait(begun); err != nil { // the reader has the header
			return err
		}
		n := 0
		for e, err := range events {
			if n++; n == 2 {
				err = errors.Join(err, wait(first)) // and the first event
			}
			if err == nil {
				_, err = fmt.Fprintln(w, e.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.export(w, r, person{}, listQuery(r), "text/plain", "x", write)
	}))
	defer func() {
		cancel()
		h.Close()
	}()
	r, err := http.NewRequestWithContext(ctx, "GET", h.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := h.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	close(begun)
	lines := bufio.NewReader(res.Body)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	close(first)
	if rest, err := io.ReadAll(lines); err != nil || len(rest) == 0 {
		t.Errorf("the rest: %q, %v", rest, err)
	}
}
