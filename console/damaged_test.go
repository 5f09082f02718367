package console

import (
	"bytes"
	"database/sql"
	"os"
	"strings"
	"testing"

	"sekisho/journal"
)

// TestDamagedJournal: a page that meets damage says what helps, in the person's language,
// and has the journal tell of it.
func TestDamagedJournal(t *testing.T) {
	t.Parallel()
	s, _ := startWithIncident(t)
	cookie := signedIn(t, s, "owner")
	err := s.options.Journal.NameClient(t.Context(), journal.ClientName{Client: "192.0.2.7", Name: "till"})
	if err != nil {
		t.Fatal(err)
	}
	ruinNames(t, s.options.JournalFile)
	for lang, want := range map[string]string{"ja": "sekisho を起動し直すと", "en": "Restart sekisho"} {
		a := send(t, s, "GET", "/clients?lang="+lang, cookie, "", "Accept", "text/html")
		if a.status != 500 || !strings.Contains(a.body, want) {
			t.Errorf("in %s: %d %s", lang, a.status, a.body)
		}
	}
	if !s.options.Journal.Damaged() {
		t.Error("the journal does not tell of the damage")
	}
}

// ruinNames overwrites the page of a journal where the names of clients are.
func ruinNames(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var page, size int64
	err = db.QueryRowContext(t.Context(), "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'names'").Scan(&page, &size)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, int(size)), (page-1)*size); err != nil {
		t.Fatal(err)
	}
}
