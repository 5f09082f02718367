package recent_test

import (
	"slices"
	"testing"

	"sekisho/proxy/recent"
)

// TestMap: one entry a key, which can be replaced and forgotten.
func TestMap(t *testing.T) {
	t.Parallel()
	m := recent.New[string, int](4)
	m.Put("a", 1)
	m.Put("a", 2)
	m.Put("b", 3)
	m.Put("c", 4) // a and b are the older generation now
	m.Put("b", 5)
	for k, want := range map[string]int{"a": 2, "b": 5, "c": 4} {
		if got, ok := m.Get(k); !ok || got != want {
			t.Errorf("%s = %d, %t; want %d", k, got, ok, want)
		}
	}
	var all []string
	for k := range m.All() {
		all = append(all, k)
	}
	if slices.Sort(all); !slices.Equal(all, []string{"a", "b", "c"}) {
		t.Errorf("all are %v; want a, b and c", all)
	}
	for range m.All() {
		break // or it would go on in the other generation
	}
	if m.Len() != 3 {
		t.Errorf("%d are remembered; want 3", m.Len())
	}
	m.Delete("a")
	m.Delete("c")
	if _, ok := m.Get("a"); ok || m.Len() != 1 {
		t.Errorf("a is remembered: %t, of %d; want b alone", ok, m.Len())
	}
	m.Clear()
	if _, ok := m.Get("b"); ok || m.Len() != 0 {
		t.Errorf("b is remembered: %t, of %d; want nothing", ok, m.Len())
	}
}

// TestBound: however much is put, no more than the bound is remembered; the latest half
// of it is, and so is what is asked for in the meantime.
func TestBound(t *testing.T) {
	t.Parallel()
	for _, most := range []int{2, 7, 8, 1000} {
		m := recent.New[int, int](most)
		const asked = -1
		m.Put(asked, asked)
		for i := range 5 * most {
			m.Put(i, i)
			if _, ok := m.Get(asked); !ok && most > 2 {
				t.Fatalf("of %d, what is asked for is forgotten at the %dth", most, i)
			}
			if m.Len() > most {
				t.Fatalf("%d are remembered; want %d at most", m.Len(), most)
			}
			for j := max(0, i-most/2+2); j <= i; j++ { // the one that is asked for is among the latest
				if v, ok := m.Get(j); !ok || v != j {
					t.Fatalf("of %d, the %dth is forgotten at the %dth", most, j, i)
				}
			}
		}
		if _, ok := m.Get(0); ok {
			t.Errorf("of %d, the first is remembered for good", most)
		}
	}
}
