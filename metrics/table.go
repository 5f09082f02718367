package metrics

import (
	"bytes"
	"fmt"
	"io"
	"sync/atomic"
)

// Label is a label and every value that it can have.
type Label struct {
	Name   string
	Values []string
}

// Table is counters of one name by labels with closed sets of values. A cell is
// exported once it has counted something, so that combinations which never occur
// are not there. It may be used concurrently.
type Table struct {
	name   string
	labels []Label
	cells  []atomic.Uint64
}

// Table registers counters by labels.
func (r *Registry) Table(name, help string, labels ...Label) *Table {
	cells := 1
	for _, l := range labels {
		cells *= len(l.Values)
	}
	t := &Table{name: name, labels: labels, cells: make([]atomic.Uint64, cells)}
	r.set(name, help, counter).RegisterMetricsWriter(t.write)
	return t
}

// Inc counts one. at has the index of a value for each label.
func (t *Table) Inc(at ...int) {
	cell := 0
	for i, n := range at {
		cell = cell*len(t.labels[i].Values) + n
	}
	t.cells[cell].Add(1)
}

// AddCell counts n for where every nanosecond counts: cell is what Inc computes, the
// values in the order of the labels, the last label's side by side.
func (t *Table) AddCell(cell int, n uint64) { t.cells[cell].Add(n) }

// write writes the cells that have counted.
func (t *Table) write(w io.Writer) {
	var b bytes.Buffer
	pairs := make([]string, 2*len(t.labels))
	for cell := range t.cells {
		n := t.cells[cell].Load()
		if n == 0 {
			continue
		}
		for i, left := len(t.labels)-1, cell; i >= 0; i-- {
			l := t.labels[i]
			pairs[2*i], pairs[2*i+1] = l.Name, l.Values[left%len(l.Values)]
			left /= len(l.Values)
		}
		fmt.Fprintf(&b, "%s %d\n", series(t.name, pairs), n)
	}
	_, _ = w.Write(b.Bytes()) // a buffer
}
