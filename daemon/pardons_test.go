package daemon

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/dossier"
	"sekisho/journal"
)

// TestPardonsOf: who may pass is told with since when that was said last, and only who
// may pass.
func TestPardonsOf(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	got := pardons([]journal.Exception{
		{Host: "a.example", Kind: journal.ExceptionAllow, Added: begin, Until: begin.Add(time.Hour)},
		{Host: "b.example", Kind: journal.ExceptionAllow, Added: begin, Renewed: begin.Add(time.Minute)},
		{Host: "c.example", Kind: journal.ExceptionBlock, Added: begin},
	})
	want := map[string]dossier.Pardoned{"a.example": {Since: begin, Until: begin.Add(time.Hour)}, "b.example": {Since: begin.Add(time.Minute)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pardons (-want +got):\n%s", diff)
	}
}
