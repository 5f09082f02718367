package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sekisho/journal/schema"
)

// TestNames: a client's name is the device of its events, of those to come and of
// those without one that came before, everywhere and after a restart; an event that
// says a device keeps it.
func TestNames(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	sending := func(device string) Event {
		e := visiting(1, 1)
		e.Device = device
		return record(t, j, e)
	}
	sending("")
	sending("till")
	name := func(client, name, kind string) {
		t.Helper()
		if err := j.NameClient(t.Context(), ClientName{Client: client, Name: name, Kind: kind, By: "mika"}); err != nil {
			t.Fatal(err)
		}
	}
	name("192.0.2.7", "front desk", "staff")
	if e := sending(""); e.Device != "front desk" {
		t.Errorf("the event is of %q", e.Device)
	}
	name("192.0.2.7", "back room", "owner")
	r := reader(t, path)
	devices := func(f Filter) string {
		var all []string
		for _, e := range collect(t, r.Events(t.Context(), f)) {
			all = append(all, e.Device)
			if !f.Matches(e) {
				t.Errorf("%+v does not match %+v", f, e)
			}
		}
		page, err := r.Search(t.Context(), f, "")
		if err != nil || len(page.Events) != len(all) {
			t.Errorf("Search(%+v) has %d events; Events %d, %v", f, len(page.Events), len(all), err)
		}
		return strings.Join(all, ",")
	}
	for _, tt := range []struct{ device, want string }{
		{"", "back room,till,front desk"}, {"back room", "back room"}, {"front desk", "front desk"}, {"till", "till"}, {"none", ""},
	} {
		if got := devices(Filter{Device: tt.device}); got != tt.want {
			t.Errorf("events of %q: %q; want %q", tt.device, got, tt.want)
		}
	}
	seen, _, err := r.Clients(t.Context(), time.Time{}, 100)
	if err != nil || len(seen) != 1 || seen[0].Device != "back room" || seen[0].Kind != "owner" {
		t.Errorf("Clients = %+v, %v", seen, err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = open(t, path, Options{})
	if e := sending(""); e.Device != "back room" {
		t.Errorf("after a restart the event is of %q", e.Device)
	}
	name("192.0.2.7", "", "")
	if e := sending(""); e.Device != "" {
		t.Errorf("without a name the event is of %q", e.Device)
	}
	if list, err := r.Names(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("Names = %+v, %v", list, err)
	}
}

func TestNamesRefused(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	for _, n := range []ClientName{{Name: "x"}, {Client: "192.0.2.1", Kind: "robot"}} {
		if err := j.NameClient(t.Context(), n); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: %v", n, err)
		}
	}
	for i := range maxNames {
		if err := j.NameClient(t.Context(), ClientName{Client: fmt.Sprint("c", i), Name: "x\x1b[2J"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.NameClient(t.Context(), ClientName{Client: "one more", Name: "x"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("one too many: %v", err)
	}
	list, err := reader(t, path).Names(t.Context())
	if err != nil || len(list) != maxNames || list[0].Name != `x\x1b[2J` {
		t.Errorf("%d names, %v", len(list), err)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	if v, err := j.Setting(t.Context(), "pac"); v != "" || err != nil {
		t.Errorf("before it is set: %q, %v", v, err)
	}
	if err := j.PutSetting(t.Context(), "pac", strings.Repeat("x", maxSetting+1)); !errors.Is(err, ErrInvalid) {
		t.Errorf("too long: %v", err)
	}
	for _, want := range []string{"a", "b"} {
		if err := j.PutSetting(t.Context(), "pac", want); err != nil {
			t.Fatal(err)
		}
		if v, err := j.Setting(t.Context(), "pac"); v != want || err != nil {
			t.Errorf("%q, %v; want %q", v, err, want)
		}
	}
}

// TestChangeException: the end moves both ways, one that ended is still shown and
// can hold again, and the incident says the same.
func TestChangeException(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	e := record(t, j, Event{Host: "shop.example", Client: "192.0.2.7", Incident: NewIncident()})
	ctx := t.Context()
	if err := j.Decide(ctx, Decision{Incident: e.Incident, Decision: DecisionAllow, For: "24h", By: "mika"}); err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(90 * day).Truncate(time.Millisecond).UTC()
	if err := j.ChangeException(ctx, "shop.example", "", "our supplier", &end); err != nil {
		t.Fatal(err)
	}
	x, err := j.Exceptions(ctx)
	if err != nil || len(x) != 1 || x[0].Reason != "our supplier" || !x[0].Until.Equal(end) || x[0].By != "mika" {
		t.Fatalf("Exceptions = %+v, %v", x, err)
	}
	if inc, _, err := reader(t, path).IncidentByID(ctx, e.Incident); err != nil || !inc.Until.Equal(end) {
		t.Errorf("the incident ends %v, %v", inc.Until, err)
	}
	over := time.Now().Add(-time.Second)
	if err := j.ChangeException(ctx, "shop.example", "", "", &over); !errors.Is(err, ErrInvalid) {
		t.Errorf("an end in the past: %v", err)
	}
	if err := j.ChangeException(ctx, "none.example", "", "", &time.Time{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such exception: %v", err)
	}
	past := func(by time.Duration) {
		t.Helper()
		x[0].Until = time.Now().Add(-by)
		if err := j.PutException(ctx, x[0]); err != nil {
			t.Fatal(err)
		}
	}
	past(time.Hour)
	if in, all := must(j.Exceptions(ctx)), must(j.AllExceptions(ctx)); len(in) != 0 || len(all) != 1 {
		t.Errorf("%d in force, %d shown; want 0 and 1", len(in), len(all))
	}
	if err := j.ChangeException(ctx, "shop.example", "", "again", &time.Time{}); err != nil {
		t.Fatal(err)
	}
	if in := must(j.Exceptions(ctx)); len(in) != 1 || !in[0].Until.IsZero() {
		t.Errorf("in force again: %+v", in)
	}
	past(keepEnded + time.Hour)
	if all := must(j.AllExceptions(ctx)); len(all) != 0 {
		t.Errorf("ended long ago: %+v", all)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestAuditBeside: another process adds entries while this one writes, and neither
// makes a journal nor changes one that it does not know.
func TestAuditBeside(t *testing.T) {
	t.Parallel()
	path := place(t)
	if err := AuditBeside(t.Context(), path, "x", "y", ""); !errors.Is(err, ErrNoJournal) {
		t.Errorf("without a journal: %v", err)
	}
	j := open(t, path, Options{})
	done := make(chan error)
	go func() {
		for i := range 50 {
			if err := AuditBeside(context.WithoutCancel(t.Context()), path, "command line", "user.add", fmt.Sprint(i)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for i := range 50 {
		record(t, j, numbered(i))
		if err := j.Audit(t.Context(), "mika", "sign-in", ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	r := reader(t, path)
	n := 0
	for cursor := ""; ; {
		list, next, err := r.AuditLog(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		n += len(list)
		if cursor = next; cursor == "" {
			break
		}
	}
	if n != 100 {
		t.Errorf("%d entries; want 100", n)
	}
	old := place(t)
	schema1(t, old)
	if err := AuditBeside(t.Context(), old, "x", "y", ""); !errors.Is(err, schema.ErrOlder) {
		t.Errorf("an old journal: %v", err)
	}
}
