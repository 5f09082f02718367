// Package recent remembers the latest of what it is told, within a bound. What a stranger
// can add to drives out what nobody has asked for lately, and not all at once.
package recent

import "iter"

// Map is a map of so many entries at most. It has two generations: an entry that is put,
// or asked for, is of the younger one; when that is half of the bound, it becomes the
// older one, and what was in that is forgotten. So the latest half of the bound stays, and
// a call costs as much as one of a map; to know the order of all would cost a list.
//
// It is for one goroutine at a time, asking included.
type Map[K comparable, V any] struct {
	half       int
	young, old map[K]V
}

// New has room for most entries, which is 2 or more.
func New[K comparable, V any](most int) *Map[K, V] {
	return &Map[K, V]{half: most / 2, young: map[K]V{}, old: map[K]V{}}
}

// Put remembers v under k, instead of what was there.
func (m *Map[K, V]) Put(k K, v V) {
	if _, ok := m.young[k]; !ok {
		delete(m.old, k)
		if len(m.young) >= m.half {
			clear(m.old)
			m.young, m.old = m.old, m.young
		}
	}
	m.young[k] = v
}

// Get returns what is remembered under k, if that is anything.
func (m *Map[K, V]) Get(k K) (v V, ok bool) {
	if v, ok = m.young[k]; ok {
		return v, true
	}
	if v, ok = m.old[k]; ok {
		m.Put(k, v)
	}
	return v, ok
}

// Delete forgets what is under k.
func (m *Map[K, V]) Delete(k K) {
	delete(m.young, k)
	delete(m.old, k)
}

// Clear forgets all.
func (m *Map[K, V]) Clear() {
	clear(m.young)
	clear(m.old)
}

// All are the entries, those of the older generation first. They are not asked for by that,
// and the map must not be used meanwhile.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, generation := range []map[K]V{m.old, m.young} {
			for k, v := range generation {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// Len is how many are remembered.
func (m *Map[K, V]) Len() int { return len(m.young) + len(m.old) }
