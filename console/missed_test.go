package console

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
)

// TestFarBehind: a tail that missed more than maxMissed events is told so, and does not
// have the journal searched for those that match; one that missed fewer gets them.
func TestFarBehind(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	last := recordHost(t, s, "gadget.example")
	for behind, gap := range map[int64]bool{maxMissed: false, maxMissed + 1: true} {
		w := httptest.NewRecorder()
		x := &stream{page: page{words: words{Lang: "en"}}, server: s, w: w, rc: http.NewResponseController(deadlines{w}), filter: journal.Filter{Host: "gadget.example"}}
		if err := x.more(t.Context(), seen{from: last + behind, to: behind}); err != nil {
			t.Fatal(err)
		}
		if got := w.Body.String(); strings.Contains(got, "event: gap") != gap || strings.Contains(got, "event: row") == gap || x.at != behind {
			t.Errorf("%d behind: at %d, %q", behind, x.at, got)
		}
	}
}

// deadlines is a recorder that takes deadlines.
type deadlines struct{ *httptest.ResponseRecorder }

func (deadlines) SetWriteDeadline(time.Time) error { return nil }
