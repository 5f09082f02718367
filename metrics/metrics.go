// Package metrics keeps the figures that sekisho counts about itself, and serves
// them as Prometheus text (exposition format 0.0.4).
//
// A part registers its figures once, when it is made, each with a name, a help
// text and labels whose values are known then: no label ever holds a host, a
// client or an account. Counting is an atomic addition, so that it can stand where
// every request and every query passes; formatting happens when somebody asks.
// What a part knows anyway is a function that is called then.
package metrics

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	vm "github.com/VictoriaMetrics/metrics"
)

// Counter only ever grows. Its methods may be called concurrently.
type Counter = vm.Counter

// Histogram counts values by the bounds that it was made with. Its methods may be
// called concurrently.
type Histogram = vm.PrometheusHistogram

// Kinds of figures, as Prometheus calls them.
const (
	counter   = "counter"
	gauge     = "gauge"
	histogram = "histogram"
)

// Registry holds figures by name. A nil *Registry hands out figures as well, which
// nobody sees. Its methods may be called concurrently; registering a name with the
// same labels twice panics, as does one that Prometheus does not take.
type Registry struct {
	mu       sync.Mutex
	families map[string]*family
}

// family is the figures of one name.
type family struct {
	help, kind string
	set        *vm.Set
}

// New returns an empty registry.
func New() *Registry { return &Registry{families: map[string]*family{}} }

// Counter registers a counter. labels are names and values in turn.
func (r *Registry) Counter(name, help string, labels ...string) *Counter {
	return r.set(name, help, counter).NewCounter(series(name, labels))
}

// Counters registers a counter for each of values of one label, in their order.
func (r *Registry) Counters(name, help, label string, values ...string) []*Counter {
	all := make([]*Counter, len(values))
	for i, v := range values {
		all[i] = r.Counter(name, help, label, v)
	}
	return all
}

// CounterOf registers a counter that somebody else keeps. read is called whenever
// somebody asks, from any goroutine.
func (r *Registry) CounterOf(name, help string, read func() float64, labels ...string) {
	r.set(name, help, counter).NewGauge(series(name, labels), read)
}

// Gauge registers a figure that goes up and down; read is called as for CounterOf.
func (r *Registry) Gauge(name, help string, read func() float64, labels ...string) {
	r.set(name, help, gauge).NewGauge(series(name, labels), read)
}

// Histogram registers a histogram with the given upper bounds, ascending.
func (r *Registry) Histogram(name, help string, bounds []float64, labels ...string) *Histogram {
	return r.set(name, help, histogram).NewPrometheusHistogramExt(series(name, labels), bounds)
}

// set returns where the figures of a name are kept.
func (r *Registry) set(name, help, kind string) *vm.Set {
	if r == nil {
		return vm.NewSet()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.families[name]
	if f == nil {
		f = &family{help: help, kind: kind, set: vm.NewSet()}
		r.families[name] = f
	}
	if f.kind != kind || f.help != help {
		panic(fmt.Sprintf("metrics: %s is registered as two things", name))
	}
	return f.set
}

// series returns a name with its labels.
func series(name string, labels []string) string {
	if len(labels) == 0 {
		return name
	}
	var b strings.Builder
	b.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(labels[i] + "=" + strconv.Quote(labels[i+1]))
	}
	b.WriteByte('}')
	return b.String()
}

// WriteTo writes everything as Prometheus text, in the order of the names.
func (r *Registry) WriteTo(w io.Writer) (int64, error) {
	r.mu.Lock()
	all := make(map[string]*family, len(r.families))
	names := make([]string, 0, len(r.families))
	for name, f := range r.families {
		all[name] = f
		names = append(names, name)
	}
	r.mu.Unlock()
	slices.Sort(names)
	var b bytes.Buffer
	for _, name := range names {
		f := all[name]
		head(&b, name, f.help, f.kind)
		f.set.WritePrometheus(&b)
	}
	writeProcess(&b)
	return b.WriteTo(w)
}

func head(b *bytes.Buffer, name, help, kind string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}
