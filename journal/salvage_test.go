package journal

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// ruin overwrites the first page of a table of the file at path.
func ruin(t *testing.T, path, table string) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var page int64
	if err := db.QueryRowContext(t.Context(), "SELECT rootpage FROM sqlite_schema WHERE name = ?", table).Scan(&page); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	overwrite(t, path, noise(filePage), (page-1)*filePage)
}

// TestDamageLeavesDecisions: what people decided and how they call clients is in the
// journal that takes the place of a damaged one, whether the damage is met by a start or
// by a write; the report says how much of it could be read.
func TestDamageLeavesDecisions(t *testing.T) {
	t.Parallel()
	until := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	decided := []Exception{
		{Host: "known.example", Kind: ExceptionAllow, Reason: "our supplier", By: "owner", Decision: DecisionAllow, Until: until},
		{Host: "known.example", Kind: ExceptionBlock, By: "owner", Rests: true},
		{Host: "shop.example", Kind: ExceptionBlock, Reason: "an imitation", Incident: "INC1", Decision: DecisionConfirmed},
	}
	named := []ClientName{{Client: "192.0.2.7", Name: "till", Kind: "staff", By: "owner"}}
	for _, tt := range []struct {
		name, table string
		running     bool
		exceptions  []Exception
		names       []ClientName
	}{
		{"met by a start", "words", false, decided, named},
		{"met by a write", "words", true, decided, named},
		{"of the decisions", "exceptions", false, nil, named},
		{"of the names", "names", false, decided, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			record(t, j, full)
			for i := range decided { // a block before what it rests below
				if err := j.PutException(t.Context(), decided[(i+1)%len(decided)]); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.NameClient(t.Context(), named[0]); err != nil {
				t.Fatal(err)
			}
			if !tt.running {
				if err := j.Close(); err != nil {
					t.Fatal(err)
				}
			}
			ruin(t, path, tt.table)
			if !tt.running {
				j = open(t, path, Options{})
			}
			for i := 0; j.MovedAside() == ""; i++ {
				if i == 10_000 {
					t.Fatal("the damage was not met")
				}
				record(t, j, Event{Host: NewIncident(), Client: NewIncident()})
			}
			select {
			case <-j.Replaced():
			default:
				t.Error("not said to be replaced")
			}
			exceptions, err := j.AllExceptions(t.Context())
			if diff := cmp.Diff(tt.exceptions, exceptions, cmpopts.IgnoreFields(Exception{}, "Added")); diff != "" || err != nil {
				t.Errorf("exceptions: %v (-want +got):\n%s", err, diff)
			}
			r := reader(t, path)
			names, err := r.Names(t.Context())
			if diff := cmp.Diff(tt.names, names, cmpopts.IgnoreFields(ClientName{}, "Changed")); diff != "" || err != nil {
				t.Errorf("names: %v (-want +got):\n%s", err, diff)
			}
			want := ""
			if tt.names != nil {
				want = "till"
			}
			if e := record(t, j, Event{Host: "a.example", Client: "192.0.2.7"}); e.Device != want {
				t.Errorf("device = %q; want %q", e.Device, want)
			}
			reports := own(stored(t, path))
			report := fmt.Sprintf("with %d decisions about sites and %d names of devices", len(tt.exceptions), len(tt.names))
			if len(reports) != 1 || !strings.Contains(reports[0].Detail, report) {
				t.Errorf("reports = %+v; want one %q", reports, report)
			}
			if _, err := os.Stat(j.MovedAside()); err != nil {
				t.Error(err)
			}
		})
	}
}
