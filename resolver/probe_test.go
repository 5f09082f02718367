package resolver

import (
	"fmt"
	"sync"
	"testing"
)

// TestProbes: names come and go while questions are compared with them, at once.
// The race detector sees what no value tells.
func TestProbes(t *testing.T) {
	t.Parallel()
	var p probes
	stays := new(nameserver)
	p.add("stays", stays)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 200 {
				name, s := fmt.Sprintf("%d-%d", i, n), new(nameserver)
				if p.returned([]byte(name)) {
					t.Errorf("%s came back before it was asked", name)
				}
				p.add(name, s)
				if !p.returned([]byte(name)) || !s.looped.Load() {
					t.Errorf("%s came back and was not known", name)
				}
				p.remove(name)
				if p.returned([]byte(name)) {
					t.Errorf("%s is known for ever", name)
				}
			}
		})
	}
	all.Wait()
	if stays.looped.Load() || !p.some.Load() || len(p.pending) != 1 {
		t.Fatalf("looped %v, some %v, %d pending; want the one that stays", stays.looped.Load(), p.some.Load(), len(p.pending))
	}
	if !p.returned([]byte("stays")) || !stays.looped.Load() {
		t.Error("the one that stays was forgotten with others")
	}
	if p.remove("stays"); p.some.Load() || len(p.pending) != 0 {
		t.Errorf("some %v, %d pending; want none: every question would wait for the lock", p.some.Load(), len(p.pending))
	}
}
