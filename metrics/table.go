package metrics

import (
	"sync"
	"sync/atomic"
)

// Label is a label and every value that it can have.
type Label struct {
	Name   string
	Values []string
}

// Table is counters of one name by labels with closed sets of values. A cell is
// exported once it has counted something, so that combinations which never occur
// cost nothing. It may be used concurrently.
type Table struct {
	registry   *Registry
	name, help string
	labels     []Label
	cells      []atomic.Pointer[Counter]
	making     sync.Mutex
}

// Table registers counters by labels.
func (r *Registry) Table(name, help string, labels ...Label) *Table {
	cells := 1
	for _, l := range labels {
		cells *= len(l.Values)
	}
	r.set(name, help, counter) // so that its name is there from the start
	return &Table{registry: r, name: name, help: help, labels: labels, cells: make([]atomic.Pointer[Counter], cells)}
}

// Inc counts one. at has the index of a value for each label.
func (t *Table) Inc(at ...int) {
	cell := 0
	for i, n := range at {
		cell = cell*len(t.labels[i].Values) + n
	}
	c := t.cells[cell].Load()
	if c == nil {
		c = t.make(cell)
	}
	c.Inc()
}

// make registers the counter of a cell.
func (t *Table) make(cell int) *Counter {
	t.making.Lock()
	defer t.making.Unlock()
	if c := t.cells[cell].Load(); c != nil {
		return c
	}
	pairs := make([]string, 2*len(t.labels))
	for i, left := len(t.labels)-1, cell; i >= 0; i-- {
		l := t.labels[i]
		pairs[2*i], pairs[2*i+1] = l.Name, l.Values[left%len(l.Values)]
		left /= len(l.Values)
	}
	c := t.registry.Counter(t.name, t.help, pairs...)
	t.cells[cell].Store(c)
	return c
}
