package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// visited records two events of an incident, the second one worse.
func visited(t *testing.T, j *Journal, incident, host string) {
	t.Helper()
	record(t, j, Event{Host: host, Client: "192.0.2.1", Incident: incident, Severity: SeverityAmber, Action: ActionWarn, Sent: ptr(false)})
	record(t, j, Event{Host: host, Client: "192.0.2.2", Incident: incident, Severity: SeverityRed, Action: ActionHold, Technique: "sign-in-copy"})
}

func TestDecide(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Millisecond)
	for _, tt := range []struct {
		name  string
		d     Decision
		state string
		kind  string
		until time.Time
	}{
		{"confirmed", Decision{Decision: DecisionConfirmed, Note: "a copy", By: "hana"}, StateConfirmed, ExceptionBlock, time.Time{}},
		{"false alarm", Decision{Decision: DecisionFalseAlarm}, StateFalseAlarm, ExceptionAllow, time.Time{}},
		{"false alarm for a day", Decision{Decision: DecisionFalseAlarm, For: "24h"}, StateFalseAlarm, ExceptionAllow, now.Add(day)},
		{"allow for a quarter", Decision{Decision: DecisionAllow, For: "15m"}, StateAllowed, ExceptionAllow, now.Add(15 * time.Minute)},
		{"allow always", Decision{Decision: DecisionAllow, For: "always"}, StateAllowed, ExceptionAllow, time.Time{}},
		{"hostile note", Decision{Decision: DecisionConfirmed, Note: "\x1b]0;\n" + strings.Repeat("x", 5000)}, StateConfirmed, ExceptionBlock, time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			visited(t, j, "INC1", "shop.example")
			tt.d.Incident, tt.d.Time = "INC1", now
			if err := j.Decide(t.Context(), tt.d); err != nil {
				t.Fatal(err)
			}
			note := cleanText(tt.d.Note, maxDetail)
			want := Incident{
				ID: "INC1", Host: "shop.example", Events: 2, Severity: SeverityRed, Action: ActionHold, Technique: "sign-in-copy",
				Sent: ptr(false), Clients: []string{"192.0.2.1", "192.0.2.2"},
				State: tt.state, Note: note, By: tt.d.By, Decided: now, Until: tt.until, NotedEnd: tt.until,
			}
			r := reader(t, path)
			got, events, err := r.IncidentByID(t.Context(), "INC1")
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Incident{}, "First", "Last")); diff != "" || err != nil || len(events) != 2 {
				t.Errorf("incident with %d events: %v (-want +got):\n%s", len(events), err, diff)
			}
			list, _, err := r.Incidents(t.Context(), IncidentFilter{State: tt.state}, "")
			if err != nil || len(list) != 1 {
				t.Errorf("Incidents = %v, %v; want the one", list, err)
			}
			exceptions, err := j.Exceptions(t.Context())
			wantExceptions := []Exception{{Host: "shop.example", Kind: tt.kind, Reason: note, By: tt.d.By, Incident: "INC1", Decision: tt.d.Decision, Added: now, Until: tt.until}}
			if diff := cmp.Diff(wantExceptions, exceptions); diff != "" || err != nil {
				t.Errorf("Exceptions: %v (-want +got):\n%s", err, diff)
			}
			consistent(t, path)
		})
	}
}

func TestDecideErrors(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	visited(t, j, "INC1", "shop.example")
	ctx := t.Context()
	for name, tt := range map[string]struct {
		err, want error
	}{
		"unknown incident":       {j.Decide(ctx, Decision{Incident: "INC2", Decision: DecisionAllow}), ErrNotFound},
		"no incident":            {j.Decide(ctx, Decision{Decision: DecisionAllow}), ErrNotFound},
		"unknown decision":       {j.Decide(ctx, Decision{Incident: "INC1", Decision: "open"}), ErrInvalid},
		"unknown term":           {j.Decide(ctx, Decision{Incident: "INC1", Decision: DecisionAllow, For: "1000h"}), ErrInvalid},
		"appeal, unknown":        {j.Appeal(ctx, "' OR 1=1", "x"), ErrNotFound},
		"exception without host": {j.PutException(ctx, Exception{Kind: ExceptionAllow}), ErrInvalid},
		"exception of no kind":   {j.PutException(ctx, Exception{Host: "a.example", Kind: "genuine"}), ErrInvalid},
		"exception that is not":  {j.RemoveException(ctx, "a.example", ""), ErrNotFound},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v; want %v", name, tt.err, tt.want)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := j.Audit(ended, "a", "b", "c"); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Audit = %v; want the context's error, or none", err)
	}
	if _, _, err := reader(t, path).IncidentByID(ctx, "INC2"); !errors.Is(err, ErrNotFound) {
		t.Errorf("IncidentByID = %v; want ErrNotFound", err)
	}
	if list, err := j.Exceptions(ctx); len(list) != 0 || err != nil {
		t.Errorf("Exceptions = %v, %v; want none", list, err)
	}
	// What was refused left nothing behind, and events are recorded as before.
	record(t, j, Event{Incident: "INC1", Host: "shop.example"})
	consistent(t, path)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if err := j.Audit(ctx, "a", "b", "c"); !errors.Is(err, ErrClosed) {
		t.Errorf("Audit = %v; want ErrClosed", err)
	}
}

