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

// While one caller has the worker, the queue fills and then says so; callers
// whose answer is remembered, and those with nothing to compare, never wait.
func TestBusy(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	check(t, s, nil, octets("remembered one"))
	s.slots <- struct{}{} // as a long comparison does

	ctx, cancel := context.WithCancel(context.Background())
	results := make(chan error, maxQueue)
	var waiting sync.WaitGroup
	for i := range maxQueue {
		waiting.Go(func() {
			_, err := s.Check(ctx, nil, octets(fmt.Sprintf("waiting %d", i)))
			results <- err
		})
	}
	for s.queued.Load() < maxQueue {
		time.Sleep(time.Millisecond)
	}
	m, err := s.Check(context.Background(), octets(sellerID), octets("one too many"))
	if !errors.Is(err, ErrBusy) || !m.ID || m.Password || m.Other != 0 {
		t.Errorf("beyond the queue: %+v, %v; want the ID alone and ErrBusy", m, err)
	}
	for _, passwords := range [][][]byte{nil, octets("abc"), octets("remembered one")} {
		if _, err := s.Check(context.Background(), nil, passwords); err != nil {
			t.Errorf("with nothing to compare: %v", err)
		}
	}
	cancel()
	waiting.Wait()
	for range maxQueue {
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("a caller that gave up: %v", err)
		}
	}
	s.leave()
	if m := check(t, s, nil, octets(secret)); !m.Password {
		t.Error("nothing is compared after the flood")
	}
}

func TestCheckEndsWithContext(t *testing.T) {
	t.Parallel()
	s := stocked(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if m, err := s.Check(ctx, octets(sellerID), octets(secret)); !errors.Is(err, context.Canceled) || !m.ID {
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
		time.Sleep(keepResults)
		if _, known := r.get(last); known {
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
	for i := range maxPasswords {
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
				_, err := s.Check(context.Background(), octets(sellerID), octets(fmt.Sprintf("guess %d %d", i, j)))
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
