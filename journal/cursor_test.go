package journal

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var positions = []position{
	{list: listAudit, before: 1},
	{list: listEvents, before: maxID, filter: 1<<64 - 1, since: ptr(minMillis), until: ptr(maxMillis)},
	{list: listIncidents, before: 77, filter: 5, until: ptr(int64(0))},
}

func TestCursor(t *testing.T) {
	t.Parallel()
	for _, p := range positions {
		got, err := parseCursor(p.String())
		if diff := cmp.Diff(p, got, cmp.AllowUnexported(position{})); diff != "" || err != nil {
			t.Errorf("parseCursor(%q): %v (-want +got):\n%s", p, err, diff)
		}
	}
	good := positions[2].String()
	raw := func(b string) string { return base64.RawURLEncoding.EncodeToString([]byte(b)) }
	for name, s := range map[string]string{
		"nothing in it":     raw(""),
		"a blank":           " ",
		"cut":               good[:len(good)-2],
		"longer":            good + "AA",
		"padded":            good + "=",
		"line break":        good[:4] + "\n" + good[4:],
		"endless":           strings.Repeat("A", 1<<20),
		"id 0":              raw("e\x0012345678\x00"),
		"negative id":       raw("e\x00" + "12345678\x01"),
		"overlong number":   raw("e\x00" + "12345678\x82\x00"),
		"huge number":       raw("e\x00" + "12345678\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
		"more than 64 bits": raw("e\x00" + "12345678\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
		"unknown bits":      raw("e\x04" + "12345678\x02"),
		"no range":          raw("e\x01" + "12345678\x02"),
		"SQL":               "' OR 1=1 --",
		"escapes":           "\x1b[31m",
	} {
		_, err := parseCursor(s)
		if !errors.Is(err, ErrCursor) {
			t.Errorf("%s: parseCursor = %v; want ErrCursor", name, err)
		} else if len(err.Error()) > 200 || strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%s: the error repeats what it was given: %q", name, err)
		}
	}
}

// TestForeignCursor gives cursors to lists and filters they are not of.
func TestForeignCursor(t *testing.T) {
	t.Parallel()
	path := place(t)
	made(t, path, 10)
	r := reader(t, path)
	page, err := r.Search(t.Context(), Filter{Limit: 3, Action: ActionBlock}, "")
	if err != nil || page.Next == "" {
		t.Fatal(page, err)
	}
	for name, err := range map[string]error{
		"another filter": func() error {
			_, err := r.Search(t.Context(), Filter{Limit: 3, Door: ActionBlock}, page.Next)
			return err
		}(),
		"incidents": func() error { _, _, err := r.Incidents(t.Context(), IncidentFilter{}, page.Next); return err }(),
		"audit log": func() error { _, _, err := r.AuditLog(t.Context(), page.Next); return err }(),
		"noise":     func() error { _, err := r.Search(t.Context(), Filter{}, "noise"); return err }(),
	} {
		if !errors.Is(err, ErrCursor) {
			t.Errorf("%s: %v; want ErrCursor", name, err)
		}
	}
	// The size of pages may change on the way.
	if page, err = r.Search(t.Context(), Filter{Limit: 5, Action: ActionBlock}, page.Next); err != nil || len(page.Events) != 5 || page.Events[0].ID != 7 {
		t.Errorf("Search = %v, %v; want five from 7 on", page, err)
	}
}

func FuzzCursor(f *testing.F) {
	for _, p := range positions {
		f.Add(p.String())
	}
	f.Add("")
	f.Add("ZQAxMjM0NTY3OIIA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parseCursor(s)
		if err != nil {
			if !errors.Is(err, ErrCursor) {
				t.Fatalf("parseCursor(%q) = %v", s, err)
			}
			return
		}
		if got := p.String(); got != s {
			t.Errorf("parseCursor(%q).String() = %q", s, got)
		}
		if !p.sound() {
			t.Errorf("parseCursor(%q) = %+v", s, p)
		}
	})
}
