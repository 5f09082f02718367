package sink

import (
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

// rowsVar says how large the backlog of BenchmarkBacklog is: a million in earnest.
const rowsVar = "SEKISHO_SINK_ROWS"

// BenchmarkBacklog drains a backlog into a file, and reports the most memory in
// use meanwhile: it does not grow with the backlog.
func BenchmarkBacklog(b *testing.B) {
	rows, _ := strconv.Atoi(os.Getenv(rowsVar))
	if rows == 0 {
		rows = 20_000
	}
	l := newLab(b, journal.Options{})
	l.record(rows, journal.Event{})
	s := l.sink("to: events.jsonl, keep: 0, max_size: 64MiB")
	var most uint64
	for b.Loop() {
		_ = os.RemoveAll(l.dir + "/sinks")
		l.start(Options{Sinks: []config.Sink{s}})
		for l.set.Status()[0].Behind > 0 {
			time.Sleep(50 * time.Millisecond)
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
		l.stop()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(most)/(1<<20), "MiB-heap")
}

func BenchmarkFormat(b *testing.B) {
	e := hostile("proxy.example", "block", "red", 7, 0.5)
	text := newSyslog(config.Sink{Enterprise: 32473}, &Options{Version: "1"})
	for name, format := range map[string]func([]byte) []byte{
		"json":   func(buf []byte) []byte { return appendJSON(buf, &e) },
		"syslog": func(buf []byte) []byte { return text.append(buf, &e, false) },
		"cef":    func(buf []byte) []byte { return (&cef{}).append(buf, &e) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = format(buf[:0])
			}
		})
	}
}
