package imitation_test

import (
	"strings"
	"testing"

	"sekisho/imitation"
)

// TestPadded: blanks before a page are filler; in a download, and for what a script or a
// program gets, they are its own affair.
func TestPadded(t *testing.T) {
	t.Parallel()
	body := compress(t, "gzip", []byte("<!doctype html>"+strings.Repeat(" ", 17<<20)+"<input type=password>"))
	for _, test := range []struct {
		dest, disposition string
		want              bool
	}{
		{"document", "", true},
		{"iframe", "", true},
		{"document", `attachment; filename="zaiko.csv"`, false},
		{"empty", "", false},
		{"", "", false},
	} {
		r := response("text/html")
		r.Dest = test.dest
		r.Header.Set("Content-Encoding", "gzip")
		if test.disposition != "" {
			r.Header.Set("Content-Disposition", test.disposition)
		}
		s := imitation.Watch(r)
		_, _ = s.Write(body) // never fails
		if s.Padded() != test.want {
			t.Errorf("for %q, %q: %t; want %t", test.dest, test.disposition, !test.want, test.want)
		}
		s.Close()
	}
}
