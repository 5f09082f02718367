package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"
)

// recorder is SQLite, with a record of the queries it was asked.
type recorder struct {
	name string // of the data source

	mu      sync.Mutex
	queries map[string][]any
}

func (r *recorder) Driver() driver.Driver { return &sqlite.Driver{} }

func (r *recorder) Connect(context.Context) (driver.Conn, error) {
	c, err := r.Driver().Open(r.name)
	return &recordingConn{c, r}, err
}

type recordingConn struct {
	driver.Conn
	r *recorder
}

func (c *recordingConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func (c *recordingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a.Value
	}
	c.r.mu.Lock()
	c.r.queries[query] = values
	c.r.mu.Unlock()
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

// recording opens a reader whose queries are recorded.
func recording(t *testing.T, path string) (*Reader, *recorder) {
	t.Helper()
	r, rec := reader(t, path), &recorder{name: dsn(path, "ro"), queries: map[string][]any{}}
	_ = r.src.db.Close()
	r.src.db = sql.OpenDB(rec)
	return r, rec
}

// steps returns how SQLite goes about a query.
func steps(t *testing.T, db *sql.DB, query string, args ...any) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		out = append(out, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// large are the steps that go through all of a table that grows with the
// events, and those that put what they found in order, which takes all of it.
// m is what was found in order already.
var large = regexp.MustCompile(`^SCAN (events|incidents|words|seen|e|h|i|w|x)\b|USE TEMP B-TREE FOR ORDER BY`)

// TestPlans asks everything that can be asked, and looks at how SQLite answers.
func TestPlans(t *testing.T) {
	t.Parallel()
	path := place(t)
	all := office(3000)
	filled(t, path, all)
	visits := visitsOf(all)
	j := open(t, path, Options{})
	r, rec := recording(t, path)
	j.mu.Lock()
	j.reader = r
	j.mu.Unlock()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(j.Decide(ctx, Decision{Incident: visits[0], Decision: DecisionConfirmed}))
	must(j.Appeal(ctx, visits[1], "why"))
	// Every combination of filters.
	fields := []func(*Filter){
		func(f *Filter) { f.Host = "popular.example" },
		func(f *Filter) { f.Client = "192.0.2.3" },
		func(f *Filter) { f.Device = "front" },
		func(f *Filter) { f.Account = "shop" },
		func(f *Filter) { f.Severity = SeverityRed },
		func(f *Filter) { f.Technique, f.Door, f.Action = "edit", DoorDNS, ActionBlock },
		func(f *Filter) { f.Text = "site7." },
		func(f *Filter) { f.Text = "amazon" },
		func(f *Filter) { f.Since, f.Until = all[100].Time, all[2000].Time },
		func(f *Filter) { f.Incident = visits[0] },
	}
	for set := range 1 << len(fields) {
		f := Filter{Limit: 3}
		for i, field := range fields {
			if set>>i&1 == 1 {
				field(&f)
			}
		}
		_, err := r.Search(ctx, f, "")
		must(err)
		if set%7 == 0 {
			collect(t, r.Events(ctx, f))
		}
	}
	_, err := r.Search(ctx, Filter{Text: "アマゾン", Limit: 3}, "")
	must(err)
	for _, state := range append(slices.Clone(states), StateExercise, "") {
		for _, severity := range []string{"", SeverityRed, SeverityInfo} {
			for _, f := range []IncidentFilter{{}, {Host: "popular.example"}, {Client: "192.0.2.3"}, {Appealed: true}, {Appealed: true, Below: "example"}, {Since: all[100].Time}} {
				f.State, f.Severity = state, severity
				_, _, err := r.Incidents(ctx, f, "")
				must(err)
			}
		}
	}
	for _, danger := range []string{DangerReal, DangerLeft, DangerSent, DangerUnknown, DangerKept, DangerHarmless} {
		for _, f := range []IncidentFilter{{}, {Host: "popular.example"}, {State: StateOpen, Since: all[100].Time, Until: all[2000].Time}} {
			f.Danger = danger
			_, _, err := r.Incidents(ctx, f, "")
			must(err)
		}
	}
	_, err = r.Dangers(ctx, all[100].Time, all[2900].Time, 0)
	must(err)
	_, _, err = r.IncidentByID(ctx, visits[0])
	must(err)
	_, err = r.ObservedSince(ctx, all[0].Time)
	must(err)
	_, err = r.Hours(ctx, all[0].Time, all[2999].Time)
	must(err)
	_, err = r.Totals(ctx, all[0].Time, all[2999].Time)
	must(err)
	_, _, err = r.Clients(ctx, time.Time{}, 2, "192.0.2.3")
	must(err)
	_, err = r.OpenIncidents(ctx, all[0].Time)
	must(err)
	_, _, err = r.AuditLog(ctx, "")
	must(err)
	_, err = j.Exceptions(ctx)
	must(err)

	plain, err := openDB(path, "")
	must(err)
	defer func() { _ = plain.Close() }()
	for query, args := range rec.queries {
		for _, step := range steps(t, plain, query, args...) {
			if strings.HasPrefix(query, "WITH") && step == "USE TEMP B-TREE FOR ORDER BY" {
				continue // of at most as many events as were looked at
			}
			if large.MatchString(step) && !strings.Contains(query, "FROM exceptions") && query != newestSeen {
				t.Errorf("%s\n\t%s", query, step)
			}
		}
	}
	if len(rec.queries) < 100 {
		t.Errorf("%d queries were recorded; want all", len(rec.queries))
	}
	for _, bad := range []string{
		"SELECT id FROM events WHERE time > 5",
		"SELECT id FROM events WHERE class IN (1, 2, 3) ORDER BY id DESC LIMIT 5",
		"SELECT id FROM words WHERE instr(text, 'a')",
		"SELECT events FROM seen WHERE class = 1",
	} {
		if !slices.ContainsFunc(steps(t, plain, bad), large.MatchString) {
			t.Errorf("%s passes: %v", bad, steps(t, plain, bad))
		}
	}
	t.Logf("%d queries", len(rec.queries))
}
