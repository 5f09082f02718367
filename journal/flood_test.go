package journal

import (
	"context"
	"sync"
	"testing"
	"time"

	"sekisho/journal/datafile"
)

// TestFloodStaysWithinSize: events that come as fast as they are written, and more at a time
// than one slice deletes, do not make the files much larger than MaxSize, whether they are
// deleted for their age at the same time or not.
func TestFloodStaysWithinSize(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		retention time.Duration
		age       time.Duration // of the events
	}{
		{"young events", 0, 0},
		{"old events", 24 * time.Hour, 48 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			const limit = 2 << 20
			j := open(t, path, Options{MaxSize: limit, Retention: tt.retention})
			then := time.Now().Add(-tt.age)
			var largest int64
			for range 20 {
				var wg sync.WaitGroup
				for range batchSize {
					wg.Go(func() {
						e := full
						e.Time, e.Host, e.Incident = then, NewIncident()+".example", NewIncident()
						if _, err := j.Record(context.Background(), e); err != nil {
							t.Error(err)
						}
					})
				}
				wg.Wait()
				largest = max(largest, datafile.Size(path))
			}
			if largest > limit+limit/2 {
				t.Errorf("the files had %d bytes; want %d at most, or little more", largest, limit)
			}
		})
	}
}
