package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"testing"
)

func benchEvent(i int) Event {
	e := full
	e.Host, e.Incident = fmt.Sprintf("host-%d.example", i%5000), NewIncident()
	return e
}

func benchJournal(b *testing.B, o Options) *Journal {
	b.Helper()
	j, err := Open(filepath.Join(b.TempDir(), "journal.db"), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = j.Close() })
	return j
}

// BenchmarkRecord is what one block page waits for.
func BenchmarkRecord(b *testing.B) {
	j := benchJournal(b, Options{})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if _, err := j.Record(context.Background(), benchEvent(i)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRecordParallel shares commits among 64 callers.
func BenchmarkRecordParallel(b *testing.B) {
	j := benchJournal(b, Options{})
	b.ReportAllocs()
	b.SetParallelism(32) // times GOMAXPROCS
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := j.Record(context.Background(), benchEvent(i)); err != nil {
				b.Error(err)
			}
		}
	})
}

// encode has events written as JSON, as who exports them does.
func encode(events iter.Seq2[Event, error]) error {
	enc := json.NewEncoder(io.Discard)
	for e, err := range events {
		if err != nil {
			return err
		}
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkEvents reads 100,000 events.
func BenchmarkEvents(b *testing.B) {
	j := benchJournal(b, Options{})
	const n = 100_000
	batch := make([]Event, 0, 1000)
	for i := range n {
		e := clean(benchEvent(i))
		e.ID = int64(i + 1)
		if batch = append(batch, e); len(batch) == cap(batch) {
			if err := j.w.store.write(batch); err != nil { // nothing else uses the writer
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	r, err := OpenReader(j.w.path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := encode(r.Events(b.Context(), Filter{})); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
	})
	for name, f := range map[string]Filter{"host": {Host: "host-77.example"}, "newest": {Limit: 50}, "since": {Since: full.Time.Add(day)}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := encode(r.Events(b.Context(), f)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
