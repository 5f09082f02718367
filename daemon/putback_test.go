package daemon

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
)

// TestDecisionsOutliveJournal: what is in force when the journal is lost while sekisho
// runs is in the one that takes its place, where people see it and can end it.
func TestDecisionsOutliveJournal(t *testing.T) {
	d, at, _ := start(t, testConfig(t, ""))
	o := newOffice(t, d, at)
	grounds := func() string {
		_, body := o.ask(t, "POST", "/check", `{"names":["amazon-signin.example","shop.example"]}`)
		return body
	}
	until := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	for _, x := range []journal.Exception{
		{Host: "amazon-signin.example", Kind: journal.ExceptionAllow, Reason: "ours", By: "owner", Until: until},
		{Host: "shop.example", Kind: journal.ExceptionBlock, By: "owner"},
	} {
		if err := d.journal.PutException(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	d.takeUp(t.Context())
	record := func() {
		if _, err := d.journal.Record(t.Context(), journal.Event{Door: journal.DoorSystem, Host: "shop.example"}); err != nil {
			t.Fatal(err)
		}
	}
	record()
	for _, c := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(d.dir.Journal() + c); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Skipf("this system deletes no file that is open: %v", err)
		}
	}
	record()
	var list []journal.Exception
	eventually(t, "both decisions to be stored again", func() (both bool) {
		var err error
		if list, err = d.journal.Exceptions(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(list) == 2
	})
	if x := list[0]; x.Reason != "ours" || x.By != "owner" || !x.Until.Equal(until) {
		t.Errorf("stored again as %+v", x)
	}
	if got := grounds(); !strings.Contains(got, `"ground":"allowlist"`) || !strings.Contains(got, `"ground":"blocklist"`) {
		t.Errorf("with the new journal: %s", got)
	}
	if err := d.lift(t.Context(), "amazon-signin.example", ""); err != nil {
		t.Fatal(err)
	}
	if got := grounds(); strings.Contains(got, `"ground":"allowlist"`) {
		t.Errorf("taken back, and still counts: %s", got)
	}
}

// TestDamageIsNamedBeside: damage that a page of the console met is in the health check's
// line of the journal, and does not make it fail: what protects works.
func TestDamageIsNamedBeside(t *testing.T) {
	d, _, _ := start(t, testConfig(t, ""))
	d.journal.MetDamage()
	if p := d.journalHealth(); !p.Beside || !strings.Contains(p.State, "damaged") {
		t.Errorf("%+v", p)
	}
}
