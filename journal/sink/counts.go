package sink

import (
	"sync/atomic"

	"sekisho/metrics"
)

// counts are the figures of one sink.
type counts struct {
	delivered, failed, missed *metrics.Counter
	last                      *atomic.Int64 // delivery, in Unix seconds; 0 is none
	gapped                    int64         // the last id that missed counts
}

func newCounts(r *metrics.Registry, p *pump) counts {
	c := counts{last: new(atomic.Int64)}
	label := []string{"sink", p.config.Name}
	c.delivered = r.Counter("sekisho_sink_delivered_events_total", "Events that a sink has taken.", label...)
	c.failed = r.Counter("sekisho_sink_failures_total", "Attempts to deliver that came to nothing; the events wait in the journal.", label...)
	c.missed = r.Counter("sekisho_sink_missed_events_total", "Events that were gone from the journal before a sink got them.", label...)
	r.Gauge("sekisho_sink_lag_events", "Ids between the newest event and the last that a sink is through with.",
		func() float64 { return float64(p.behind()) }, label...)
	r.Gauge("sekisho_sink_last_delivery_timestamp_seconds", "When a sink last took an event, in Unix time; 0 when it has not since the start.",
		func() float64 { return float64(c.last.Load()) }, label...)
	return c
}
