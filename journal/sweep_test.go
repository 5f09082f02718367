package journal

import (
	"context"
	"testing"
)

// TestNamesAfterDeletion: a host and a client whose events were all deleted have their names
// again with the next event.
func TestNamesAfterDeletion(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	record(t, j, full)
	err := j.do(t.Context(), func(ctx context.Context, s *store) error {
		events, err := s.oldest(ctx, sliceRows)
		if err != nil {
			return err
		}
		return s.drop(ctx, events)
	})
	if err != nil {
		t.Fatal(err)
	}
	if left := stored(t, path); len(left) != 0 {
		t.Fatalf("%d events are left", len(left))
	}
	record(t, j, full)
	if got := stored(t, path); len(got) != 1 || got[0].Host != full.Host || got[0].Client != full.Client {
		t.Errorf("stored %+v; want the host %q and the client %q", got, full.Host, full.Client)
	}
}
