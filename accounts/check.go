package accounts

import (
	"context"
	"encoding/binary"
	"time"
)

const (
	// workers is how many runs of argon2id there may be at once: each takes one
	// core and, at DefaultCost, 64 MiB.
	workers = 1

	// maxQueue is how many callers may wait for a worker. A caller with one
	// password and two accounts is served in 100 ms, so the last waits a few
	// seconds.
	maxQueue = 32

	// maxPasswords and maxRuns bound what one request can cost. A form has one
	// password, or three when it changes one.
	maxPasswords = 8
	maxRuns      = 64
	maxIDs       = 32
)

// Match is what [Store.Check] found.
type Match struct {
	// Label is that of the account whose ID was met or, when none was, whose
	// password was; "" when there is neither.
	Label string

	ID       bool // one of the IDs is a protected one
	Password bool // one of the passwords is a protected one, of whichever account

	// Other stands for the first password when ID is true and Password is not, so
	// that distinct guesses can be counted. It is keyed anew in each process and
	// is 0 when there is nothing to count.
	Other uint64

	// Partial says that there were more passwords than one request has reason to
	// carry, and some were not compared.
	Partial bool
}

// Check compares what a request carries with the protected accounts: each ID, and
// each password as it is, without blanks around it, and without a one-time code of
// six digits before or after it. When there are more than eight passwords, the
// first ones count. No slice is kept.
//
// It runs argon2id on the caller's goroutine for what was not compared within the
// last minutes. When too many callers wait already it returns [ErrBusy], when the
// key is out of reach [ErrNoKey], and when ctx ends first ctx's error. The IDs are
// compared even then.
func (s *Store) Check(ctx context.Context, ids, passwords [][]byte) (Match, error) {
	now := s.current()
	var m Match
	var mine *account
	for _, id := range ids[:min(len(ids), maxIDs)] {
		if mine = now.find(id); mine != nil {
			m.ID, m.Label = true, mine.Label
			break
		}
	}
	if len(now.accounts) == 0 {
		return m, nil
	}
	guesses, cut := variants(passwords)
	m.Partial = cut
	if len(guesses) > 0 {
		if now.key == nil {
			s.askAgain()
			return m, ErrNoKey
		}
		runs := s.plan(now, mine, guesses)
		if len(runs) > maxRuns {
			runs, m.Partial = runs[:maxRuns], true
		}
		hit, err := s.compare(ctx, now.key, runs)
		if err != nil {
			return m, err
		}
		if hit != nil {
			m.Password = true
			if !m.ID {
				m.Label = hit.Label
			}
		}
	}
	if m.ID && !m.Password && len(passwords) > 0 {
		m.Other = s.other(mine, passwords[0])
	}
	return m, nil
}

// run is one comparison: a guess with one verifier of an account.
type run struct {
	of    *account
	v     verifier
	guess []byte
	name  resultName
}

// plan lists the comparisons, those with the account of the ID first.
func (s *Store) plan(now *set, mine *account, guesses [][]byte) (runs []run) {
	with := func(a *account) {
		for _, v := range a.inForce(time.Now()) {
			for _, g := range guesses {
				runs = append(runs, run{a, v, g, s.recent.name(v, g)})
			}
		}
	}
	if mine != nil {
		with(mine)
	}
	for _, a := range now.accounts {
		if a != mine {
			with(a)
		}
	}
	return runs
}

// compare returns the account of the first run that hits, or nil. It waits for a
// worker when an answer is not remembered.
func (s *Store) compare(ctx context.Context, key []byte, runs []run) (*account, error) {
	open := false
	for _, r := range runs {
		hit, known := s.recent.get(r.name)
		if hit {
			return r.of, nil
		}
		open = open || !known
	}
	if !open {
		return nil, nil
	}
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	for _, r := range runs {
		// Another caller may have compared the same while this one waited.
		hit, known := s.recent.get(r.name)
		if !known {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			hit = r.v.matches(r.guess, key)
			s.ran.Add(1)
			s.recent.put(r.name, hit)
		}
		if hit {
			return r.of, nil
		}
	}
	return nil, nil
}

// enter waits for a worker, unless too many do.
func (s *Store) enter(ctx context.Context) error {
	select {
	case s.slots <- struct{}{}:
		return nil
	default:
	}
	if s.queued.Add(1) > maxQueue {
		s.queued.Add(-1)
		s.turned.Add(1)
		return ErrBusy
	}
	defer s.queued.Add(-1)
	s.waited.Add(1)
	began := time.Now()
	defer func() { s.waitTime.Add(int64(time.Since(began))) }()
	select {
	case s.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) leave() { <-s.slots }

// Load is how busy the comparisons are, and have been since the start.
type Load struct {
	Waiting    int           // callers that wait for a worker now
	Waited     int64         // those that had to
	WaitTime   time.Duration // of all of them together
	TurnedAway int64         // those that got ErrBusy
	Compared   int64         // runs of argon2id
}

// Load returns the figures of the comparisons.
func (s *Store) Load() Load {
	return Load{
		Waiting: int(s.queued.Load()), Waited: s.waited.Load(), WaitTime: time.Duration(s.waitTime.Load()),
		TurnedAway: s.turned.Load(), Compared: s.ran.Load(),
	}
}

// other makes Match.Other.
func (s *Store) other(a *account, password []byte) uint64 {
	tag := binary.BigEndian.Uint64(keyed(s.tagKey[:], "other password", []byte(a.ID), password))
	return max(tag, 1)
}
