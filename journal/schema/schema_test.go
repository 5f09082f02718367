package schema

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// file opens a database that is not there yet.
func file(t *testing.T) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// objects returns what a database is made of.
func objects(t *testing.T, c *sql.Conn) (list []string) {
	t.Helper()
	rows, err := c.QueryContext(t.Context(), "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestMigrate: from whichever version, the newest one is the same.
func TestMigrate(t *testing.T) {
	t.Parallel()
	var want []string
	for from := range migrations {
		c := file(t)
		for _, step := range migrations[:from] {
			if _, err := c.ExecContext(t.Context(), step); err != nil {
				t.Fatal(err)
			}
		}
		if err := Migrate(t.Context(), c, from); err != nil {
			t.Fatalf("from %d: %v", from, err)
		}
		if version, err := Identify(t.Context(), c); version != len(migrations) || err != nil {
			t.Errorf("from %d: Identify = %d, %v", from, version, err)
		}
		if empty, err := Current(t.Context(), c); empty || err != nil {
			t.Errorf("from %d: Current = %v, %v", from, empty, err)
		}
		got := objects(t, c)
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" || !slices.ContainsFunc(got, func(s string) bool { return len(s) > 0 }) {
			t.Errorf("from %d (-from 0 +got):\n%s", from, diff)
		}
	}
}

// TestMigrateBroken: what cannot be brought up to date stays as it was.
func TestMigrateBroken(t *testing.T) {
	t.Parallel()
	c := file(t)
	if _, err := c.ExecContext(t.Context(), "CREATE TABLE exceptions (host TEXT)"); err != nil {
		t.Fatal(err)
	}
	before := objects(t, c)
	if err := Migrate(t.Context(), c, 0); err == nil {
		t.Fatal("no error for a table that is there")
	}
	if diff := cmp.Diff(before, objects(t, c)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

// TestIdentify tells whose a file is.
func TestIdentify(t *testing.T) {
	t.Parallel()
	ours := fmt.Sprintf("CREATE TABLE t (x); PRAGMA application_id = %d; PRAGMA user_version = ", applicationID)
	for name, tt := range map[string]struct {
		made string
		want error // of Current
	}{
		"nothing in it":           {"", nil},
		"another program's":       {"CREATE TABLE t (x)", Foreign("it is a database of another program")},
		"with a number of theirs": {"PRAGMA application_id = 7", Foreign("it is a database of another program")},
		"without a version":       {ours + "0", Foreign("it has no schema version")},
		"of before":               {ours + "1", ErrOlder},
		"of later":                {ours + fmt.Sprint(len(migrations)+1), ErrNewer},
	} {
		c := file(t)
		if _, err := c.ExecContext(t.Context(), tt.made); err != nil {
			t.Fatal(err)
		}
		if empty, err := Current(t.Context(), c); !errors.Is(err, tt.want) || empty != (tt.made == "") {
			t.Errorf("%s: %v, %v; want %v", name, empty, err, tt.want)
		}
	}
}