func TestAppeal(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	record(t, j, Event{Host: "one.example", Incident: "INC1", Severity: SeverityAmber})
	visited(t, j, "INC2", "two.example")
	if err := j.Appeal(t.Context(), "INC1", "my\nsupplier"); err != nil {
		t.Fatal(err)
	}
	r := reader(t, path)
	list, _, err := r.Incidents(t.Context(), IncidentFilter{Appealed: true}, "")
	if err != nil || len(list) != 1 || list[0].Appeal != `my\x0asupplier` || list[0].State != StateOpen || list[0].Appealed.IsZero() {
		t.Errorf("Incidents = %+v, %v; want INC1, open, with its reason", list, err)
	}
	n, err := r.OpenIncidents(t.Context(), time.Time{})
	if want := (OpenCount{Red: 1, Amber: 1, Appeals: 1}); n != want || err != nil {
		t.Errorf("OpenIncidents = %+v, %v; want %+v", n, err, want)
	}
	if err := j.Decide(t.Context(), Decision{Incident: "INC1", Decision: DecisionAllow}); err != nil {
		t.Fatal(err)
	}
	if n, err = r.OpenIncidents(t.Context(), time.Time{}); n != (OpenCount{Red: 1}) || err != nil {
		t.Errorf("OpenIncidents = %+v, %v; want one red", n, err)
	}
	if list, _, _ = r.Incidents(t.Context(), IncidentFilter{Appealed: true}, ""); len(list) != 1 || list[0].Appeal == "" {
		t.Errorf("the appeal is gone after the decision: %+v", list)
	}
}

func TestExceptions(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	ctx := t.Context()
	past := time.Now().Add(-time.Minute)
	for _, x := range []Exception{
		{Host: "b.example", Kind: ExceptionBlock, By: "hana"},
		{Host: "ended.example", Kind: ExceptionAllow, Until: past},
		{Host: "a.example", Kind: ExceptionBlock},
		{Host: "a.example", Kind: ExceptionAllow, Reason: "again"},
	} {
		if err := j.PutException(ctx, x); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want string) {
		t.Helper()
		list, err := j.Exceptions(ctx)
		var got []string
		for _, x := range list {
			got = append(got, x.Host+" "+x.Kind+" "+x.Reason)
		}
		if s := strings.Join(got, ", "); s != want || err != nil {
			t.Errorf("Exceptions = %s, %v; want %s", s, err, want)
		}
	}
	check("a.example allow again, b.example block ")
	if err := j.RemoveException(ctx, "b.example", ""); err != nil {
		t.Fatal(err)
	}
	check("a.example allow again")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	swept(t, path, Options{Retention: 1, Log: nopLog}) // takes events, not decisions
	j = open(t, path, Options{})
	check("a.example allow again")
	// There is an end to them.
	execSQL(t, path, fmt.Sprintf(`INSERT INTO exceptions (host, kind, added)
		WITH RECURSIVE n (i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT 'x' || i || '.example', 'allow', 0 FROM n`, maxExceptions))
	if err := j.PutException(ctx, Exception{Host: "more.example", Kind: ExceptionBlock}); !errors.Is(err, ErrInvalid) {
		t.Errorf("PutException = %v; want ErrInvalid", err)
	}
	if err := j.PutException(ctx, Exception{Host: "a.example", Kind: ExceptionBlock}); err != nil {
		t.Errorf("PutException = %v; want one to be replaced", err)
	}
}

func TestAudit(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	const n = 2*defaultPage + 7
	for i := range n {
		if err := j.Audit(t.Context(), "hana", "user.add", fmt.Sprintf("%d\x1b", i)); err != nil {
			t.Fatal(err)
		}
	}
	r := reader(t, path)
	var got []AuditEntry
	for cursor := ""; ; {
		list, next, err := r.AuditLog(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, list...)
		if cursor = next; cursor == "" {
			break
		}
	}
	if len(got) != n || got[0].Detail != fmt.Sprintf(`%d\x1b`, n-1) || got[n-1].Detail != `0\x1b` || got[0].Who != "hana" || got[0].What != "user.add" {
		t.Errorf("%d entries from %+v; want %d, newest first", len(got), got[0], n)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	swept(t, path, Options{Retention: 90 * day, Log: nopLog})
	execSQL(t, path, "UPDATE audit SET time = 0 WHERE id <= 20")
	swept(t, path, Options{Retention: 90 * day, Log: nopLog})
	s, err := openStore(path, walSize, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.close() }()
	var left int
	if err := s.conn.QueryRowContext(t.Context(), "SELECT count(*) FROM audit").Scan(&left); err != nil || left != n-20 {
		t.Errorf("%d entries are left, %v; want %d", left, err, n-20)
	}
}

// TestDecideWhileRecording decides and records at once.
func TestDecideWhileRecording(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{Retention: 90 * day, MaxSize: 4 << 20})
	visited(t, j, "INC1", "shop.example")
	done := make(chan error)
	go func() {
		var errs []error
		for i := range 50 {
			errs = append(errs, j.Appeal(context.Background(), "INC1", fmt.Sprint(i)), j.Audit(context.Background(), "a", "b", ""))
			if err := j.Appeal(context.Background(), "none", "x"); !errors.Is(err, ErrNotFound) {
				errs = append(errs, fmt.Errorf("Appeal = %w; want ErrNotFound", err))
			}
		}
		done <- errors.Join(errs...)
	}()
	recordMany(t, j, 1500, func(i int) Event { return visiting(i, i/4) })
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	consistent(t, path)
}
