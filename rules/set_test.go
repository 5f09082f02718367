package rules

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

func TestSet(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 2, 3, 17, 1000, 3 * setBlock} {
		var b setBuilder
		for i := range size {
			b.add(fmt.Sprintf("host-%d.example", i), "file", i+1)
		}
		s := b.build()
		if len(s.entries) != size {
			t.Fatalf("%d entries; want %d", len(s.entries), size)
		}
		for i := range size {
			name := fmt.Sprintf("host-%d.example", i)
			entry, source, line, ok := s.match(mustParse(t, "www."+name))
			if !ok || entry != name || source != "file" || line != i+1 {
				t.Fatalf("size %d: %s is %q in %s:%d, %v; want %s in file:%d", size, name, entry, source, line, ok, name, i+1)
			}
		}
		for i := range 1000 {
			if entry, _, _, ok := s.match(mustParse(t, fmt.Sprintf("other-%d.example", i))); ok {
				t.Fatalf("size %d: other-%d.example is in it as %q", size, i, entry)
			}
		}
	}
}

// TestSetLikeMap holds a set to what a map says that keeps the first line of
// each name.
func TestSetLikeMap(t *testing.T) {
	t.Parallel()
	var b setBuilder
	lines := map[string]int{}
	random := rand.New(rand.NewPCG(1, 2))
	for line := 1; line <= 60_000; line++ {
		name := fmt.Sprintf("host-%d.example", random.IntN(30_000))
		b.add(name, "file", line)
		if lines[name] == 0 {
			lines[name] = line
		}
	}
	s := b.build()
	if len(s.entries) != len(lines) {
		t.Errorf("%d entries; want %d", len(s.entries), len(lines))
	}
	if !slices.IsSortedFunc(s.entries, func(a, b setEntry) int { return cmp.Compare(a.hash(), b.hash()) }) {
		t.Error("the entries are in no order")
	}
	for i := range 30_000 {
		name := fmt.Sprintf("host-%d.example", i)
		_, _, line, _ := s.match(mustParse(t, name))
		if line != lines[name] {
			t.Fatalf("%s is in line %d; want %d", name, line, lines[name])
		}
	}
}

func TestSetOrigins(t *testing.T) {
	t.Parallel()
	adds := []struct {
		name, source string
		line         int
	}{
		{"a.example", "lists.block[0]", 0},
		{"b.example", "lists.block[1]", 0},
		{"c.example", "lists.block[1]", 0},
		{"d.example", "f1", 3},
		{"e.example", "f1", 4},
		{"f.example", "f1", 90},
		{"g.example", "f1", 1 << 20}, // far away
		{"h.example", "f1", 5},       // backwards
		{"i.example", "f1", 5},       // twice on a line
		{"j.example", "f2", 6},
		{"a.example", "f2", 7}, // a duplicate: the first one counts
	}
	var b setBuilder
	for _, a := range adds {
		b.add(a.name, a.source, a.line)
	}
	s := b.build()
	for _, a := range adds[:len(adds)-1] {
		_, source, line, ok := s.match(mustParse(t, a.name))
		if !ok || source != a.source || line != a.line {
			t.Errorf("%s is in %s:%d, %v; want %s:%d", a.name, source, line, ok, a.source, a.line)
		}
	}
}

// An entry covers what is below it; the longest one is named.
// A list of a million names takes 32 MiB at most, while it is built and read
// again beside what is in use as well.
func TestMillionNamesHeld(t *testing.T) {
	before := heap()
	b := million(t)
	p := b.Build()
	const most = 32 << 20
	if held := heap() - before; held > most {
		t.Errorf("builder and policy hold %d bytes; want %d at most", held, most)
	}
	runtime.KeepAlive(b)
	if v := p.Decide(mustParse(t, "www.host-500000.list753.example")); v.Ground != Blocklist || v.Detail != "is listed as host-500000.list753.example in block.txt:500001" {
		t.Errorf("%+v", v)
	}
	runtime.KeepAlive(p)
}

func TestSetLongestMatch(t *testing.T) {
	t.Parallel()
	var b setBuilder
	b.add("example", "f", 1)
	b.add("b.example", "f", 2)
	b.add("1.2.3.4", "f", 3)
	b.add("4", "f", 4)
	s := b.build()
	for host, want := range map[string]string{
		"example": "example", "x.example": "example", "b.example": "b.example", "a.b.example": "b.example", "xb.example": "example",
		"1.2.3.4": "1.2.3.4", "2.3.4.4": "", "example.com": "",
	} {
		if got, _, _, _ := s.match(mustParse(t, host)); got != want {
			t.Errorf("%s matches %q; want %q", host, got, want)
		}
	}
}
