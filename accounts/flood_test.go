package accounts

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// While one caller has the worker, the queue of a site fills and then says so.
// Other sites of the same client still wait, and callers whose answer is
// remembered, and those with nothing to compare, never do.
func TestBusy(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	s.turns = newTurns(1)
	check(t, s, nil, octets("remembered one"))
	flood := Asker{Site: "flood.example"}
	if _, err := s.turns.take(t.Context(), flood); err != nil { // as a long comparison does
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	results := make(chan error, maxOfSite)
	var waiting sync.WaitGroup
	for i := range maxOfSite {
		waiting.Go(func() {
			_, err := s.Check(ctx, flood, nil, octets(fmt.Sprintf("waiting %d", i)))
			results <- err
		})
	}
	for s.turns.waits() < maxOfSite {
		time.Sleep(time.Millisecond)
	}
	m, err := s.Check(context.Background(), flood, octets(sellerID), octets("one too many"))
	if !errors.Is(err, ErrBusy) || !m.ID || m.Password || m.Other != 0 {
		t.Errorf("beyond the queue: %+v, %v; want the ID alone and ErrBusy", m, err)
	}
	for _, passwords := range [][][]byte{nil, octets("abc"), octets("remembered one")} {
		if _, err := s.Check(context.Background(), flood, nil, passwords); err != nil {
			t.Errorf("with nothing to compare: %v", err)
		}
	}
	waiting.Go(func() {
		if _, err := s.Check(context.Background(), Asker{Site: "other.example"}, nil, octets("to another site")); err != nil {
			t.Errorf("to another site: %v", err)
		}
	})
	for s.turns.waits() <= maxOfSite {
		time.Sleep(time.Millisecond)
	}
	cancel()
	for range maxOfSite {
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("a caller that gave up: %v", err)
		}
	}
	s.turns.give()
	waiting.Wait()
	if m := check(t, s, nil, octets(secret)); !m.Password {
		t.Error("nothing is compared after the flood")
	}
	if x := s.turns; x.busy+x.total+len(x.of)+len(x.ofClient)+len(x.waiting) > 0 {
		t.Errorf("left behind: %+v", x)
	}
}

func TestCheckEndsWithContext(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if m, err := s.Check(ctx, Asker{}, octets(sellerID), octets(secret)); !errors.Is(err, context.Canceled) || !m.ID {
		t.Errorf("%+v, %v; want the ID and context.Canceled", m, err)
	}
}

func TestResultsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newResults()
		v := newVerifier([]byte(secret), make([]byte, keySize), cheap.Cost)
		for i := range 3 * maxResults {
			r.put(r.name(v, fmt.Append(nil, i)), i%2 == 0)
		}
		if len(r.known) != maxResults || len(r.order) != maxResults {
			t.Errorf("%d and %d kept; want %d", len(r.known), len(r.order), maxResults)
		}
		if _, known := r.get(r.name(v, []byte("0"))); known {
			t.Error("the first is remembered")
		}
		last := r.name(v, fmt.Append(nil, 3*maxResults-2))
		if hit, known := r.get(last); !hit || !known {
			t.Errorf("the last hit: %v, %v", hit, known)
		}
		time.Sleep(keepHit)
		if _, known := r.get(last); known {
			t.Error("a hit outlives its time")
		}
		miss := r.name(v, fmt.Append(nil, 3*maxResults-1))
		if hit, known := r.get(miss); hit || !known {
			t.Errorf("the last miss: %v, %v", hit, known)
		}
		time.Sleep(keepResults - keepHit)
		if _, known := r.get(miss); known {
			t.Error("a result outlives its time")
		}
		r.put(last, false)
		if len(r.known) != 1 || len(r.order) != 1 {
			t.Errorf("%d and %d kept after all ended", len(r.known), len(r.order))
		}
	})
}

// Candidates and accounts together cannot cost more than maxRuns.
func TestRunsAreBounded(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	for i := range maxAccounts - 2 {
		add(t, s, string(rune('a'+i))+"@b.example", "", other)
	}
	var guesses [][]byte
	for i := range 8 {
		guesses = append(guesses, fmt.Appendf(nil, "guess %d-123456", i))
	}
	m := check(t, s, octets("p@nobody.example"), guesses)
	if !m.Partial || m.Password {
		t.Errorf("%+v; want Partial", m)
	}
	if n := len(s.recent.known); n != maxRuns {
		t.Errorf("%d comparisons; want %d", n, maxRuns)
	}
	// The account of the ID comes first, whatever else there is.
	if m := check(t, s, octets(phoneID), append(guesses[:7:7], []byte(other))); !m.Password || m.Label != phoneID {
		t.Errorf("with the ID: %+v", m)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 10 {
				_, err := s.Check(context.Background(), Asker{}, octets(sellerID), octets(fmt.Sprintf("guess %d %d", i, j)))
				if err != nil && !errors.Is(err, ErrBusy) {
					t.Error(err)
				}
				s.Knows([]byte(sellerID))
				s.List()
			}
		})
	}
	for i := range 5 {
		add(t, s, sellerID, "", fmt.Sprintf("rotated %d", i))
	}
	all.Wait()
	if err := s.Problem(); err != nil {
		t.Error(err)
	}
}
